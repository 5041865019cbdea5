import type * as z from 'zod/mini';
import { BackendError } from '../../domain/errors.ts';
import type { TaskRef } from '../../domain/task.ts';
import { type WireChatMessages, type WireChildChat, wireChat, wireChatMessages } from '../../wire/chat.ts';
import { wireUser } from '../../wire/server.ts';
import type { ApiClient } from '../api-client.ts';
import type { ApiRequest } from '../call.ts';
import { parseResponse } from '../parse-response.ts';
import { type ChatsRoutes, createChatsRoutes, type RoutedResponse } from './chats-routes.ts';
import { type ChatTask, isExtended, toChatTask } from './to-chat-task.ts';

/** The requests that the read side and the write side of the chats of one deployment share. */
export interface ChatsApi {
  readonly client: ApiClient;
  readonly routes: ChatsRoutes;
  /** Sends a request below `/chats` and parses its body. Rejects with `bad-answer` when it does not fit the schema. */
  request<Schema extends z.ZodMiniType>(
    schema: Schema,
    request: ApiRequest,
    signal: AbortSignal,
  ): Promise<z.output<Schema>>;
  /** Sends a request below `/chats` without reading its response. */
  send(request: ApiRequest, signal: AbortSignal): Promise<RoutedResponse>;
  /** Opens a WebSocket below `/chats`, and resolves when the server ends it: see `Connection`. */
  readonly openSocket: ChatsRoutes['openSocket'];
  /** The chat as the server has it now. */
  get(task: TaskRef, signal: AbortSignal, onProgress?: () => void): Promise<ChatTask>;
  /** A chat of a response as a task; its children are left out. */
  toTask(chat: WireChildChat, signal: AbortSignal): Promise<ChatTask>;
  /** The chat with the name of its owner: servers until about 2.33 do not send it. */
  withOwnerName(chat: ChatTask, signal: AbortSignal): Promise<ChatTask>;
  /** The newest messages, newest first, and the queue, as received. `limit`: from 1 to 200. */
  newestMessages(task: TaskRef, limit: number, signal: AbortSignal): Promise<WireChatMessages>;
}

export function createChatsApi(client: ApiClient): ChatsApi {
  const routes = createChatsRoutes({ request: client.send, openSocket: client.openSocket }, client.version);
  let me: Promise<{ readonly id: string; readonly username: string }> | null = null;

  const request: ChatsApi['request'] = async (schema, apiRequest, signal) => {
    const routed = await routes.request(apiRequest, signal);
    return parseResponse(schema, routed.response, routed.request);
  };

  async function withOwnerName(chat: ChatTask, signal: AbortSignal): Promise<ChatTask> {
    if (chat.ownerName !== '' || chat.ownerId === '') return chat;
    me ??= client.get(wireUser, '/api/v2/users/me', signal).catch((error: unknown) => {
      me = null;
      throw error;
    });
    try {
      const { id, username } = await me;
      return id === chat.ownerId ? { ...chat, ownerName: username } : chat;
    } catch (error) {
      // The chat is worth showing without the name.
      if (signal.aborted || !(error instanceof BackendError)) throw error;
      return chat;
    }
  }

  async function toTask(chat: WireChildChat, signal: AbortSignal): Promise<ChatTask> {
    const extensions = isExtended(chat) ? await client.extensions(signal) : [];
    return withOwnerName(toChatTask(chat, { skewMs: client.skewMs, extensions }), signal);
  }

  return {
    client,
    routes,
    request,
    send: routes.request,
    openSocket: routes.openSocket,
    toTask,
    withOwnerName,

    async get(task, signal, onProgress) {
      const path = chatPath(task);
      return toTask(await request(wireChat, { method: 'GET', path, onProgress }, signal), signal);
    },

    newestMessages: async (task, limit, signal) =>
      request(
        wireChatMessages,
        { method: 'GET', path: chatPath(task, 'messages'), query: { limit: String(limit) } },
        signal,
      ),
  };
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/iu;

export const isUuid = (text: string): boolean => UUID.test(text);

/**
 * The path of a chat below `/chats`. Chats have no names: only a UUID identifies one.
 * @throws BackendError `not-found` for anything else
 */
export function chatPath({ id }: Pick<TaskRef, 'id'>, ...rest: readonly string[]): string {
  if (!isUuid(id))
    throw new BackendError({ kind: 'not-found', message: 'No chat has this name.', tookEffect: 'no' });
  return `/${[id, ...rest].map(encodeURIComponent).join('/')}`;
}
