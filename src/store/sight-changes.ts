import { countedTasks } from '../domain/bulk-rules.ts';
import { keyFor } from '../domain/key-placeholder.ts';
import { MARK_UNREAD } from '../domain/needs-attention.ts';
import { shortTitle } from '../domain/short-title.ts';
import type { SnoozeDuration } from '../domain/sight.ts';
import type { Task } from '../domain/task.ts';
import { plural } from '../domain/text/format.ts';
import { timeOfDay } from '../domain/text/time-of-day.ts';
import { readHere } from './local-reads.ts';
import { type State, withChange } from './state.ts';
import { tasksWithIds } from './task-index.ts';

/** Acknowledging reads unread chats, and `U` marks those as unread on the server. */
export function reportAcknowledged(
  before: State,
  after: State,
  { taskIds, on }: { readonly taskIds: readonly string[]; readonly on: boolean },
): State {
  const tasks = tasksWithIds(after.tasks, taskIds);
  if (!on) return withUndo(before, after, tasks, [], `${subject(tasks)} ${needAgain(tasks)}.`);
  const read = readHere(after, taskIds);
  const isRead = ({ id }: Task): boolean => after.reads.get(id) !== read.reads.get(id);
  const text = `${subject(tasks)} ${areOrIs(tasks)} acknowledged.`;
  return withUndo(before, read, tasks, tasksWithIds(read.tasks, taskIds).filter(isRead), text);
}

export function reportSnoozed(
  before: State,
  after: State,
  { taskIds, duration }: { readonly taskIds: readonly string[]; readonly duration: SnoozeDuration },
): State {
  const tasks = tasksWithIds(after.tasks, taskIds);
  if (duration === 0) return withUndo(before, after, tasks, [], `${subject(tasks)} ${needAgain(tasks)}.`);
  const end =
    duration === null ? plural(tasks.length, 'it changes', 'they change') : timeOfDay(after.now + duration);
  return withUndo(before, after, tasks, [], `${subject(tasks)} ${areOrIs(tasks)} snoozed until ${end}.`);
}

export function reportRestored(before: State, after: State, taskIds: readonly string[]): State {
  const tasks = tasksWithIds(after.tasks, taskIds);
  const next = withUndo(before, after, tasks, [], '');
  const text = `Undone: ${subject(tasks)} ${areOrIs(tasks)} as before.`;
  return tasks.length === 0 ? next : { ...next, notice: { tone: 'plain', text, at: after.now } };
}

/** Reports the change, and remembers the sights before it. `unread`: the chats that the undo marks as unread. */
function withUndo(
  before: State,
  after: State,
  tasks: readonly Task[],
  unread: readonly Task[],
  text: string,
): State {
  if (tasks.length === 0) return after;
  const unreadIds = new Set(unread.map(({ id }) => id));
  const others = tasks.filter(({ id }) => !unreadIds.has(id));
  const sights = new Map(others.map(({ id }) => [id, before.seenFingerprints.get(id) ?? '']));
  return withChange(after, {
    inverse: { action: MARK_UNREAD, tasks: unread, sights },
    notice: { tone: 'good', text: `${text} Press ${keyFor('take-back')} to undo it.`, at: after.now },
  });
}

const subject = (tasks: readonly Task[]): string => {
  const [only, ...others] = tasks;
  return only !== undefined && others.length === 0 ? `“${shortTitle(only)}”` : countedTasks(tasks.length);
};

const areOrIs = ({ length }: readonly Task[]): string => plural(length, 'is', 'are');

const needAgain = ({ length }: readonly Task[]): string =>
  plural(length, 'needs you again', 'need you again');
