import type { ActionId } from '../domain/action.ts';
import { bulkAvailability, bulkVerb } from '../domain/bulk-rules.ts';
import type { Availability } from '../domain/rules.ts';
import { memoize } from './memoize.ts';
import { type BulkPlan, partitionTasks, phaseIn } from './slices/actions.ts';
import type { State } from './state.ts';
import { taskById } from './task-index.ts';

/** Partitions the tasks by whether `act`, an action id or `SEND`, applies. A task that is not listed is in neither part. */
export const bulkPlanFor = (
  { tasks, actionTables, pendingChanges, now }: State,
  act: ActionId,
  taskIds: readonly string[],
): BulkPlan => memoizedPlan(actionTables, tasks, pendingChanges, now, act, taskIds);

const memoizedPlan = memoize(
  (
    actionTables: State['actionTables'],
    tasks: State['tasks'],
    pendingChanges: State['pendingChanges'],
    now: number,
    act: ActionId,
    taskIds: readonly string[],
  ): BulkPlan =>
    partitionTasks(
      taskIds.map((id) => taskById({ tasks }, id)).filter((task) => task !== null),
      act,
      { actionTables, pendingChanges, now },
    ),
);

/** True when `act`, an action id or `SEND`, is possible for at least one marked task; else the reasons. */
export const markedAvailability = (
  { actionTables, view, tasks, pendingChanges, now }: State,
  act: ActionId,
): Availability => availabilityByAct(act)(actionTables, view.marked, tasks, pendingChanges, now);

/** A memo of its own for each action: the footer asks for all of them in every frame. */
const availabilityByAct = memoizedByKey((act: ActionId) =>
  memoize(
    (
      actionTables: State['actionTables'],
      marked: ReadonlySet<string>,
      tasks: State['tasks'],
      pendingChanges: State['pendingChanges'],
      now: number,
    ): Availability => {
      const reasons = new Set<string>();
      for (const id of marked) {
        const task = taskById({ tasks }, id);
        if (task === null) continue;
        const phase = phaseIn({ pendingChanges, now }, task);
        const availability = bulkAvailability(actionTables, act, task, phase);
        if (availability === true) return true;
        reasons.add(availability);
      }
      return noneEligibleReason(marked.size, reasons, bulkVerb(actionTables, act).past);
    },
  ),
);

function memoizedByKey<Value>(create: (key: string) => Value): (key: string) => Value {
  const values = new Map<string, Value>();
  return (key) => {
    const known = values.get(key) ?? create(key);
    values.set(key, known);
    return known;
  };
}

const MAX_REASONS = 3;

function noneEligibleReason(count: number, reasons: ReadonlySet<string>, past: string): string {
  const reasonText = [...reasons].slice(0, MAX_REASONS).join(' ');
  return count === 1
    ? `The marked task cannot be ${past}. ${reasonText}`
    : `None of the ${count} marked tasks can be ${past}. ${reasonText}`;
}
