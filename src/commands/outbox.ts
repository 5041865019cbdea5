import { type Delivery, isUnsent, isWithServer } from '../domain/delivery.ts';
import { keyFor } from '../domain/key-placeholder.ts';
import type { Availability } from '../domain/rules.ts';
import { allPendingMessages, type PendingMessage, type ServerQueued } from '../store/pending-messages.ts';
import type { State } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import type { Command, CommandContext } from './command.ts';

/** The selected message of the open outbox; null for none. */
function selectedMessage(state: State): PendingMessage | null {
  const { overlay } = state.view;
  const messages = allPendingMessages(state);
  return overlay?.kind === 'outbox' ? (messages[Math.min(overlay.index, messages.length - 1)] ?? null) : null;
}

const ALREADY_SENDING = `It is being sent. ${keyFor('outbox-cancel')} cancels and checks whether it arrived.`;
const SERVER_ORDER = `The server keeps the order of its queue. ${keyFor('outbox-again')} sends a message now.`;
const HAS_FILES = 'It has attachments, which the prompt cannot hold. Change it on its web page.';

const withServerReason = ({ stage }: Delivery): string =>
  stage === 'queued' ? 'It is queued on the server.' : 'It is delivered.';

interface Rules {
  readonly local: (delivery: Delivery, state: State) => Availability;
  readonly queued: (message: ServerQueued) => Availability;
}

const ruleForSelected =
  ({ local, queued }: Rules) =>
  (state: State): Availability => {
    const message = selectedMessage(state);
    if (message === null) return 'The outbox is empty.';
    if (message.kind === 'delivery') return local(message.delivery, state);
    return message.request === null ? queued(message) : 'The server is changing it already.';
  };

interface Runs {
  readonly local: (context: CommandContext, delivery: Delivery) => void;
  readonly queued?: (context: CommandContext, message: ServerQueued) => void;
}

const onSelected =
  ({ local, queued }: Runs) =>
  (context: CommandContext): void => {
    const message = selectedMessage(context.store.getState());
    if (message?.kind === 'delivery') local(context, message.delivery);
    else if (message !== null) queued?.(context, message);
  };

const isUnconfirmed = ({ stage }: Delivery): boolean => stage === 'asked' || stage === 'unsure';

/** Attachments would be lost. */
const mayTakeOut = ({ message }: ServerQueued): Availability =>
  message.parts.every(({ type }) => type === 'text') || HAS_FILES;

/** Whether there is a waiting message of the same task to swap with. */
function hasNeighbour(delivery: Delivery, { deliveries }: State, by: -1 | 1): boolean {
  if (delivery.stage !== 'waiting') return false;
  const queued = deliveries.filter(({ taskId, stage }) => taskId === delivery.taskId && stage === 'waiting');
  return queued[queued.indexOf(delivery) + by] !== undefined;
}

/** The selected message stays selected. */
const reorder = (by: -1 | 1) =>
  onSelected({
    local({ store, outbox }, delivery) {
      outbox.move(delivery.id, by);
      const index = allPendingMessages(store.getState()).findIndex(({ key }) => key === delivery.id);
      if (index !== -1) selectInOutbox(store, index);
    },
  });

const selectInOutbox = (store: Store, index: number): void =>
  store.dispatch({ type: 'overlay-opened', overlay: { kind: 'outbox', index } });

/** Opens the list of pending messages, at the first one of the selected task. */
export function openOutbox({ store }: CommandContext): void {
  const state = store.getState();
  const index = allPendingMessages(state).findIndex(({ taskId }) => taskId === state.view.selected);
  selectInOutbox(store, Math.max(0, index));
}

export function moveInOutbox({ store }: CommandContext, step: -1 | 1): void {
  const state = store.getState();
  const { overlay } = state.view;
  if (overlay?.kind !== 'outbox') return;
  const last = Math.max(0, allPendingMessages(state).length - 1);
  selectInOutbox(store, Math.min(Math.max(overlay.index + step, 0), last));
}

/** Focuses the prompt of a task, to which the text of a message returns. */
function openPromptOf({ store }: CommandContext, taskId: string): void {
  store.dispatch(
    { type: 'overlay-closed' },
    { type: 'task-selected', taskId },
    { type: 'open-form-changed', openForm: null },
    { type: 'pane-focused', pane: 'prompt' },
  );
}

/** Whether the selected message is one of the server's queue. */
const isOnServer = (state: State): boolean => selectedMessage(state)?.kind === 'queued';

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
    sends: isOnServer,
    enabled: ruleForSelected({
      local: (delivery) =>
        isUnsent(delivery) || (isWithServer(delivery) ? withServerReason(delivery) : ALREADY_SENDING),
      queued: mayTakeOut,
    }),
    run: onSelected({
      local(context, { id, taskId }) {
        if (context.outbox.edit(id)) openPromptOf(context, taskId);
      },
      queued(context, { taskId, message }) {
        context.outbox.takeOut(taskId, message.id, 'edit');
        openPromptOf(context, taskId);
      },
    }),
  },
  {
    id: 'outbox-later',
    title: 'Send after the next message',
    hint: 'later',
    keys: ['J'],
    keyContext: 'outbox',
    enabled: ruleForSelected({
      local: (delivery, state) => hasNeighbour(delivery, state, 1) || 'It is the last one.',
      queued: () => SERVER_ORDER,
    }),
    run: reorder(1),
  },
  {
    id: 'outbox-earlier',
    title: 'Send before the previous message',
    hint: 'earlier',
    keys: ['K'],
    keyContext: 'outbox',
    enabled: ruleForSelected({
      local: (delivery, state) => hasNeighbour(delivery, state, -1) || 'It is the first one.',
      queued: () => SERVER_ORDER,
    }),
    run: reorder(-1),
  },
  {
    id: 'outbox-cancel',
    title: 'Cancel and return it to the prompt',
    hint: 'cancel',
    keys: ['x'],
    keyContext: 'outbox',
    sends: isOnServer,
    enabled: ruleForSelected({
      local: (delivery) => !isWithServer(delivery) || withServerReason(delivery),
      queued: mayTakeOut,
    }),
    run: onSelected({
      local: ({ outbox }, { id }) => outbox.cancel(id),
      queued: ({ outbox }, { taskId, message }) => outbox.takeOut(taskId, message.id, 'cancel'),
    }),
  },
  {
    id: 'outbox-there',
    title: 'Mark it as delivered',
    hint: 'delivered',
    keys: ['y'],
    keyContext: 'outbox',
    enabled: ruleForSelected({
      local: (delivery) =>
        isUnconfirmed(delivery) || 'Only a message with unknown delivery status can be marked as delivered.',
      queued: () => 'The server has it already.',
    }),
    run: onSelected({ local: ({ outbox }, { id }) => outbox.answer(id, 'delivered') }),
  },
  {
    id: 'outbox-again',
    title: 'Send now, or again (not delivered)',
    hint: (state) => (selectedMessage(state)?.kind === 'queued' ? 'send now' : 'send again'),
    keys: ['s'],
    keyContext: 'outbox',
    sends: true,
    enabled: ruleForSelected({
      local: (delivery) =>
        isUnconfirmed(delivery) || 'Only a message with unknown delivery status can be sent again.',
      queued: () => true,
    }),
    run: onSelected({
      local: ({ outbox }, { id }) => outbox.answer(id, 'resend'),
      queued: ({ outbox }, { taskId, message }) => outbox.sendNow(taskId, message.id),
    }),
  },
];
