import { BackendError } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Source } from '../../domain/ports/source.ts';
import { CHATS } from '../../domain/task.ts';
import type { ApiClient } from '../api-client.ts';
import { encodePath } from '../base-url.ts';
import { createChatsApi } from './chats-api.ts';
import { createChatsSettings } from './chats-settings.ts';
import { createChatsWrites } from './chats-writes.ts';

/** The Chats API of Coder Agents. */
export function createChatsSource(client: ApiClient, _clock: Pick<Clock, 'now' | 'after'>): Source {
  const api = createChatsApi(client);
  return {
    id: CHATS,
    capabilities: { directories: false },
    ...createChatsWrites(api),
    ...createChatsSettings(api),
    get: api.get,

    list: () =>
      Promise.reject(new BackendError({ kind: 'conflict', message: 'Not built yet.', tookEffect: 'no' })),
    transcript: () =>
      Promise.reject(new BackendError({ kind: 'conflict', message: 'Not built yet.', tookEffect: 'no' })),

    // The path is the dashboard's route of a chat.
    async pageOf({ id }, signal) {
      const base = (await client.dashboardUrl(signal)).replace(/\/+$/u, '');
      return base === '' ? null : encodePath(`${base}/agents`, id);
    },
  };
}
