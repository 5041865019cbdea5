import { keyFor, withKeyNames } from '../../domain/key-hint.ts';
import { DOING, tasksInWords } from '../../domain/several.ts';
import { secondsUntil, toldOrders } from '../../store/countdown.ts';
import type { Order, State } from '../../store/state.ts';
import type { Theme } from '../theme.ts';
import { firstThatFits } from '../widgets/first-that-fits.ts';

/** What is being done to several tasks, and what will be unless it is taken back: one line, or none. */
export function orderLines(state: State, theme: Theme): string[] {
  const orders = toldOrders(state);
  if (orders.length === 0) return [];
  // What can still be taken back comes first.
  const said = (tasks: (count: number) => string): string =>
    orders
      .toReversed()
      .map((order) => wordsOf(order, tasks, state))
      .join(' · ');
  const line = firstThatFits([said(tasksInWords), said(String)], state.size.columns - 2);
  return [` ${theme.attention(line)}`];
}

function wordsOf(
  { intent, tasks, stage, dueAt, done }: Order,
  inWords: (count: number) => string,
  state: State,
): string {
  if (stage === 'going') return `${DOING[intent]} ${done} of ${tasks.length}`;
  const seconds = secondsUntil(dueAt, state.now);
  return `${DOING[intent]} ${inWords(tasks.length)} in ${seconds} s${takingBack(state)}`;
}

/** Which key takes it back; in the prompt it types its letter. */
const takingBack = ({ keyNames, view }: State): string =>
  withKeyNames(
    view.focus === 'prompt' || view.overlay !== null
      ? `, ${keyFor('leave-prompt')} and then ${keyFor('take-back')} takes it back`
      : `, ${keyFor('take-back')} takes it back`,
    keyNames,
  );
