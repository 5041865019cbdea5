import { Box } from 'ink';
import { clickDiff, scrollDiff } from '../../commands/diff-cursor.ts';
import { WHEEL_ROWS } from '../../commands/mouse-actions.ts';
import type { State } from '../../store/state.ts';
import { diffHeading, diffLines, diffStatus, diffWindow } from '../../view/diff/diff-window.ts';
import type { Extent } from '../../view/layout/geometry.ts';
import { frame } from '../../view/rows/frame.ts';
import { useAppContext } from '../hooks/app-context.ts';
import { useRegion } from '../hooks/mouse.ts';
import { DetailField } from '../panes/detail-field.tsx';
import { Lines } from '../widgets/lines.tsx';

export interface DiffPaneProps {
  readonly state: State;
  readonly extent: Extent;
  readonly y: number;
}

/** The changes of a task, over both panes. */
export function DiffPane({ state, extent, y }: DiffPaneProps) {
  const { context, theme } = useAppContext();
  const { width, height } = extent;
  useRegion({
    x: 0,
    y,
    width,
    height,
    onTop: true,
    // The first row is the frame.
    click: (_, row) => clickDiff(context, row - 1),
    wheel: (step) => scrollDiff(context, step * WHEEL_ROWS),
  });
  const window = diffWindow(state);
  if (window === null) return <Lines lines={[]} width={width} height={height} />;
  const lines = frame(
    diffLines(state, window, theme),
    { title: diffHeading(state, window.open), status: diffStatus(window), focused: true, width, height },
    theme,
  );
  const pane = <Lines lines={lines} width={width} height={height} />;
  if (state.view.overlay?.kind !== 'diff-search') return pane;
  return (
    <Box width={width} height={height} flexShrink={0}>
      {pane}
      <DetailField state={state} width={width - 2} top={height - 2} x={1} y={y + height - 2} />
    </Box>
  );
}
