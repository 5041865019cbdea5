import { countedTasks } from '../../domain/bulk-rules.ts';
import { titleOf } from '../../domain/task.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { selectedHeading } from '../../store/list-items.ts';
import { markedIds } from '../../store/marks.ts';
import { isWritingToMarked, selectedTask } from '../../store/selectors.ts';
import type { State } from '../../store/state.ts';
import { type Extent, FRAME_SIZE } from '../layout/geometry.ts';
import { bulkLines } from '../questions/bulk-question.ts';
import { frame } from '../rows/frame.ts';
import type { Theme } from '../theme.ts';
import { buildLines } from './build-lines.ts';
import { checklistLines } from './checklist.ts';
import { detailLayout } from './detail-layout.ts';
import { detailStatus, headingLines, transcriptLines } from './detail-lines.ts';
import { groupLines } from './group-lines.ts';
import { questionLines } from './question-lines.ts';
import { timelineLine } from './timeline-line.ts';

interface Content {
  readonly title: string;
  readonly status: readonly string[];
  readonly lines: readonly string[];
}

/** The rows of the task pane: status and transcript; the recipients for a message to several tasks. */
export function detailFrame(state: State, theme: Theme, extent: Extent): readonly string[] {
  const { width, height } = extent;
  const { title, status, lines } = contentOf(state, theme, extent);
  const indented = lines.map((line) => ` ${line}`);
  const { overlay, focus } = state.view;
  const focused = focus === 'transcript' || overlay?.kind === 'options';
  return frame(indented, { title, status, focused, width, height }, theme);
}

/** The lines with blank ones up to `height`. */
const filled = (lines: readonly string[], height: number): readonly string[] =>
  Array.from({ length: height }, (_, index) => lines[index] ?? '');

function contentOf(state: State, theme: Theme, extent: Extent): Content {
  const task = selectedTask(state);
  const { heading, timeline, checklist, build, question, transcript: inside } = detailLayout(state, extent);
  if (state.view.focus === 'prompt' && isWritingToMarked(state)) {
    const size = { width: inside.width, height: extent.height - FRAME_SIZE };
    const lines = bulkLines(state, 'send', markedIds(state), theme, size);
    return { title: `To ${countedTasks(state.view.marked.size)}`, status: [], lines };
  }
  const group = selectedHeading(state);
  if (group !== null) {
    const height = extent.height - FRAME_SIZE;
    const lines = groupLines(state, group, theme, inside.width, height);
    return { title: sanitiseLine(group.label), status: [], lines };
  }
  if (task === null || heading === null) return { title: 'Task', status: [], lines: [] };
  return {
    title: sanitiseLine(titleOf(task)),
    status: detailStatus(state, task, inside.width, inside.height),
    lines: [
      ...headingLines(heading, theme, inside.width),
      ...(timeline > 0 ? [timelineLine(state, task, theme, inside.width)] : []),
      ...checklistLines(checklist, theme),
      ...buildLines(state, task, theme, inside.width, build),
      ...(question.length === 0
        ? transcriptLines(state, task, theme, inside.width, inside.height)
        : filled(transcriptLines(state, task, theme, inside.width, inside.height), inside.height)),
      ...questionLines(question, theme, inside.width),
    ],
  };
}
