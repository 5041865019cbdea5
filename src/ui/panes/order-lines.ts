import { keyFor, withKeyNames } from '../../domain/key-hint.ts';
import { DOING, PAST, tasksInWords } from '../../domain/several.ts';
import { truncate } from '../../domain/text/width.ts';
import { secondsUntil } from '../../store/countdown.ts';
import type { Order, State } from '../../store/state.ts';
import type { Theme } from '../theme.ts';

/** What is being done to several tasks, and what will be unless it is taken back: one line, or none. */
export function orderLines(state: State, theme: Theme): string[] {
  const { orders, size } = state;
  if (orders.length === 0) return [];
  // What can still be taken back comes first.
  const words = orders.toReversed().map((order) => wordsOf(order, state));
  return [` ${theme.attention(truncate(words.join(' · '), size.columns - 2))}`];
}

function wordsOf({ intent, tasks, stage, dueAt, done }: Order, state: State): string {
  const count = tasksInWords(tasks.length);
  switch (stage) {
    case 'going':
      return `${DOING[intent]} ${done} of ${tasks.length}`;
    case 'held':
      return `${count} ${tasks.length === 1 ? 'is' : 'are'} not ${PAST[intent]} yet`;
    case 'waiting':
      return `${DOING[intent]} ${count} in ${secondsUntil(dueAt, state.now)} s${takingBack(state)}`;
  }
}

/** Which key takes it back; in the prompt it types its letter. */
const takingBack = ({ keyNames, view }: State): string =>
  withKeyNames(
    view.focus === 'prompt' || view.overlay !== null
      ? `, ${keyFor('leave-prompt')} and then ${keyFor('take-back')} takes it back`
      : `, ${keyFor('take-back')} takes it back`,
    keyNames,
  );
