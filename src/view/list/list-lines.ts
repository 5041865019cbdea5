import { ACTIVITY_MINUTES } from '../../domain/activity.ts';
import { keyFor, withKeyNames } from '../../domain/key-placeholder.ts';
import { scopeSuffix } from '../../domain/owner-scope.ts';
import type { Phase } from '../../domain/phase.ts';
import { phaseSince } from '../../domain/phase-since.ts';
import { pinOrderOf } from '../../domain/row-order.ts';
import { type Task, titleOf } from '../../domain/task.ts';
import { ageOf } from '../../domain/text/age.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { displayWidth, truncate } from '../../domain/text/width.ts';
import { taskActivityLevels } from '../../store/activity.ts';
import { answerBeingSent, currentQuestion, permissionBeingSent } from '../../store/current-question.ts';
import { canListMore, isListingMore } from '../../store/list-completeness.ts';
import { counts, isFiltered, matchingRows, selectedIndex, visibleTasks } from '../../store/selectors.ts';
import { phaseIn } from '../../store/slices/actions.ts';
import { isUnseenIn, needsAttentionIn } from '../../store/slices/attention.ts';
import type { PendingCreation } from '../../store/slices/new-task.ts';
import type { State } from '../../store/state.ts';
import { hasFamilies, isFolded, needOfFolded, rootIdOf } from '../../store/task-tree.ts';
import { changesInRow, shortPhaseWord } from '../rows/chat-words.ts';
import { fitRow } from '../rows/fit.ts';
import { snoozedWord } from '../rows/snooze-words.ts';
import type { Style, Theme } from '../theme.ts';

const PHASE_COLUMNS = 8;
const AGE_COLUMNS = 3;
/** The minimum width for the activity sparkline, and its own width with a blank. */
const MIN_COLUMNS_FOR_ACTIVITY = 54;
/** The minimum columns of title and question for the phase beside them. */
const MIN_COLUMNS_FOR_WORD = 24;
/** Minimum columns of a title beside a question. */
const MIN_TITLE = 8;
const ACTIVITY_COLUMNS = ACTIVITY_MINUTES + 1;
/** The minimum width for owners in a list of all tasks, and the width of that column with a blank. */
const MIN_COLUMNS_FOR_OWNER = 44;
const OWNER_COLUMNS = 9;
/** Pointer, glyph and blanks. */
const GAPS = 6;
/** The mark and a blank, if any task is marked. */
const MARK_COLUMNS = 2;
/** The sign of the tree and a blank, if any task has sub-agents. */
const TREE_COLUMNS = 2;

/** The tasks from index `top` on, as lines of `width` columns, at most `height` of them. */
export function listLines(state: State, theme: Theme, width: number, height: number, top: number): string[] {
  const creations = state.pendingCreations.map((creation) => creationLine(state, creation, theme, width));
  const rows = visibleTasks(state);
  const end = top + Math.max(0, height - creations.length);
  const tasks = rows.slice(top, end);
  const lines = tasks.map((task, index) => taskLine(state, task, rows[top + index + 1], theme, width));
  const more = end > rows.length && canListMore(state) ? [moreLine(state, theme, width)] : [];
  return [...creations, ...lines, ...more].slice(0, height);
}

/** The row below a list that is cut: how many tasks are shown, and how to list more. */
export function moreWords(state: State): string {
  const { total } = counts(state);
  return isListingMore(state)
    ? `${total} shown, loading more…`
    : `${total} shown, ${withKeyNames(keyFor('down'), state.keyNames)} lists more`;
}

const moreLine = (state: State, theme: Theme, width: number): string =>
  theme.dim(fitRow(`   ${moreWords(state)}`, width));

/** The title of the list, with scope and filter. */
export function listTitle({ view, savedViews, listedScope }: State): string {
  const tasks = `${listedScope.archived ? 'Archived chats' : 'Tasks'}${sanitiseLine(scopeSuffix(listedScope))}`;
  const what = view.needsAttentionIds === null ? tasks : `${tasks} that need you`;
  if (view.filter === '') return what;
  const named = Object.values(savedViews).find(({ filter }) => filter === view.filter);
  return `${what} ${sanitiseLine(named === undefined ? `/${view.filter}` : `· ${named.name}`)}`;
}

/** Sort order, position and number of hidden tasks; longest variant first. */
export function listStatus(state: State, rows: number): string[] {
  const visibleCount = visibleTasks(state).length;
  const hidden = isFiltered(state) ? state.tasks.length - matchingRows(state).length : 0;
  const place = visibleCount > rows ? `${selectedIndex(state) + 1} of ${visibleCount}` : '';
  const rest = hidden > 0 ? `${hidden} hidden` : '';
  const sort = `by ${state.view.sort}`;
  return [[sort, place, rest], [place, rest], [place || rest]].map((words) =>
    words.filter(Boolean).join(' · '),
  );
}

