import { titleOf } from '../../domain/task.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { detailLayout } from '../../store/detail-layout.ts';
import type { Extent } from '../../store/geometry.ts';
import { selectedTask } from '../../store/selectors.ts';
import type { State } from '../../store/state.ts';
import { useDeck } from '../hooks/deck.ts';
import { frame } from '../widgets/frame.ts';
import { Lines } from '../widgets/lines.tsx';
import { buildLines } from './build-lines.ts';
import { composeLines } from './compose-lines.ts';
import { detailStatus, headingLine, transcriptLines } from './detail-lines.ts';

/** The selected task: how it is, and its conversation. While a new task is written: what it will be made from. */
export function DetailPane({ state, extent }: { readonly state: State; readonly extent: Extent }) {
  const { theme } = useDeck();
  const { width, height } = extent;
  const { focus, composing } = state.view;
  const task = selectedTask(state);
  const { build, transcript: inside } = detailLayout(state, extent);
  const content = () => {
    if (composing !== null)
      return { title: 'New task', status: [], lines: composeLines(composing.template, theme, inside.width) };
    if (task === null) return { title: 'Task', status: [], lines: [] };
    return {
      title: sanitiseLine(titleOf(task)),
      status: detailStatus(state, task, inside.width, inside.height),
      lines: [
        headingLine(state, task, theme, inside.width),
        ...buildLines(state, task, theme, inside.width, build),
        ...transcriptLines(state, task, theme, inside.width, inside.height),
      ],
    };
  };
  const { title, status, lines } = content();
  const indented = lines.map((line) => ` ${line}`);
  return (
    <Lines
      lines={frame(indented, { title, status, focused: focus === 'transcript', width, height }, theme)}
      width={width}
      height={height}
    />
  );
}
