import { PAST, tasksInWords } from '../domain/several.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { wrap } from '../domain/text/wrap.ts';
import { doneWords } from '../store/orders.ts';
import { remember } from '../store/remember.ts';
import type { Order } from '../store/state.ts';

/** One row of what became of an order. Safe to show. */
export interface OutcomeRow {
  readonly kind: 'plain' | 'task' | 'reason';
  readonly text: string;
}

/** Columns before a reason. */
const INDENT = 2;

/** How many it was done to, then each that it was not done to, and why; in rows of `width` columns. */
export const outcomeRows = remember((order: Order, width: number): readonly OutcomeRow[] => {
  const { intent, tasks, failures } = order;
  const row =
    (kind: OutcomeRow['kind'], indent = '') =>
    (text: string): OutcomeRow => ({ kind, text: indent + text });
  const plain = (text: string): OutcomeRow[] => wrap(text, Math.max(1, width)).map(row('plain'));
  const done = tasks.length - failures.length;
  const them = failures.length === 1 ? 'It is' : 'They are';
  return [
    ...plain(`${done === 0 ? 'No task' : doneWords(order)}${done === 0 ? ` could be ${PAST[intent]}` : ''}.`),
    ...plain(
      `${tasksInWords(failures.length)} could not be ${PAST[intent]}. ${them} marked again: the same key tries again.`,
    ),
    row('plain')(''),
    ...failures.flatMap(({ title, reason }) => [
      ...wrap(sanitiseLine(title), Math.max(1, width)).slice(0, 1).map(row('task')),
      ...wrap(sanitiseLine(reason), Math.max(1, width - INDENT)).map(row('reason', ' '.repeat(INDENT))),
    ]),
  ];
});
