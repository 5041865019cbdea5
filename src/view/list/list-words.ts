import { reportLine } from '../../domain/agent-report.ts';
import { countedTasks } from '../../domain/bulk-rules.ts';
import type { Column } from '../../domain/list-display.ts';
import { needsAttentionText } from '../../domain/needs-attention.ts';
import { phaseSince } from '../../domain/phase-since.ts';
import { coderFacts, type Task, titleOf } from '../../domain/task.ts';
import { ageOf } from '../../domain/text/age.ts';
import { counted } from '../../domain/text/format.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { truncate } from '../../domain/text/width.ts';
import { answerBeingSent, currentQuestion, permissionBeingSent } from '../../store/current-question.ts';
import { lastMessageOf } from '../../store/last-message.ts';
import { canListMore } from '../../store/list-completeness.ts';
import { columnsOf } from '../../store/list-display.ts';
import { counts, dataAge, selectedIndex, visibleTasks } from '../../store/selectors.ts';
import { phaseIn } from '../../store/slices/actions.ts';
import { isUnseenIn, needsAttentionIn } from '../../store/slices/attention.ts';
import type { State } from '../../store/state.ts';
import { childIdsOf, isFolded, needOfFolded, parentOf } from '../../store/task-tree.ts';
import { questionWords } from '../detail/question-words.ts';
import { chatWords } from '../rows/chat-words.ts';
import { phaseCounts } from '../rows/count-words.ts';
import { freshnessWords } from '../rows/freshness-words.ts';
import { snoozeWords } from '../rows/snooze-words.ts';
import { PLAIN_THEME } from '../theme.ts';
import { cellOf } from './column-cells.ts';
import { moreWords } from './list-lines.ts';

/** Columns of a message that is read out with its row. */
const MAX_SPOKEN = 200;

const UNITS: Readonly<Record<string, string>> = {
  s: 'second',
  m: 'minute',
  h: 'hour',
  d: 'day',
  w: 'week',
  y: 'year',
};

/** A short age such as `3m` in words; empty below a second. */
function spokenAge(age: string): string {
  const [, number = '', unit = ''] = /^(\d+)([smhdwy])$/.exec(age) ?? [];
  const word = UNITS[unit];
  if (word === undefined) return '';
  return `${number} ${word}${number === '1' ? '' : 's'}`;
}

/** A row of the list in one or two sentences. `isNews` leaves out that the task is unseen. */
export function taskWords(state: State, task: Task, isNews = false): string {
  const parent = parentOf(state, task);
  const whose = parent === null ? '' : `, sub-agent of ${sanitiseLine(titleOf(parent))}`;
  const title = `${sanitiseLine(titleOf(task))}${whose}`;
  const phase = phaseIn(state, task);
  const need = needOfFolded(state, task.id);
  // News of the conversation are read out by themselves.
  const said = reportLine(task) || (isNews ? '' : truncate(lastMessageOf(state, task), MAX_SPOKEN));
  const age = spokenAge(ageOf(phaseSince(task, state.now), state.now));
  const parts = [
    `${phase}${age === '' ? '' : ` for ${age}`}`,
    needsAttentionIn(state, task) ? 'needs you' : snoozeWords(state, task),
    !isNews && isUnseenIn(state, task) ? 'not seen yet' : '',
    state.view.marked.has(task.id) ? 'marked' : '',
    need === null ? '' : need === 'answer' ? 'a sub-agent asks you' : 'a sub-agent needs you',
    ...chatWords(task, phase).filter((word) => parent === null || word !== 'sub-agent'),
    (task.own?.pinOrder ?? 0) > 0 ? 'pinned' : '',
    ...familyWords(state, task),
    ...columnWords(state, task),
  ];
  const current = currentQuestion(state, task);
  const isSending =
    current === null && (answerBeingSent(state, task) !== null || permissionBeingSent(state, task) !== null);
  const message = isSending ? ' Your answer is being sent.' : said === '' ? '' : ` “${said}”`;
  const rest = current === null ? message : ` ${questionWords(current)}`;
  return `${title}: ${parts.filter(Boolean).join(', ')}.${rest}`;
}

/** The words before the text of a column. The others are in the words of every row. */
const COLUMN_WORDS: ReadonlyMap<Column, string> = new Map([
  ['owner', 'owner'],
  ['template', 'template'],
  ['directory', 'directory'],
  ['link', 'link'],
  ['created', 'created'],
]);

/** The texts of the shown columns. The facts of a chat name its agent. */
function columnWords(state: State, task: Task): readonly string[] {
  return columnsOf(state).flatMap((column) => {
    const name = COLUMN_WORDS.get(column);
    if (name === undefined || (column === 'template' && coderFacts(task) === null)) return [];
    return cellOf(state, task, column, '', PLAIN_THEME).map((text) => `${name} ${text}`);
  });
}

/** The number of sub-agents, and whether they have rows; empty without any. */
function familyWords(state: State, { id }: Task): readonly string[] {
  const folded = isFolded(state, id);
  return folded === null
    ? []
    : [`${counted(childIdsOf(state, id).length, 'sub-agent')} ${folded ? 'hidden' : 'below'}`];
}

/** The selected row with its position. */
export function selectedWords(state: State, task: Task): string {
  const visibleCount = visibleTasks(state).length;
  const index = selectedIndex(state);
  const more = index === visibleCount - 1 && canListMore(state) ? ` ${moreWords(state)}.` : '';
  return `${taskWords(state, task)}${index === -1 ? '' : ` ${index + 1} of ${visibleCount}.`}${more}`;
}

/** Deployment, user, counts and freshness. */
export function statusWords(state: State): string {
  const { deployment, user, listFreshness, view, listedScope } = state;
  const where = [deployment.name, user?.username ?? ''].filter(Boolean).map(sanitiseLine).join(', ');
  const fresh = dataAge(listFreshness, state.now);
  if (listFreshness.requestedAt === null) return `${where}: ${freshnessWords(fresh)[0]}`;
  const all = counts(state);
  const { total, needYou } = all;
  const parts = [
    listedScope.archived ? `${total} archived` : countedTasks(total),
    needYou === 0 ? 'none needs you' : needsAttentionText(needYou),
    ...phaseCounts(all).map(({ text }) => text),
    view.marked.size === 0 ? '' : `${view.marked.size} marked`,
    fresh.kind === 'live' ? '' : freshnessWords(fresh)[0],
  ];
  return `${where}: ${parts.filter(Boolean).join(', ')}. ${filterWords(state)}`.trim();
}

/** The active filter; empty without one. */
export function filterWords(state: State): string {
  const { filter, needsAttentionIds } = state.view;
  if (filter === '' && needsAttentionIds === null) return '';
  const what = needsAttentionIds === null ? '' : ' that need you';
  const words = filter === '' ? '' : ` for the filter ${sanitiseLine(filter)}`;
  const { length } = visibleTasks(state);
  return `Shown: ${countedTasks(length)}${what}${words}.`;
}
