import { Box } from 'ink';
import { memo, useRef } from 'react';
import { titleOf } from '../../domain/task.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { detailLayout } from '../../store/detail-layout.ts';
import type { Extent } from '../../store/geometry.ts';
import { selectedTask, taskById } from '../../store/selectors.ts';
import type { State } from '../../store/state.ts';
import { useDeck } from '../hooks/deck.ts';
import { useRested } from '../hooks/use-rested.ts';
import { frame } from '../widgets/frame.ts';
import { Lines } from '../widgets/lines.tsx';
import { buildLines } from './build-lines.ts';
import { composeLines } from './compose-lines.ts';
import { DetailField } from './detail-field.tsx';
import { detailStatus, headingLine, transcriptLines } from './detail-lines.ts';
import { timelineLine } from './timeline-line.ts';

export interface DetailPaneProps {
  readonly state: State;
  readonly extent: Extent;
  /** Where its corner is on the screen. */
  readonly x: number;
  readonly y: number;
}

/**
 * The selected task. While a key is held down and the selection runs through the list the pane stays with the task that it
 * showed: nine tenths of what a move changes on the screen is this pane, and nobody reads it until the selection rests.
 */
export function DetailPane(props: DetailPaneProps) {
  const { state } = props;
  const isRested = useRested(state.view.selected, useDeck().context.clock);
  const shown = useRef(props);
  if (isRested || !isSamePlace(shown.current, props)) shown.current = props;
  return <Detail {...shown.current} />;
}

/** Whether only the selection may have moved between two drawings, and the task that is shown is still there. */
function isSamePlace(before: DetailPaneProps, after: DetailPaneProps): boolean {
  const [old, now] = [before.state.view, after.state.view];
  return (
    before.extent === after.extent &&
    old.focus === now.focus &&
    old.composing === now.composing &&
    taskById(after.state, old.selected) !== null
  );
}

/** How a task is, and its conversation. While a new task is written: what it will be made from. */
const Detail = memo(({ state, extent, x, y }: DetailPaneProps) => {
  const { theme } = useDeck();
  const { width, height } = extent;
  const { focus, composing } = state.view;
  const task = selectedTask(state);
  const { timeline, build, field, transcript: inside } = detailLayout(state, extent);
  const content = () => {
    if (composing !== null)
      return {
        title: 'New task',
        status: [],
        lines: composeLines(composing.template, theme, inside.width, state.keyNames),
      };
    if (task === null) return { title: 'Task', status: [], lines: [] };
    return {
      title: sanitiseLine(titleOf(task)),
      status: detailStatus(state, task, inside.width, inside.height),
      lines: [
        headingLine(state, task, theme, inside.width),
        ...(timeline > 0 ? [timelineLine(state, task, theme, inside.width)] : []),
        ...buildLines(state, task, theme, inside.width, build),
        ...transcriptLines(state, task, theme, inside.width, inside.height),
      ],
    };
  };
  const { title, status, lines } = content();
  const indented = lines.map((line) => ` ${line}`);
  const pane = (
    <Lines
      lines={frame(indented, { title, status, focused: focus === 'transcript', width, height }, theme)}
      width={width}
      height={height}
    />
  );
  if (field === 0) return pane;
  return (
    <Box width={width} height={height} flexShrink={0}>
      {pane}
      <DetailField state={state} width={width - 2} top={height - 2} x={x + 1} y={y + height - 2} />
    </Box>
  );
});
