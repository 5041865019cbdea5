import { BackendError } from '../../domain/errors.ts';
import type { Source } from '../../domain/ports/source.ts';
import type { ChatsApi } from './chats-api.ts';
import { chatsDelivery } from './chats-delivery.ts';

/** The methods that change chats. */
export type ChatsWrites = Pick<
  Source,
  'create' | 'prepare' | 'send' | 'resolve' | 'resolveFrom' | 'updateInput' | 'run'
> &
  Required<Pick<Source, 'markRead' | 'cancelQueued' | 'sendQueuedNow' | 'models'>>;

const notBuilt = (): Promise<never> =>
  Promise.reject(
    new BackendError({ kind: 'conflict', message: 'taskdeck cannot change chats yet.', tookEffect: 'no' }),
  );

export const createChatsWrites = (_api: ChatsApi): ChatsWrites => ({
  ...chatsDelivery,
  create: notBuilt,
  prepare: notBuilt,
  send: notBuilt,
  resolve: notBuilt,
  updateInput: notBuilt,
  run: notBuilt,
  markRead: notBuilt,
  cancelQueued: notBuilt,
  sendQueuedNow: notBuilt,
  models: notBuilt,
});
