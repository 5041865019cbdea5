import { type BulkAction, bulkAvailability, PAST_PARTICIPLES } from '../domain/bulk-rules.ts';
import type { Availability } from '../domain/rules.ts';
import type { Task } from '../domain/task.ts';
import { memoize } from './memoize.ts';
import { phaseIn, taskById } from './selectors.ts';
import type { State } from './state.ts';

export interface BulkPlan {
  readonly eligible: readonly Task[];
  /** `reason` is a sentence. */
  readonly ineligible: readonly { readonly task: Task; readonly reason: string }[];
}

type PhaseInputs = Pick<State, 'pendingChanges' | 'now'>;

/** Partitions the tasks by their current phases. A task that is not listed is in neither part. */
export const bulkPlanFor = (
  { tasks, pendingChanges, now }: State,
  action: BulkAction,
  taskIds: readonly string[],
): BulkPlan => memoizedPlan(tasks, pendingChanges, now, action, taskIds);

const memoizedPlan = memoize(
  (
    tasks: State['tasks'],
    pendingChanges: State['pendingChanges'],
    now: number,
    action: BulkAction,
    taskIds: readonly string[],
  ): BulkPlan =>
    partitionTasks(
      taskIds.map((id) => taskById({ tasks }, id)).filter((task) => task !== null),
      action,
      { pendingChanges: pendingChanges, now },
    ),
);

export function partitionTasks(tasks: readonly Task[], action: BulkAction, inputs: PhaseInputs): BulkPlan {
  const eligible: Task[] = [];
  const ineligible: BulkPlan['ineligible'][number][] = [];
  for (const task of tasks) {
    const availability = bulkAvailability(action, phaseIn(inputs, task));
    if (availability === true) eligible.push(task);
    else ineligible.push({ task, reason: availability });
  }
  return { eligible: eligible, ineligible: ineligible };
}

/** True when the action is possible for at least one marked task; else the reasons. */
export const markedAvailability = (
  { view, tasks, pendingChanges, now }: State,
  action: BulkAction,
): Availability => AVAILABILITY[action](view.marked, tasks, pendingChanges, now);

const markedAvailabilityFor = (action: BulkAction) =>
  memoize(
    (
      marked: ReadonlySet<string>,
      tasks: State['tasks'],
      pendingChanges: State['pendingChanges'],
      now: number,
    ): Availability => {
      const reasons = new Set<string>();
      for (const id of marked) {
        const task = taskById({ tasks }, id);
        if (task === null) continue;
        const availability = bulkAvailability(action, phaseIn({ pendingChanges: pendingChanges, now }, task));
        if (availability === true) return true;
        reasons.add(availability);
      }
      return noneEligibleReason(marked.size, reasons, action);
    },
  );

const AVAILABILITY = {
  pause: markedAvailabilityFor('pause'),
  resume: markedAvailabilityFor('resume'),
  delete: markedAvailabilityFor('delete'),
  send: markedAvailabilityFor('send'),
};

const MAX_REASONS = 3;

function noneEligibleReason(count: number, reasons: ReadonlySet<string>, action: BulkAction): string {
  const reasonText = [...reasons].slice(0, MAX_REASONS).join(' ');
  return count === 1
    ? `The marked task cannot be ${PAST_PARTICIPLES[action]}. ${reasonText}`
    : `None of the ${count} marked tasks can be ${PAST_PARTICIPLES[action]}. ${reasonText}`;
}