/** Whether rows show the owner. */
const hasOwners = ({ listedScope }: State, width: number): boolean =>
  (listedScope.kind === 'everyone' || listedScope.kind === 'shared') && width >= MIN_COLUMNS_FOR_OWNER;

/** `next`: the task of the row below. */
function taskLine(state: State, task: Task, next: Task | undefined, theme: Theme, width: number): string {
  const need = needOfFolded(state, task.id);
  const phase = phaseIn(state, task);
  const asks = need === 'answer' && !needsAttentionIn(state, task);
  const isSelected = task.id === state.view.selected;
  const isAnswered = answerBeingSent(state, task) !== null || permissionBeingSent(state, task) !== null;
  const snoozed = snoozedWord(state, task);
  const question = snoozed !== null ? null : isAnswered ? 'answer is being sent' : questionInRow(state, task);
  const owner = hasOwners(state, width) ? sanitiseLine(task.ownerName) : null;
  const minColumnsForActivity = MIN_COLUMNS_FOR_ACTIVITY + (owner === null ? 0 : OWNER_COLUMNS);
  // A task that asks is not active: its question has the room.
  const hasActivity = question === null && width >= minColumnsForActivity;
  return rowLine(
    {
      title: sanitiseLine(titleOf(task)),
      pinned: pinOrderOf(task) > 0,
      tree: hasFamilies(state) ? treeSign(state, task, next, need !== null, theme) : null,
      changes: changesInRow(task),
      question,
      phase: asks ? 'idle' : phase,
      word: asks ? 'asks you' : (snoozed ?? (isAnswered ? phase : shortPhaseWord(task, phase))),
      quiet: snoozed !== null,
      age: ageOf(phaseSince(task, state.now), state.now),
      needsYou: need !== null || needsAttentionIn(state, task),
      unseen: isUnseenIn(state, task),
      owner,
      activity: hasActivity ? sparkline(taskActivityLevels(state, task), theme) : null,
      marked: hasMarks(state) ? state.view.marked.has(task.id) : null,
      selected: isSelected ? (state.view.focus === 'list' ? 'focused' : 'elsewhere') : 'no',
    },
    theme,
    width,
  );
}

/** Two columns: whether the row is a sub-agent, or has some. `needs`: a hidden one needs the user. */
function treeSign(
  state: State,
  task: Task,
  next: Task | undefined,
  needs: boolean,
  { glyphs }: Theme,
): string {
  const root = rootIdOf(state, task.id);
  if (root !== null)
    return `${next !== undefined && rootIdOf(state, next.id) === root ? glyphs.tree.child : glyphs.tree.lastChild} `;
  const folded = isFolded(state, task.id);
  if (folded === null) return '  ';
  return `${folded ? glyphs.tree.folded : glyphs.tree.unfolded}${needs ? '!' : ' '}`;
}

const hasMarks = ({ view }: State): boolean => view.marked.size > 0;

const creationLine = (state: State, { prompt }: PendingCreation, theme: Theme, width: number): string =>
  rowLine(
    {
      title: sanitiseLine(prompt),
      pinned: false,
      tree: hasFamilies(state) ? '  ' : null,
      changes: [],
      question: null,
      phase: 'queued',
      word: 'queued',
      quiet: false,
      age: '',
      needsYou: false,
      unseen: false,
      owner: hasOwners(state, width) ? sanitiseLine(state.user?.username ?? '') : null,
      activity: null,
      marked: hasMarks(state) ? false : null,
      selected: 'no',
    },
    theme,
    width,
  );

interface Row {
  readonly title: string;
  readonly pinned: boolean;
  /** Null while no task has sub-agents: there is no column then. */
  readonly tree: string | null;
  /** The pull request or the worktree, and the changed lines, longest variant first. */
  readonly changes: readonly string[];
  /** The question of the task; null for none. */
  readonly question: string | null;
  readonly phase: Phase;
  /** The phase, or a word of the same length that says more. */
  readonly word: string;
  /** Whether the task is snoozed. */
  readonly quiet: boolean;
  readonly age: string;
  readonly needsYou: boolean;
  readonly unseen: boolean;
  /** Null if the column is not shown. */
  readonly owner: string | null;
  /** Empty if nothing is known; null if there is no room. */
  readonly activity: string | null;
  /** Null while no row is marked: there is no column then. */
  readonly marked: boolean | null;
  readonly selected: 'no' | 'focused' | 'elsewhere';
}

