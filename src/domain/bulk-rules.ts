import {
  type ActionId,
  type ActionTable,
  actionBehind,
  availabilityOn,
  type Verb,
  verbOf,
} from './action.ts';
import { keyFor } from './key-placeholder.ts';
import type { Phase } from './phase.ts';
import { type Availability, closedReason, deliveryTiming } from './rules.ts';
import type { Task } from './task.ts';
import { counted } from './text/format.ts';

/** Stands for an action id where several tasks get one message. */
export const SEND = 'send';

const SEND_VERB: Verb = {
  present: 'send to',
  participle: 'sending to',
  past: 'sent to',
  accepted: 'sent to',
};

/** The verb of an action, or of `SEND`. */
export const bulkVerb = (tables: readonly ActionTable[], act: ActionId): Verb =>
  act === SEND ? SEND_VERB : verbOf(tables, act);

/** The tasks by the action that runs on them: `act` itself, or the one that stands for it. At least one entry. */
export function tasksByAction(
  tables: readonly ActionTable[],
  act: ActionId,
  tasks: readonly Task[],
): readonly (readonly [ActionId, readonly Task[]])[] {
  if (tasks.length === 0) return [[act, tasks]];
  return [...Map.groupBy(tasks, (task) => actionBehind(tables, act, task)?.id ?? act)];
}

/** Whether a bulk operation with the action, or `SEND`, applies to the task, else the reason. */
export function bulkAvailability(
  tables: readonly ActionTable[],
  act: ActionId,
  task: Task,
  phase: Phase,
): Availability {
  if (act !== SEND) {
    const action = actionBehind(tables, act, task);
    return action === null || action.bulk !== undefined
      ? availabilityOn(tables, act, task, phase)
      : `Only one task at a time can be ${action.verb.past}.`;
  }
  const closed = closedReason(task);
  if (closed !== null) return closed;
  return deliveryTiming(task, phase) === 'never'
    ? (NO_MESSAGE_REASONS[phase] ?? 'It accepts no messages now.')
    : true;
}

const NO_MESSAGE_REASONS: Partial<Readonly<Record<Phase, string>>> = {
  deleting: 'It is being deleted.',
  error: `It is in error and accepts no messages. Press ${keyFor('resume')} to start it again.`,
  unknown: 'Its status is unknown, so it accepts no messages now.',
};

/** `1 task`, `5 tasks`. */
export const countedTasks = (count: number): string => counted(count, 'task');
