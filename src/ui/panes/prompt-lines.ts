import type { EditRow } from '../../domain/edit/layout.ts';
import { keyFor, withKeyNames } from '../../domain/key-hint.ts';
import type { Phase } from '../../domain/phase.ts';
import { deliveryTo } from '../../domain/rules.ts';
import { titleOf } from '../../domain/task.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { displayWidth, truncate } from '../../domain/text/width.ts';
import { type Extent, PROMPT_MARGIN } from '../../store/geometry.ts';
import { firstMarked } from '../../store/marks.ts';
import { searchIn, written } from '../../store/prompt-search.ts';
import { isToMarked, phaseIn, selectedTask, taskById } from '../../store/selectors.ts';
import type { State } from '../../store/state.ts';
import { questionLine, questionOf } from '../overlays/question.ts';
import { namesIn } from '../overlays/several-question.ts';
import type { Theme } from '../theme.ts';
import { searchLine } from './search-line.ts';

/** How a draft begins that nobody is writing at the moment, and whether there is more of it. */
export function restingRows(
  rows: readonly EditRow[],
  { width, height }: Extent,
): readonly Pick<EditRow, 'text'>[] {
  if (rows.length <= height) return rows;
  const last = rows[height - 1]?.text ?? '';
  return [...rows.slice(0, height - 1), { text: `${truncate(last, width - 2)} …` }];
}

/** The prompt's rows: the question that is open, else what is written, else what could be. */
export function promptLines(
  state: State,
  rows: readonly Pick<EditRow, 'text'>[],
  isWriting: boolean,
  theme: Theme,
): string[] {
  const question = questionOf(state);
  const mark = theme.glyphs.prompt;
  const prefix = (index: number): string =>
    index === 0 ? ` ${isWriting ? theme.accent(mark) : theme.dim(mark)} ` : '   ';
  const search = searchIn(state);
  const isEmpty = written(state).text === '';
  const texts = isEmpty
    ? [theme.dim(placeholder(state, state.size.columns - PROMPT_MARGIN - 1))]
    : rows.map(({ text }) => (isWriting ? text : theme.dim(text)));
  const lines = texts.map((text, index) => prefix(index) + text);
  // What the question is about stays in sight under it, where there is room.
  if (question !== null) return [questionLine(question, theme), ...(isEmpty ? [] : lines)];
  if (search !== null) return [searchLine(search, state.size.columns, theme), ...lines];
  const heading = isWriting ? rewritingLine(state, theme) : null;
  return heading === null ? lines : [heading, ...lines];
}

/** Whose prompt is changed, above it; null while messages are written. */
function rewritingLine(state: State, theme: Theme): string | null {
  const task = taskById(state, state.view.rewriting);
  if (task === null) return null;
  const words = 'what it begins with when it is resumed: ';
  const room = Math.max(LEAST_TITLE, state.size.columns - words.length - 2);
  return ` ${theme.accent(words)}${truncate(sanitiseLine(titleOf(task)), room)}`;
}

/** What writing here would do, in the words of the task's phase. */
export function placeholder(state: State, columns: number): string {
  if (isToMarked(state)) {
    const { size } = state.view.marked;
    const many = size === 1 ? 'the marked task' : `${size} marked tasks`;
    const words = `write to ${many}`;
    const names = namesIn(firstMarked(state, MOST_NAMES), columns - words.length - 2, size);
    return truncate(names === '' ? words : `${words}: ${names}`, columns);
  }
  const task = selectedTask(state);
  if (task === null)
    return state.list.at === null ? '' : withKeyNames(`${keyFor('new')} starts a new task`, state.keyNames);
  const phase = phaseIn(state, task);
  const [before = '', after = ''] = around(phase).map((words) => withKeyNames(words, state.keyNames));
  const room = columns - displayWidth(before + after);
  // Of a long title so much as leaves the words around it in sight.
  const title = truncate(sanitiseLine(titleOf(task)), Math.max(LEAST_TITLE, room));
  return truncate(`${before}${title}${title.endsWith('…') && after === '…' ? '' : after}`, columns);
}

const LEAST_TITLE = 8;
/** No screen has room for more names. */
const MOST_NAMES = 50;

/** The words before and after the task's title. */
function around(phase: Phase): readonly [before: string, after: string] {
  switch (deliveryTo(phase)) {
    case 'now':
      return ['answer ', '…'];
    case 'when-ready':
      return ['write to ', phase === 'working' ? ': queued while it works' : ': queued until it is ready'];
    case 'needs-resume':
      return ['write to ', `: ${phase}, so ${keyFor('send')} asks`];
    case 'never':
      return ['', phase === 'deleting' ? ' is being deleted' : ' takes no message now'];
  }
}