function rowLine(
  {
    title,
    pinned,
    tree,
    changes,
    question,
    phase,
    word,
    quiet,
    age,
    needsYou,
    unseen,
    owner,
    activity,
    marked,
    selected,
  }: Row,
  theme: Theme,
  width: number,
): string {
  const columns = Math.max(
    4,
    width -
      PHASE_COLUMNS -
      AGE_COLUMNS -
      GAPS -
      (owner === null ? 0 : OWNER_COLUMNS) -
      (activity === null ? 0 : ACTIVITY_COLUMNS) -
      (tree === null ? 0 : TREE_COLUMNS) -
      (marked === null ? 0 : MARK_COLUMNS),
  );
  // In a narrow list the question says more than the word.
  const hasWord = question === null || columns >= MIN_COLUMNS_FOR_WORD;
  const titleColumns = columns + (hasWord ? 0 : PHASE_COLUMNS + 1);
  const named = pinned ? `${theme.glyphs.pin} ${title}` : title;
  const made =
    question === null
      ? changesThatFit(changes, displayWidth(named), titleColumns)
      : ` ${questionThatFits(question, displayWidth(named), titleColumns)}`;
  const name = fitRow(named, titleColumns - displayWidth(made));
  const whose = owner === null ? '' : `${fitRow(owner, OWNER_COLUMNS - 1)} `;
  const shownWord = hasWord ? `${fitRow(word, PHASE_COLUMNS)} ` : '';
  const time = age.padStart(AGE_COLUMNS);
  const spark = activity === null ? '' : `${activity.padEnd(ACTIVITY_MINUTES)} `;
  const glyph = theme.glyphs.phase[phase];
  const sign = marked === null ? '' : `${marked ? theme.glyphs.marked : ' '} `;
  // A single style: styles inside an inverse row would leave gaps.
  if (selected === 'focused') {
    const row = fitRow(
      `${theme.glyphs.pointer}${sign}${glyph} ${tree ?? ''}${name}${made} ${whose}${spark}${shownWord}${time} `,
      width,
    );
    return theme.selected(needsYou ? theme.strong(row) : row);
  }
  const color = quiet ? theme.dim : theme.phase(phase);
  const loud: Style = needsYou ? theme.strong : (text) => text;
  const mark = unseen ? theme.attention(theme.glyphs.unseen) : ' ';
  const branch = tree === null ? '' : (tree.endsWith('!') ? theme.attention : theme.dim)(tree);
  const pointer = selected === 'elsewhere' ? theme.accent(theme.glyphs.pointer) : mark;
  return `${pointer}${marked ? theme.accent(sign) : sign}${color(glyph)} ${branch}${loud(name)}${made === '' ? '' : theme.dim(made)} ${whose === '' ? '' : theme.dim(whose)}${spark === '' ? '' : color(spark)}${color(shownWord)}${theme.dim(time)} `;
}

/** A title with a question gets no more of the row than this, if the question needs the rest. */
const TITLE_SHARE = 0.45;

/** The question, or its beginning, beside the title. */
function questionThatFits(question: string, titleWidth: number, columns: number): string {
  const forTitle = Math.min(titleWidth, Math.max(MIN_TITLE, Math.floor(columns * TITLE_SHARE)));
  return truncate(question, Math.max(1, columns - forTitle - 1));
}

/** The question of the task with its sign; null for none. */
function questionInRow(state: State, task: Task): string | null {
  const current = currentQuestion(state, task);
  return current === null ? null : `? ${sanitiseLine(current.question.text || current.question.header)}`;
}

/** Minimum columns of a title beside the variants of the changes, shortest first. A shorter title needs only its own. */
const MIN_TITLES = [9, 12];
/** The same for all longer variants. */
const MIN_TITLE_BESIDE_LONG = 24;

/** `place`: of the variant, from the shortest, which has 1. */
const minTitle = (place: number): number => MIN_TITLES[place - 1] ?? MIN_TITLE_BESIDE_LONG;

/** The longest variant that leaves the title enough columns, with a blank before it; empty for none. */
function changesThatFit(variants: readonly string[], titleWidth: number, columns: number): string {
  const fits = variants.find(
    (variant, index) =>
      columns - displayWidth(variant) - 1 >= Math.min(titleWidth, minTitle(variants.length - index)),
  );
  return fits === undefined ? '' : ` ${fits}`;
}

/** Empty if nothing is known. */
const sparkline = (levels: readonly number[] | null, { glyphs }: Theme): string =>
  levels === null ? '' : levels.map((level) => glyphs.spark[level] ?? '').join('');
