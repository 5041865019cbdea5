import type { DeliveryEntry, State } from '../store/state.ts';
import type { Command, CommandContext } from './command.ts';

const current = ({ deliveries, view }: State): DeliveryEntry | null =>
  view.overlay?.kind === 'outbox'
    ? (deliveries[Math.min(view.overlay.index, deliveries.length - 1)] ?? null)
    : null;

function move({ store }: CommandContext, step: -1 | 1): void {
  const { deliveries, view } = store.getState();
  if (view.overlay?.kind !== 'outbox') return;
  const index = Math.min(Math.max(view.overlay.index + step, 0), Math.max(0, deliveries.length - 1));
  store.dispatch({ type: 'overlay-opened', overlay: { kind: 'outbox', index } });
}

export const outboxCommands: readonly Command[] = [
  {
    id: 'outbox-down',
    title: 'Next message',
    keys: ['down', 'j'],
    scope: 'outbox',
    run: (context) => move(context, 1),
  },
  {
    id: 'outbox-up',
    title: 'Previous message',
    keys: ['up', 'k'],
    scope: 'outbox',
    run: (context) => move(context, -1),
  },
  {
    id: 'outbox-give-up',
    title: 'Take the message back, or give up waiting for an answer to it',
    hint: 'take back',
    keys: ['x'],
    scope: 'outbox',
    enabled: (state) => current(state) !== null || 'No message is on its way.',
    run({ store, outbox }) {
      const delivery = current(store.getState());
      if (delivery !== null) outbox.giveUp(delivery.id);
    },
  },
];
