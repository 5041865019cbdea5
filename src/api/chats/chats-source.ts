import type { Clock } from '../../domain/ports/clock.ts';
import type { Source } from '../../domain/ports/source.ts';
import { CHATS } from '../../domain/task.ts';
import type { ApiClient } from '../api-client.ts';
import { encodePath } from '../base-url.ts';
import { createChatLooks } from './chat-looks.ts';
import { createChatTranscripts } from './chat-transcripts.ts';
import { createChatsApi } from './chats-api.ts';
import { createChatsChanges } from './chats-changes.ts';
import { createWorktreePreview } from './chats-create.ts';
import { chatsCapabilities, isCompleteList } from './chats-facts.ts';
import { createChatsFollow } from './chats-follow.ts';
import { createChatsList } from './chats-list.ts';
import { createChatsSettings } from './chats-settings.ts';
import { createChatsWatch } from './chats-watch.ts';
import { createChatsWorktrees } from './chats-worktrees.ts';
import { createChatsWrites } from './chats-writes.ts';
import { Conversations } from './conversations.ts';

/**
 * The Chats API of Coder Agents. Chats have no names: a `TaskRef` needs a UUID. `directory`: for the local server, the
 * default directory of new chats, absolute.
 */
export function createChatsSource(
  client: ApiClient,
  clock: Pick<Clock, 'now' | 'after'>,
  directory?: string,
) {
  const api = createChatsApi(client);
  const looks = createChatLooks(api, clock);
  const conversations = new Conversations();
  const transcripts = createChatTranscripts(api, conversations);
  const get: Source['get'] = async (task, signal, onProgress) =>
    looks.completeSingle(await api.get(task, signal, onProgress), signal);

  return {
    id: CHATS,
    capabilities: chatsCapabilities(directory !== undefined),
    ...createChatsWrites(api, get, clock, directory),
    ...transcripts,
    watch: createChatsWatch(api),
    follow: createChatsFollow(api, transcripts.transcript, conversations, clock),
    list: createChatsList(api, looks),
    isComplete: isCompleteList,
    apiPath: async (signal: AbortSignal) => `${await api.routes.findPrefix(signal)}/chats`,
    ...createChatsSettings(api),
    ...createChatsChanges(api, clock),
    ...createWorktreePreview(api),
    ...createChatsWorktrees(api),

    get,

    // The path is the dashboard's route of a chat.
    async pageOf({ id }, signal) {
      const base = (await client.dashboardUrl(signal)).replace(/\/+$/u, '');
      return base === '' ? null : encodePath(`${base}/agents`, id);
    },
  } satisfies Source;
}
