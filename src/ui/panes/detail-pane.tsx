import { Box } from 'ink';
import { memo, useRef } from 'react';
import { focusPane, wheelTranscript } from '../../commands/mouse-actions.ts';
import type { State } from '../../store/state.ts';
import { taskById } from '../../store/task-index.ts';
import { detailFrame } from '../../view/detail/detail-frame.ts';
import { detailLayout } from '../../view/detail/detail-layout.ts';
import type { Extent } from '../../view/layout/geometry.ts';
import { useAppContext } from '../hooks/app-context.ts';
import { useRegion } from '../hooks/mouse.ts';
import { useSettled } from '../hooks/use-settled.ts';
import { Lines } from '../widgets/lines.tsx';
import { DetailField } from './detail-field.tsx';

export interface DetailPaneProps {
  readonly state: State;
  readonly extent: Extent;
  /** The position of the upper left corner. */
  readonly x: number;
  readonly y: number;
}

/**
 * The selected task. While a held key moves the selection, the pane keeps showing the last task: nine tenths of a redraw are this
 * pane, and the user reads it only when the selection settles.
 */
export function DetailPane(props: DetailPaneProps) {
  const { state, extent, x, y } = props;
  const { context } = useAppContext();
  useRegion({
    x,
    y,
    ...extent,
    click: () => focusPane(context, 'transcript'),
    wheel: (step) => wheelTranscript(context, step),
  });
  const isSettled = useSettled(state.view.selected, context.clock);
  const rendered = useRef(props);
  if (isSettled || !isSameLayout(rendered.current, props)) rendered.current = props;
  return <Detail {...rendered.current} />;
}

/** Whether at most the selection differs, and the shown task still exists. */
function isSameLayout(before: DetailPaneProps, after: DetailPaneProps): boolean {
  const [old, now] = [before.state.view, after.state.view];
  return (
    before.extent === after.extent &&
    old.focus === now.focus &&
    old.writesToMarked === now.writesToMarked &&
    taskById(after.state, old.selected) !== null
  );
}

const Detail = memo(({ state, extent, x, y }: DetailPaneProps) => {
  const { theme } = useAppContext();
  const { width, height } = extent;
  const pane = <Lines lines={detailFrame(state, theme, extent)} width={width} height={height} />;
  if (detailLayout(state, extent).field === 0) return pane;
  return (
    <Box width={width} height={height} flexShrink={0}>
      {pane}
      <DetailField state={state} width={width - 2} top={height - 2} x={x + 1} y={y + height - 2} />
    </Box>
  );
});
