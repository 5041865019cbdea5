import { reportLine } from '../../domain/agent-report.ts';
import { countedTasks } from '../../domain/bulk-rules.ts';
import { needsAttentionText } from '../../domain/needs-attention.ts';
import { phaseSince } from '../../domain/phase-since.ts';
import { type Task, titleOf } from '../../domain/task.ts';
import { ageOf } from '../../domain/text/age.ts';
import { counted } from '../../domain/text/count.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { answerBeingSent, currentQuestion, permissionBeingSent } from '../../store/current-question.ts';
import { canListMore } from '../../store/list-completeness.ts';
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
import { moreWords } from './list-lines.ts';

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
  const report = reportLine(task);
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
  ];
  const current = currentQuestion(state, task);
  const isSending =
    current === null && (answerBeingSent(state, task) !== null || permissionBeingSent(state, task) !== null);
  const said = isSending ? ' Your answer is being sent.' : report === '' ? '' : ` “${report}”`;
  const rest = current === null ? said : ` ${questionWords(current)}`;
  return `${title}: ${parts.filter(Boolean).join(', ')}.${rest}`;
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
