import type { Phase } from '../../domain/phase.ts';
import { buildNumberOf, type Task } from '../../domain/task.ts';
import { selectedTask } from '../../store/selectors.ts';
import { phaseIn } from '../../store/slices/actions.ts';
import type { State } from '../../store/state.ts';
import type { Reaction } from './request-kind.ts';

/** While a key is held down, the selection moves on before this delay and nothing is requested; ms. */
const SELECTION_DELAY_MS = 120;

/** The selected task with its phase; null when none is selected, or when it is not in the list. */
export function selectedIn(state: State): { readonly task: Task; readonly phase: Phase } | null {
  const task = selectedTask(state);
  return task === null ? null : { task, phase: phaseIn(state, task) };
}

/** A new start when another task was selected; null for the same task. */
export function onOtherSelection(before: State, after: State): Reaction {
  const [from, to] = [selectedTask(before), selectedTask(after)];
  if (from?.id === to?.id) return null;
  // The first selection does not come from a held key.
  return { restartMs: from === null ? 0 : SELECTION_DELAY_MS };
}

/**
 * Whether the user has just requested an action on the selected task. Its answer says how the action begins, so the next
 * request is due after the usual interval.
 */
export function startsAction(before: State, after: State): boolean {
  const { selected } = after.view;
  const change = selected === null ? undefined : after.pendingChanges.get(selected);
  return change !== undefined && change !== before.pendingChanges.get(selected ?? '');
}

/** Whether the selected task has another phase or another build. */
export function isOtherPhase(before: State, after: State): boolean {
  const [from, to] = [selectedIn(before), selectedIn(after)];
  if (from === null || to === null) return from !== to;
  return from.phase !== to.phase || buildNumberOf(from.task) !== buildNumberOf(to.task);
}
