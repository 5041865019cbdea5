import { keyFor, withKeyNames } from '../../domain/key-placeholder.ts';
import { optionsText, questionText } from '../../domain/question.ts';
import { pinOrderOf } from '../../domain/row-order.ts';
import { type Task, titleOf } from '../../domain/task.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { displayWidth } from '../../domain/text/width.ts';
import {
  answerBeingSent,
  type CurrentQuestion,
  currentQuestion,
  permissionBeingSent,
} from '../../store/current-question.ts';
import { lastMessageOf } from '../../store/last-message.ts';
import { canListMore, isListingMore } from '../../store/list-completeness.ts';
import { columnsOf, rowHeight } from '../../store/list-display.ts';
import { isHeading, isSelected, type ListItem, listItems } from '../../store/list-items.ts';
import { titleMatches } from '../../store/matching-rows.ts';
import { counts } from '../../store/selectors.ts';
import { phaseIn } from '../../store/slices/actions.ts';
import { isUnseenIn, needsAttentionIn } from '../../store/slices/attention.ts';
import type { PendingCreation } from '../../store/slices/new-task.ts';
import type { State } from '../../store/state.ts';
import { hasFamilies, isFolded, needOfFolded, rootIdOf } from '../../store/task-tree.ts';
import { shortPhaseWord } from '../rows/chat-words.ts';
import { fitRow } from '../rows/fit.ts';
import { snoozedWord } from '../rows/snooze-words.ts';
import type { Theme } from '../theme.ts';
import { type Cell, cellOf, hasOwners } from './column-cells.ts';
import { type Cells, layoutColumns } from './column-layout.ts';
import { headingLine } from './heading-line.ts';
import { itemsInWindow, type ListHeights } from './list-window.ts';
import { namedTitle, type Row, roomInRow, rowLines } from './row-lines.ts';

/** The items of the list and their heights. */
export const listHeights = (state: State): ListHeights => ({
  items: listItems(state),
  rowHeight: rowHeight(state),
  more: canListMore(state) ? 1 : 0,
});

/** The lines of the rows above the others: tasks that are being created. */
export const creationLines = (state: State): number => state.pendingCreations.length * rowHeight(state);

/**
 * The items from index `top` on, as lines of `width` columns, at most `height` of them. Computes only the rows that are
 * drawn.
 */
export function listLines(state: State, theme: Theme, width: number, height: number, top: number): string[] {
  const heights = listHeights(state);
  const items = itemsInWindow(heights, top, height - creationLines(state));
  const rows: readonly (Row | ListItem)[] = [
    ...state.pendingCreations.map((creation) => creationRow(state, creation)),
    ...items.map((item, index) =>
      isHeading(item) ? item : taskRow(state, item, heights.items[top + index + 1], theme),
    ),
  ];
  const taskRows = rows.filter((row): row is Row => 'cells' in row);
  const [first] = taskRows;
  const columns = columnsOf(state).filter((column) => heights.rowHeight === 1 || column !== 'activity');
  const layout = layoutColumns(
    columns,
    taskRows.map(({ cells }) => cells),
    first === undefined ? width : roomInRow(first, width),
    Math.max(0, ...taskRows.map((row) => displayWidth(namedTitle(row, theme)) + widthBeside(row))),
  );
  const lines = rows.flatMap((row) =>
    'cells' in row
      ? rowLines(row, layout, theme, width)
      : isHeading(row)
        ? [headingLine(row, selectionOf(state, row), theme, width)]
        : [],
  );
  const end = top + items.length;
  const more = end === heights.items.length && heights.more > 0 ? [moreLine(state, theme, width)] : [];
  return [...lines, ...more].slice(0, Math.max(0, height));
}

/** Columns that a question in the same line needs. */
const widthBeside = ({ question }: Row): number => (question === null ? 0 : displayWidth(question) + 1);

/** The row below a list that is cut: how many tasks are shown, and how to list more. */
export function moreWords(state: State): string {
  const { total } = counts(state);
  return isListingMore(state)
    ? `${total} shown, loading more…`
    : `${total} shown, ${withKeyNames(keyFor('down'), state.keyNames)} lists more`;
}

const moreLine = (state: State, theme: Theme, width: number): string =>
  theme.dim(fitRow(`   ${moreWords(state)}`, width));

