import { type Delivery, isUnsent, isWithServer } from '../domain/delivery.ts';
import { keyFor } from '../domain/key-placeholder.ts';
import type { Availability } from '../domain/rules.ts';
import type { State } from '../store/state.ts';
import type { Command, CommandContext } from './command.ts';

const selectedDelivery = ({ deliveries, view }: State): Delivery | null =>
  view.overlay?.kind === 'outbox'
    ? (deliveries[Math.min(view.overlay.index, deliveries.length - 1)] ?? null)
    : null;

const ALREADY_SENDING = `It is being sent. ${keyFor('outbox-cancel')} cancels and checks whether it arrived.`;

const withServerReason = ({ stage }: Delivery): string =>
  stage === 'queued' ? 'It is queued on the server.' : 'It is delivered.';

const ruleForSelected =
  (rule: (delivery: Delivery, state: State) => Availability) =>
  (state: State): Availability => {
    const delivery = selectedDelivery(state);
    return delivery === null ? 'The outbox is empty.' : rule(delivery, state);
  };

const onSelected =
  (run: (context: CommandContext, delivery: Delivery) => void) =>
  (context: CommandContext): void => {
    const delivery = selectedDelivery(context.store.getState());
    if (delivery !== null) run(context, delivery);
  };

const isUnconfirmed = ({ stage }: Delivery): boolean => stage === 'asked' || stage === 'unsure';

/** Index in `deliveries` of the queued message of the same task to swap with; null for none. */
function neighbour(delivery: Delivery, { deliveries }: State, by: -1 | 1): number | null {
  if (delivery.stage !== 'waiting') return null;
  const queued = deliveries.filter(({ taskId, stage }) => taskId === delivery.taskId && stage === 'waiting');
  const swapWith = queued[queued.indexOf(delivery) + by];
  return swapWith === undefined ? null : deliveries.indexOf(swapWith);
}

/** The selected message stays selected. */
const reorder = (by: -1 | 1) =>
  onSelected(({ store, outbox }, delivery) => {
    outbox.move(delivery.id, by);
    const index = store.getState().deliveries.findIndex(({ id }) => id === delivery.id);
    if (index !== -1) store.dispatch({ type: 'overlay-opened', overlay: { kind: 'outbox', index } });
  });

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
    keyContext: 'outbox',
    run: (context) => moveInOutbox(context, 1),
  },
  {
    id: 'outbox-up',
    title: 'Previous message in the outbox',
    keys: ['up', 'k'],
    keyContext: 'outbox',
    run: (context) => moveInOutbox(context, -1),
  },
  {
    id: 'outbox-edit',
    title: 'Edit the message in the prompt',
    hint: 'edit',
    keys: ['e', 'enter'],
    keyContext: 'outbox',
    enabled: ruleForSelected(
      (delivery) =>
        isUnsent(delivery) || (isWithServer(delivery) ? withServerReason(delivery) : ALREADY_SENDING),
    ),
    run: onSelected(({ store, outbox }, { id, taskId }) => {
      if (!outbox.edit(id)) return;
      store.dispatch(
        { type: 'overlay-closed' },
        { type: 'task-selected', taskId },
        { type: 'open-form-changed', openForm: null },
        { type: 'pane-focused', pane: 'prompt' },
      );
    }),
  },
  {
    id: 'outbox-later',
    title: 'Send after the next message',
    hint: 'later',
    keys: ['J'],
    keyContext: 'outbox',
    enabled: ruleForSelected(
      (delivery, state) => neighbour(delivery, state, 1) !== null || 'It is the last one.',
    ),
    run: reorder(1),
  },
  {
    id: 'outbox-earlier',
    title: 'Send before the previous message',
    hint: 'earlier',
    keys: ['K'],
    keyContext: 'outbox',
    enabled: ruleForSelected(
      (delivery, state) => neighbour(delivery, state, -1) !== null || 'It is the first one.',
    ),
    run: reorder(-1),
  },
  {
    id: 'outbox-cancel',
    title: 'Cancel and return it to the prompt',
    hint: 'cancel',
    keys: ['x'],
    keyContext: 'outbox',
    enabled: ruleForSelected((delivery) => !isWithServer(delivery) || withServerReason(delivery)),
    run: onSelected(({ outbox }, { id }) => outbox.cancel(id)),
  },
  {
    id: 'outbox-there',
    title: 'Mark it as delivered',
    hint: 'delivered',
    keys: ['y'],
    keyContext: 'outbox',
    enabled: ruleForSelected(
      (delivery) =>
        isUnconfirmed(delivery) || 'Only a message with unknown delivery status can be marked as delivered.',
    ),
    run: onSelected(({ outbox }, { id }) => outbox.answer(id, 'delivered')),
  },
  {
    id: 'outbox-again',
    title: 'Send it again (not delivered)',
    hint: 'send again',
    keys: ['s'],
    keyContext: 'outbox',
    enabled: ruleForSelected(
      (delivery) =>
        isUnconfirmed(delivery) || 'Only a message with unknown delivery status can be sent again.',
    ),
    run: onSelected(({ outbox }, { id }) => outbox.answer(id, 'resend')),
  },
];
