import { verbOf } from '../../domain/action.ts';
import { countedTasks } from '../../domain/bulk-rules.ts';
import { keyFor, withKeyNames } from '../../domain/key-placeholder.ts';
import { shortTitle } from '../../domain/short-title.ts';
import { secondsUntil, visibleBulkOperations } from '../../store/bulk-progress.ts';
import type { BulkOperation } from '../../store/slices/actions.ts';
import type { State } from '../../store/state.ts';
import { firstThatFits } from '../rows/fit.ts';
import type { Theme } from '../theme.ts';

/** A line with the running and waiting bulk operations, or none. */
export function bulkProgressLines(state: State, theme: Theme): string[] {
  const operations = visibleBulkOperations(state);
  if (operations.length === 0) return [];
  // Operations that can still be undone come first.
  const text = (tasks: (operation: BulkOperation) => string): string =>
    operations
      .toReversed()
      .map((operation) => operationWords(operation, tasks(operation), state))
      .join(' · ');
  const line = firstThatFits(
    [
      text(titleOrCount),
      text(({ tasks }) => countedTasks(tasks.length)),
      text(({ tasks }) => String(tasks.length)),
    ],
    state.size.columns - 2,
  );
  return [` ${theme.attention(line)}`];
}

/** The title of a single task, in quotes. */
const titleOrCount = ({ isSingle, tasks: [task, ...others] }: BulkOperation): string =>
  isSingle && task !== undefined ? `“${shortTitle(task)}”` : countedTasks(others.length + 1);

function operationWords(
  { action, tasks, stage, startsAt, doneCount }: BulkOperation,
  words: string,
  state: State,
): string {
  const { participle } = verbOf(state.actionTables, action);
  if (stage === 'running') return `${participle} ${doneCount} of ${tasks.length}`;
  const seconds = secondsUntil(startsAt, state.now);
  return `${participle} ${words} in ${seconds} s${undoHint(state)}`;
}

/** The key for undo; the prompt must be left first. */
const undoHint = ({ keyNames, view }: State): string =>
  withKeyNames(
    view.focus === 'prompt' || view.overlay !== null
      ? `, ${keyFor('leave-prompt')} and then ${keyFor('take-back')} to undo`
      : `, ${keyFor('take-back')} to undo`,
    keyNames,
  );
