import { type BulkAction, bulkAvailability, PAST_PARTICIPLES } from '../domain/bulk-rules.ts';
import type { Availability } from '../domain/rules.ts';
import type { Task } from '../domain/task.ts';
import { memoize } from './memoize.ts';
import { phaseIn, taskById } from './selectors.ts';
import type { State } from './state.ts';

/** What would become of several tasks. */
export interface BulkPlan {
  readonly eligible: readonly Task[];
  /** Those that it cannot be done to, and why: a sentence. */
  readonly ineligible: readonly { readonly task: Task; readonly reason: string }[];
}

type PhaseInputs = Pick<State, 'pendingChanges' | 'now'>;

/** To which of these tasks it can be done as they are now. One that is gone is in neither list. */
export const bulkPlanFor = (
  { tasks, pendingChanges, now }: State,
  act: BulkAction,
  taskIds: readonly string[],
): BulkPlan => memoizedPlan(tasks, pendingChanges, now, act, taskIds);

/** Drawn by several parts of the screen at once. */
const memoizedPlan = memoize(
  (
    tasks: State['tasks'],
    asked: State['pendingChanges'],
    now: number,
    act: BulkAction,
    taskIds: readonly string[],
  ): BulkPlan =>
    partitionTasks(
      taskIds.map((id) => taskById({ tasks }, id)).filter((task) => task !== null),
      act,
      { pendingChanges: asked, now },
    ),
);

/** Which of these tasks it can be done to. */
export function partitionTasks(tasks: readonly Task[], act: BulkAction, standing: PhaseInputs): BulkPlan {
  const able: Task[] = [];
  const unable: BulkPlan['ineligible'][number][] = [];
  for (const task of tasks) {
    const availability = bulkAvailability(act, phaseIn(standing, task));
    if (availability === true) able.push(task);
    else unable.push({ task, reason: availability });
  }
  return { eligible: able, ineligible: unable };
}

/** Whether it can be done to any of the marked tasks, or why to none of them. Worked out when one may stand otherwise. */
export const markedAvailability = (
  { view, tasks, pendingChanges, now }: State,
  act: BulkAction,
): Availability => AVAILABILITY[act](view.marked, tasks, pendingChanges, now);

const markedAvailabilityFor = (act: BulkAction) =>
  memoize(
    (
      marked: ReadonlySet<string>,
      tasks: State['tasks'],
      asked: State['pendingChanges'],
      now: number,
    ): Availability => {
      const reasons = new Set<string>();
      for (const id of marked) {
        const task = taskById({ tasks }, id);
        if (task === null) continue;
        const availability = bulkAvailability(act, phaseIn({ pendingChanges: asked, now }, task));
        if (availability === true) return true;
        reasons.add(availability);
      }
      return noneEligibleReason(marked.size, reasons, act);
    },
  );

const AVAILABILITY = {
  pause: markedAvailabilityFor('pause'),
  resume: markedAvailabilityFor('resume'),
  delete: markedAvailabilityFor('delete'),
  send: markedAvailabilityFor('send'),
};

/** More reasons than this are not read. */
const MAX_REASONS = 3;

/** Why it can be done to none of so many. */
function noneEligibleReason(count: number, reasons: ReadonlySet<string>, act: BulkAction): string {
  const why = [...reasons].slice(0, MAX_REASONS).join(' ');
  return count === 1
    ? `The marked task cannot be ${PAST_PARTICIPLES[act]}. ${why}`
    : `None of the ${count} marked tasks can be ${PAST_PARTICIPLES[act]}. ${why}`;
}
