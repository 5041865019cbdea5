import type { Message } from '../../domain/message.ts';
import type { OlderMessages } from '../../domain/ports/source.ts';
import type { TaskRef } from '../../domain/task.ts';
import type { Transcript } from '../../domain/transcript.ts';
import { type WireChatMessage, type WireChatMessages, wireChatMessages } from '../../wire/chat.ts';
import type { ListSchema } from '../incremental-list-parser.ts';
import { parseResponse } from '../parse-response.ts';
import { ResponseCache } from '../response-cache.ts';
import { type ChatsApi, chatPath } from './chats-api.ts';
import { Conversations, GAP } from './conversations.ts';

/** The largest page of messages. */
const PAGE = 200;
/** Enough for what a chat writes between two polls. */
const FOLLOWING_PAGE = 30;
/** Pages that are loaded to join the newest messages to those that are held. Beyond, those are forgotten. */
const MAX_JOINING_PAGES = 3;

const messagesSchema: ListSchema<WireChatMessage, WireChatMessages> = {
  field: 'messages',
  parseItems: (messages) => wireChatMessages.parse({ messages }).messages,
  buildValue: (withoutItems, messages) => ({
    ...wireChatMessages.parse(withoutItems),
    messages: [...messages],
  }),
};

export interface ChatTranscripts {
  /**
   * The conversation from the oldest message on that was loaded. Asks for the newest messages without a cursor: only
   * that answer has the queue, and shows what an edit deleted.
   */
  transcript(task: TaskRef, signal: AbortSignal, onProgress?: () => void): Promise<Transcript>;
  olderMessages(task: TaskRef, before: Message['id'], signal: AbortSignal): Promise<OlderMessages>;
}

export function createChatTranscripts(api: ChatsApi, conversations = new Conversations()): ChatTranscripts {
  const cache = new ResponseCache(messagesSchema);

  const pageBefore = (task: TaskRef, before: number, limit: number, signal: AbortSignal) =>
    api.request(
      wireChatMessages,
      {
        method: 'GET',
        path: chatPath(task, 'messages'),
        query: { limit: String(limit), before_id: String(before) },
      },
      signal,
    );

  function newestPage(
    task: TaskRef,
    signal: AbortSignal,
    onProgress?: () => void,
  ): Promise<WireChatMessages> {
    const path = chatPath(task, 'messages');
    const limit = String(conversations.has(task.id) ? FOLLOWING_PAGE : PAGE);
    return cache.fetch(
      `${task.id} ${limit}`,
      (consumer) => api.send({ method: 'GET', path, query: { limit }, onProgress, consumer }, signal),
      ({ response, request }) => parseResponse(wireChatMessages, response, request),
      signal,
    );
  }

  return {
    async transcript(task, signal, onProgress) {
      const streamed = conversations.streamedChanges(task.id);
      const newest = await newestPage(task, signal, onProgress);
      const more: WireChatMessages[] = [];
      for (;;) {
        // The stream of the chat reported a change meanwhile: the answer may be older.
        const current = conversations.transcript(task.id);
        if (current !== null && conversations.streamedChanges(task.id) !== streamed) return current;
        const transcript = conversations.receive(task.id, newest, more);
        if (transcript !== GAP) return transcript;
        const oldest = lowestId([newest, ...more]);
        if (more.length === MAX_JOINING_PAGES || oldest === null) conversations.forget(task.id);
        else more.push(await pageBefore(task, oldest, PAGE, signal));
      }
    },

    async olderMessages(task, before, signal) {
      // Rows that are not shown can lie before the first message.
      const oldest = Math.min(before, conversations.oldestRow(task.id) ?? before);
      return conversations.addOlder(task.id, oldest, await pageBefore(task, oldest, PAGE, signal));
    },
  };
}

/** The lowest message id of the last page; null for an empty one. */
const lowestId = (pages: readonly WireChatMessages[]): number | null => {
  const ids = (pages.at(-1)?.messages ?? []).map(({ id }) => id);
  return ids.length === 0 ? null : Math.min(...ids);
};