const selectionOf = (state: State, item: ListItem): Row['selected'] =>
  isSelected(state, item) ? (state.view.focus === 'list' ? 'focused' : 'elsewhere') : 'no';

/** `next`: the item of the row below. */
function taskRow(state: State, task: Task, next: ListItem | undefined, theme: Theme): Row {
  const need = needOfFolded(state, task.id);
  const phase = phaseIn(state, task);
  const asks = need === 'answer' && !needsAttentionIn(state, task);
  const current = currentQuestion(state, task);
  const isAnswered = answerBeingSent(state, task) !== null || permissionBeingSent(state, task) !== null;
  const snoozed = snoozedWord(state, task);
  const word = asks ? 'asks you' : (snoozed ?? (isAnswered ? phase : shortPhaseWord(task, phase)));
  const cells: Cells = new Map(
    columnsOf(state).map((column): [typeof column, Cell] => [
      column,
      cellOf(state, task, column, word, theme),
    ]),
  );
  const hasTwoLines = rowHeight(state) === 2;
  return {
    title: sanitiseLine(titleOf(task)),
    matches: titleMatches(state, task),
    pinned: pinOrderOf(task) > 0,
    tree: hasFamilies(state) ? treeSign(state, task, next, need !== null, theme) : null,
    cells,
    question: hasTwoLines || snoozed !== null ? null : questionInLine(current, isAnswered),
    second: hasTwoLines ? secondOf(state, task, current, isAnswered, cells) : null,
    phase: asks ? 'idle' : phase,
    quiet: snoozed !== null,
    needsYou: need !== null || needsAttentionIn(state, task),
    unseen: isUnseenIn(state, task),
    marked: hasMarks(state) ? state.view.marked.has(task.id) : null,
    selected: selectionOf(state, task),
  };
}

const BEING_SENT = 'answer is being sent';

/** The question beside the title, with its sign; null for none. */
function questionInLine(current: CurrentQuestion | null, isAnswered: boolean): string | null {
  if (isAnswered) return BEING_SENT;
  return current === null ? null : `? ${sanitiseLine(current.question.text || current.question.header)}`;
}

/** The question with its options, else the last message. */
function secondOf(
  state: State,
  task: Task,
  current: CurrentQuestion | null,
  isAnswered: boolean,
  cells: Cells,
): Row['second'] {
  if (isAnswered) return { sign: ' ', text: BEING_SENT, activity: '' };
  if (current === null)
    return { sign: ' ', text: lastMessageOf(state, task), activity: cells.get('activity')?.[0] ?? '' };
  const { question } = current;
  const words = [questionText(question), optionsText(question)].map(sanitiseLine).filter(Boolean);
  // A task that asks is not active: its question has the room.
  return { sign: '?', text: words.join('  '), activity: '' };
}

/** Two columns: whether the row is a sub-agent, or has some. `needs`: a hidden one needs the user. */
function treeSign(
  state: State,
  task: Task,
  next: ListItem | undefined,
  needs: boolean,
  { glyphs }: Theme,
): string {
  const root = rootIdOf(state, task.id);
  if (root !== null) {
    const hasSibling = next !== undefined && !isHeading(next) && rootIdOf(state, next.id) === root;
    return `${hasSibling ? glyphs.tree.child : glyphs.tree.lastChild} `;
  }
  const folded = isFolded(state, task.id);
  if (folded === null) return '  ';
  return `${folded ? glyphs.tree.folded : glyphs.tree.unfolded}${needs ? '!' : ' '}`;
}

const hasMarks = ({ view }: State): boolean => view.marked.size > 0;

function creationRow(state: State, { prompt }: PendingCreation): Row {
  const owner = hasOwners(state) ? sanitiseLine(state.user?.username ?? '') : '';
  return {
    title: sanitiseLine(prompt),
    matches: [],
    pinned: false,
    tree: hasFamilies(state) ? '  ' : null,
    cells: new Map([
      ['phase', ['queued']],
      ['owner', owner === '' ? [] : [owner]],
    ]),
    question: null,
    second: rowHeight(state) === 1 ? null : { sign: ' ', text: 'being created', activity: '' },
    phase: 'queued',
    quiet: false,
    needsYou: false,
    unseen: false,
    marked: hasMarks(state) ? false : null,
    selected: 'no',
  };
}
