import { countedTasks, PRESENT_PARTICIPLES } from '../../domain/bulk-rules.ts';
import { keyFor, withKeyNames } from '../../domain/key-placeholder.ts';
import { secondsUntil, visibleBulkOperations } from '../../store/bulk-progress.ts';
import type { BulkOperation, State } from '../../store/state.ts';
import type { Theme } from '../theme.ts';
import { firstThatFits } from '../widgets/first-that-fits.ts';

/** What is being done to several tasks, and what will be unless it is taken back: one line, or none. */
export function bulkProgressLines(state: State, theme: Theme): string[] {
  const orders = visibleBulkOperations(state);
  if (orders.length === 0) return [];
  // What can still be taken back comes first.
  const said = (tasks: (count: number) => string): string =>
    orders
      .toReversed()
      .map((operation) => operationWords(operation, tasks, state))
      .join(' · ');
  const line = firstThatFits([said(countedTasks), said(String)], state.size.columns - 2);
  return [` ${theme.attention(line)}`];
}

function operationWords(
  { action, tasks, stage, startsAt, doneCount }: BulkOperation,
  inWords: (count: number) => string,
  state: State,
): string {
  if (stage === 'running') return `${PRESENT_PARTICIPLES[action]} ${doneCount} of ${tasks.length}`;
  const seconds = secondsUntil(startsAt, state.now);
  return `${PRESENT_PARTICIPLES[action]} ${inWords(tasks.length)} in ${seconds} s${undoHint(state)}`;
}

/** Which key takes it back; in the prompt it types its letter. */
const undoHint = ({ keyNames, view }: State): string =>
  withKeyNames(
    view.focus === 'prompt' || view.overlay !== null
      ? `, ${keyFor('leave-prompt')} and then ${keyFor('take-back')} takes it back`
      : `, ${keyFor('take-back')} takes it back`,
    keyNames,
  );
