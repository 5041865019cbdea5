import {
  type ActionId,
  actionBehind,
  actionById,
  thirdPerson,
  undoDelayMs,
  verbOf,
} from '../../domain/action.ts';
import { bulkVerb, countedTasks, SEND, tasksByAction } from '../../domain/bulk-rules.ts';
import { type KeyNames, withKeyNames } from '../../domain/key-placeholder.ts';
import type { Phase } from '../../domain/phase.ts';
import { deliveryTiming } from '../../domain/rules.ts';
import { type Task, titleOf } from '../../domain/task.ts';
import { capitalize, plural } from '../../domain/text/format.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { displayWidth, truncate } from '../../domain/text/width.ts';
import { bulkPlanFor } from '../../store/bulk-plan.ts';
import { pendingBulkOperation } from '../../store/bulk-progress.ts';
import { placeOf, rowIndexById } from '../../store/selectors.ts';
import { withServerQueue } from '../../store/server-queue.ts';
import { type BulkPlan, phaseIn } from '../../store/slices/actions.ts';
import type { State } from '../../store/state.ts';
import type { Theme } from '../theme.ts';

/** A shorter title is not useful. */
const MIN_TITLE = 8;

/** `“a”, “b” and 3 more`: as many names as fit into `columns`. `count` is the total if `tasks` has only the first. */
export function taskNames(tasks: readonly Task[], columns: number, count = tasks.length): string {
  let names = '';
  for (const [index, task] of tasks.entries()) {
    const name = `“${sanitiseLine(titleOf(task))}”`;
    const rest = count - index - 1;
    const before = names === '' ? '' : `${names}${rest === 0 ? ' and ' : ', '}`;
    const after = rest === 0 ? '' : ` and ${rest} more`;
    if (displayWidth(before + name + after) <= columns) {
      names = before + name;
      continue;
    }
    if (names !== '') return `${names} and ${rest + 1} more`;
    const room = columns - displayWidth(after) - 2;
    return room < MIN_TITLE ? '' : `“${truncate(sanitiseLine(titleOf(task)), room)}”${after}`;
  }
  return tasks.length === count ? names : `${names} and ${count - tasks.length} more`;
}

/** The question in at most `columns`: the counts, and as many names as fit. */
export function bulkQuestionWords(
  state: State,
  act: ActionId,
  taskIds: readonly string[],
  columns: number,
): string {
  const { eligible, ineligible } = bulkPlanFor(state, act, taskIds);
  const all = eligible.length + ineligible.length;
  const count = ineligible.length === 0 ? countedTasks(all) : `${eligible.length} of ${countedTasks(all)}`;
  const paused = act === SEND ? pausedCount(state, eligible) : 0;
  const how = paused === 0 ? '' : paused === all ? ', paused' : `, ${paused} of them paused`;
  const groups = tasksByAction(state.actionTables, act, eligible);
  const isMixed = groups.length > 1;
  const wordsOf = ([id, tasks]: (typeof groups)[number]): string =>
    `${bulkVerb(state.actionTables, id).present} ${isMixed ? tasks.length : count}`;
  const alsoOf = ([id, tasks]: (typeof groups)[number]): string =>
    actionById(state.actionTables, id)?.bulk?.also?.(
      tasks.map((task) => withServerQueue(state, task)),
      placeOf(state),
    ) ?? '';
  const joined = (parts: readonly string[]): string => capitalize(parts.join(', '));
  const short = `${joined(groups.map(wordsOf))}${isMixed ? ` of ${countedTasks(all)}` : ''}${how}`;
  const long = `${joined(groups.map((group) => `${wordsOf(group)} ${alsoOf(group)}`.trimEnd()))}${how}`;
  for (const words of [long, short]) {
    const names = taskNames(eligible, columns - displayWidth(words) - 3);
    if (names !== '') return `${words}: ${names}?`;
    // All effects are worth more than a name, which the list beside the question shows.
    if (isMixed && displayWidth(words) < columns) return `${words}?`;
  }
  return truncate(`${short}?`, columns);
}

/** The title of the list of the tasks. */
export const bulkTitle = (state: State, act: ActionId, taskIds: readonly string[]): string =>
  act === SEND
    ? `To ${countedTasks(taskIds.length)}`
    : `To ${bulkActions(state, act, taskIds)
        .map((id) => verbOf(state.actionTables, id).present)
        .join(' or ')}`;

/** The actions that run on the eligible tasks. At least one. */
const bulkActions = (state: State, act: ActionId, taskIds: readonly string[]): readonly ActionId[] =>
  tasksByAction(state.actionTables, act, bulkPlanFor(state, act, taskIds).eligible).map(([id]) => id);

