import { type ActionTable, verbOf } from '../../domain/action.ts';
import { countedTasks } from '../../domain/bulk-rules.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { wrap } from '../../domain/text/wrap.ts';
import { memoize } from '../../store/memoize.ts';
import { successWords } from '../../store/operation-reports.ts';
import type { BulkOperation } from '../../store/slices/actions.ts';

/** One row of the result of a bulk operation. Sanitised. */
export interface ResultRow {
  readonly kind: 'plain' | 'task' | 'reason';
  readonly text: string;
}

/** Columns. */
const INDENT = 2;

/** The number of tasks that succeeded, then each failed task with its reason, in rows of `width` columns. */
export const bulkResultRows = memoize(
  (tables: readonly ActionTable[], operation: BulkOperation, width: number): readonly ResultRow[] => {
    const { action, tasks, failures } = operation;
    const { past } = verbOf(tables, action);
    const row =
      (kind: ResultRow['kind'], indent = '') =>
      (text: string): ResultRow => ({ kind, text: indent + text });
    const plain = (text: string): ResultRow[] => wrap(text, Math.max(1, width)).map(row('plain'));
    const isNoneDone = tasks.length === failures.length;
    const be = failures.length === 1 ? 'is' : 'are';
    return [
      ...plain(isNoneDone ? `No task could be ${past}.` : `${successWords(tables, operation)}.`),
      ...plain(
        `${countedTasks(failures.length)} could not be ${past} and ${be} marked again. Press the same key to retry.`,
      ),
      row('plain')(''),
      ...failures.flatMap(({ title, reason }) => [
        ...wrap(sanitiseLine(title), Math.max(1, width)).slice(0, 1).map(row('task')),
        ...wrap(sanitiseLine(reason), Math.max(1, width - INDENT)).map(row('reason', ' '.repeat(INDENT))),
      ]),
    ];
  },
);
