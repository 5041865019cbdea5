import { isQueued } from '../domain/delivery.ts';
import { keyFor } from '../domain/key-hint.ts';
import type { Verdict } from '../domain/rules.ts';
import type { DeliveryEntry, State } from '../store/state.ts';
import type { Command, CommandContext } from './command.ts';

const current = ({ deliveries, view }: State): DeliveryEntry | null =>
  view.overlay?.kind === 'outbox'
    ? (deliveries[Math.min(view.overlay.index, deliveries.length - 1)] ?? null)
    : null;

const TOO_LATE = `It is being sent. ${keyFor('outbox-cancel')} cancels and checks whether it arrived.`;

const ofCurrent =
  (rule: (delivery: DeliveryEntry, state: State) => Verdict) =>
  (state: State): Verdict => {
    const delivery = current(state);
    return delivery === null ? 'The outbox is empty.' : rule(delivery, state);
  };

const withCurrent =
  (run: (context: CommandContext, delivery: DeliveryEntry) => void) =>
  (context: CommandContext): void => {
    const delivery = current(context.store.getState());
    if (delivery !== null) run(context, delivery);
  };

const isDoubtful = ({ stage }: DeliveryEntry): boolean => stage === 'asked' || stage === 'unsure';

/** The message to the same task that could change places with this one, as an index among all; null: there is none. */
function neighbour(delivery: DeliveryEntry, { deliveries }: State, by: -1 | 1): number | null {
  if (delivery.stage !== 'waiting') return null;
  const lane = deliveries.filter(({ taskId, stage }) => taskId === delivery.taskId && stage === 'waiting');
  const other = lane[lane.indexOf(delivery) + by];
  return other === undefined ? null : deliveries.indexOf(other);
}

/** The chosen message stays chosen. */
const moving = (by: -1 | 1) =>
  withCurrent(({ store, outbox }, delivery) => {
    outbox.move(delivery.id, by);
    const index = store.getState().deliveries.findIndex(({ id }) => id === delivery.id);
    if (index !== -1) store.dispatch({ type: 'overlay-opened', overlay: { kind: 'outbox', index } });
  });

/** The chosen one is the next, or the one before. */
export function moveInOutbox({ store }: CommandContext, step: -1 | 1): void {
  const { deliveries, view } = store.getState();
  if (view.overlay?.kind !== 'outbox') return;
  const index = Math.min(Math.max(view.overlay.index + step, 0), Math.max(0, deliveries.length - 1));
  store.dispatch({ type: 'overlay-opened', overlay: { kind: 'outbox', index } });
}

export const outboxCommands: readonly Command[] = [
  {
    id: 'outbox-down',
    title: 'Next message in the outbox',
    keys: ['down', 'j'],
    scope: 'outbox',
    run: (context) => moveInOutbox(context, 1),
  },
  {
    id: 'outbox-up',
    title: 'Previous message in the outbox',
    keys: ['up', 'k'],
    scope: 'outbox',
    run: (context) => moveInOutbox(context, -1),
  },
  {
    id: 'outbox-edit',
    title: 'Edit the message in the prompt',
    hint: 'edit',
    keys: ['e', 'enter'],
    scope: 'outbox',
    enabled: ofCurrent((delivery) => isQueued(delivery) || TOO_LATE),
    run: withCurrent(({ store, outbox }, { id, taskId }) => {
      if (!outbox.edit(id)) return;
      store.dispatch({ type: 'overlay-closed' });
      store.dispatch({ type: 'selected', taskId });
      store.dispatch({ type: 'composing', composing: null });
      store.dispatch({ type: 'focused', pane: 'prompt' });
    }),
  },
  {
    id: 'outbox-later',
    title: 'Send after the next message',
    hint: 'later',
    keys: ['J'],
    scope: 'outbox',
    enabled: ofCurrent((delivery, state) => neighbour(delivery, state, 1) !== null || 'It is the last one.'),
    run: moving(1),
  },
  {
    id: 'outbox-earlier',
    title: 'Send before the previous message',
    hint: 'earlier',
    keys: ['K'],
    scope: 'outbox',
    enabled: ofCurrent(
      (delivery, state) => neighbour(delivery, state, -1) !== null || 'It is the first one.',
    ),
    run: moving(-1),
  },
  {
    id: 'outbox-cancel',
    title: 'Cancel and return it to the prompt',
    hint: 'cancel',
    keys: ['x'],
    scope: 'outbox',
    enabled: ofCurrent(({ stage }) => stage !== 'taken' || 'It is delivered.'),
    run: withCurrent(({ outbox }, { id }) => outbox.cancel(id)),
  },
  {
    id: 'outbox-there',
    title: 'Mark it as delivered',
    hint: 'delivered',
    keys: ['y'],
    scope: 'outbox',
    enabled: ofCurrent(
      (delivery) =>
        isDoubtful(delivery) || 'Only a message with unknown delivery status can be marked as delivered.',
    ),
    run: withCurrent(({ outbox }, { id }) => outbox.answer(id, 'there')),
  },
  {
    id: 'outbox-again',
    title: 'Send it again (not delivered)',
    hint: 'send again',
    keys: ['s'],
    scope: 'outbox',
    enabled: ofCurrent(
      (delivery) => isDoubtful(delivery) || 'Only a message with unknown delivery status can be sent again.',
    ),
    run: withCurrent(({ outbox }, { id }) => outbox.answer(id, 'again')),
  },
];
