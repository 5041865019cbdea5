import { countedTasks, PAST_PARTICIPLES } from '../domain/bulk-rules.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { wrap } from '../domain/text/wrap.ts';
import { successWords } from '../store/bulk-operations.ts';
import { memoize } from '../store/memoize.ts';
import type { BulkOperation } from '../store/state.ts';

/** One row of what became of an order. Safe to show. */
export interface ResultRow {
  readonly kind: 'plain' | 'task' | 'reason';
  readonly text: string;
}

/** Columns before a reason. */
const INDENT = 2;

/** How many it was done to, then each that it was not done to, and why; in rows of `width` columns. */
export const bulkResultRows = memoize((operation: BulkOperation, width: number): readonly ResultRow[] => {
  const { action, tasks, failures } = operation;
  const row =
    (kind: ResultRow['kind'], indent = '') =>
    (text: string): ResultRow => ({ kind, text: indent + text });
  const plain = (text: string): ResultRow[] => wrap(text, Math.max(1, width)).map(row('plain'));
  const done = tasks.length - failures.length;
  const them = failures.length === 1 ? 'It is' : 'They are';
  return [
    ...plain(
      `${done === 0 ? 'No task' : successWords(operation)}${done === 0 ? ` could be ${PAST_PARTICIPLES[action]}` : ''}.`,
    ),
    ...plain(
      `${countedTasks(failures.length)} could not be ${PAST_PARTICIPLES[action]}. ${them} marked again: the same key tries again.`,
    ),
    row('plain')(''),
    ...failures.flatMap(({ title, reason }) => [
      ...wrap(sanitiseLine(title), Math.max(1, width)).slice(0, 1).map(row('task')),
      ...wrap(sanitiseLine(reason), Math.max(1, width - INDENT)).map(row('reason', ' '.repeat(INDENT))),
    ]),
  ];
});