/** The answers: key and effect. */
export function bulkAnswers(
  state: State,
  act: ActionId,
  taskIds: readonly string[],
): readonly (readonly [key: string, words: string])[] {
  if (act !== SEND) {
    const actions = bulkActions(state, act, taskIds);
    const action = actionById(state.actionTables, actions[0] ?? act);
    return [
      ['y', actions.map((id) => thirdPerson(verbOf(state.actionTables, id))).join(' and ')],
      ['other keys', action?.confirm?.no[1] ?? 'cancel'],
    ];
  }
  const { eligible } = bulkPlanFor(state, act, taskIds);
  return pausedCount(state, eligible) === 0
    ? [
        ['y', 'sends'],
        ['other keys', 'back'],
      ]
    : [
        ['y', 'resume and send'],
        ['w', 'queue there'],
        ['other keys', 'back'],
      ];
}

/** The number of tasks that need a resume before a message. */
const pausedCount = (state: State, tasks: readonly Task[]): number =>
  tasks.filter((task) => deliveryTiming(task, phaseIn(state, task)) === 'needs-resume').length;

/** All tasks by name: first the eligible ones, then the others with their reasons. At most `height` rows. */
export function bulkLines(
  state: State,
  act: ActionId,
  taskIds: readonly string[],
  theme: Theme,
  { width, height }: { readonly width: number; readonly height: number },
): string[] {
  const plan = bulkPlanFor(state, act, taskIds);
  const action = actionById(state.actionTables, act);
  const waiting = undoDelayMs(action, placeOf(state)) > 0 ? pendingBulkOperation(state) : null;
  const also =
    waiting === null
      ? []
      : [
          theme.attention(
            truncate(
              `y also ${thirdPerson(verbOf(state.actionTables, waiting.action))} the ${plural(waiting.tasks.length, 'waiting task', `${waiting.tasks.length} waiting tasks`)} now.`,
              width,
            ),
          ),
        ];
  const not = ineligibleLines(plan, bulkVerb(state.actionTables, act).past, state.keyNames, theme, {
    width,
    height: Math.max(0, height - also.length) >> 1,
  });
  const room = height - also.length - not.length;
  const isMixed = bulkActions(state, act, taskIds).length > 1;
  const line = (task: Task): string => eligibleLine(state, act, task, isMixed, theme, width);
  return [...limitLines(plan.eligible, room, line, theme), ...not, ...also];
}

/** `isMixed`: other tasks of the list have another action. */
function eligibleLine(
  state: State,
  act: ActionId,
  task: Task,
  isMixed: boolean,
  theme: Theme,
  width: number,
): string {
  const action = actionBehind(state.actionTables, act, task);
  const phase = phaseIn(state, task);
  const hidden = rowIndexById(state).has(task.id) ? '' : ', hidden';
  const queued = act === SEND ? queuedWords(task, phase) : '';
  const verb = isMixed && action !== null ? `, ${action.verb.present}` : '';
  const remark =
    action?.bulk?.remark?.(withServerQueue(state, task), placeOf(state), Math.floor(width / 3)) ?? '';
  const after = `  ${phase}${queued}${hidden}${verb}${remark === '' ? '' : `, ${remark}`}`;
  const title = truncate(sanitiseLine(titleOf(task)), Math.max(MIN_TITLE, width - displayWidth(after) - 2));
  return `${theme.phase(phase)(theme.glyphs.phase[phase])} ${title}${theme.dim(after)}`;
}

/** The place where a message waits; empty when the agent gets it at once. */
function queuedWords(task: Task, phase: Phase): string {
  const timing = deliveryTiming(task, phase);
  if (timing === 'when-ready') return ', queued';
  return timing === 'now' && phase === 'working' ? ', queued on the server' : '';
}

function ineligibleLines(
  { ineligible }: BulkPlan,
  past: string,
  names: KeyNames,
  theme: Theme,
  { width, height }: { readonly width: number; readonly height: number },
): string[] {
  if (ineligible.length === 0 || height < 2) return [];
  const lines = limitLines(
    ineligible,
    height - 1,
    ({ task, reason }) => {
      const title = truncate(
        sanitiseLine(titleOf(task)),
        Math.max(MIN_TITLE, Math.floor(width * TITLE_SHARE)),
      );
      return `${theme.glyphs.phase.unknown} ${title}: ${theme.dim(truncate(withKeyNames(reason, names), width - displayWidth(title) - 4))}`;
    },
    theme,
  );
  return [theme.strong(truncate(`Not ${past}:`, width)), ...lines];
}

/** The share of a row for the title beside a reason. */
const TITLE_SHARE = 0.4;

/** One line for each item, at most `height`; the last line counts the rest. */
function limitLines<Item>(
  items: readonly Item[],
  height: number,
  line: (item: Item) => string,
  theme: Theme,
): string[] {
  if (items.length <= height) return items.map(line);
  const count = Math.max(0, height - 1);
  return [...items.slice(0, count).map(line), theme.dim(`and ${items.length - count} more`)].slice(
    0,
    Math.max(0, height),
  );
}
