import type { ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';
import { type CoderServer, empty, json, type Reply, startCoderServer } from '../coder-server.ts';

/** A chat as this server sends it. Times are Unix ms. */
export interface WireChat {
  readonly id: string;
  readonly owner: string;
  readonly title: string;
  readonly status: 'waiting' | 'running' | 'error';
  readonly archived: boolean;
  readonly unread: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** `type` decides about the other fields. */
export interface WirePart {
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface WireMessage {
  readonly id: number;
  readonly role: 'user' | 'assistant';
  readonly content: readonly WirePart[];
  readonly at: number;
}

/** The body of the messages of a chat, and a line of its stream. */
export interface WireConversation {
  readonly messages: readonly WireMessage[];
  readonly queued: readonly { readonly id: string; readonly text: string }[];
}

/** A server of chats with a queue and streams, on which tests change chats. */
export interface ChatServer {
  readonly url: string;
  chat(id: string): WireChat;
  /** The texts of the messages that are only text, oldest first. */
  texts(id: string): readonly string[];
  /** The texts in the queue. */
  queue(id: string): readonly string[];
  /** Changes a chat, and sends hints. */
  change(id: string, fields: Partial<WireChat>): void;
  /** Adds a message of the agent, and sends it to those who follow the chat. */
  say(id: string, ...content: readonly WirePart[]): void;
  /** Ends the turn: the chat waits, and the first queued message becomes a message. */
  endTurn(id: string): void;
  /** Closes the connection of the next message: before it is accepted, or instead of the answer. */
  loseNext(what: 'message' | 'answer'): void;
  /** The number of open streams. */
  readonly openStreams: number;
  /** Closes all streams. New ones are answered with 503 until `allowStreams`. */
  dropStreams(): void;
  allowStreams(): void;
  /** The requests so far whose method and path match: `GET /api/v2/chats`. */
  count(route: RegExp | string): number;
  down(): Promise<void>;
  up(): Promise<void>;
}

const CHATS = '/api/v2/chats';

const isEqual = (route: RegExp | string, line: string): boolean =>
  typeof route === 'string' ? route === line : route.test(line);

/** A real HTTP server until the current test ends. */
export async function startChatServer(
  chats: readonly WireChat[],
  messages: Readonly<Record<string, readonly WireMessage[]>> = {},
): Promise<ChatServer> {
  const byId = new Map(chats.map((chat) => [chat.id, chat]));
  const conversations = new Map<string, WireConversation>(
    chats.map(({ id }) => [id, { messages: messages[id] ?? [], queued: [] }]),
  );
  const watchers = new Set<ServerResponse>();
  const followers = new Map<ServerResponse, string>();
  let areStreamsAllowed = true;
  let lost: 'message' | 'answer' | null = null;
  let lastId = 1_000;

  const server: CoderServer = await startCoderServer({ fallback: answer });
  onTestFinished(() => server.close());

  const chatOf = (id: string): WireChat => {
    const chat = byId.get(id);
    if (chat === undefined) throw new Error(`There is no chat ${id}.`);
    return chat;
  };
  const conversationOf = (id: string): WireConversation =>
    conversations.get(id) ?? { messages: [], queued: [] };
  const writeLine = (stream: ServerResponse, value: unknown): void =>
    void stream.write(`${JSON.stringify(value)}\n`);
  const publishMessages = (id: string): void => {
    for (const [stream, followed] of followers) if (followed === id) writeLine(stream, conversationOf(id));
  };
  const change = (id: string, fields: Partial<WireChat>): void => {
    byId.set(id, { ...chatOf(id), updatedAt: Date.now(), ...fields });
    for (const stream of watchers) writeLine(stream, { changed: id });
    publishMessages(id);
  };
  const addMessage = (id: string, role: WireMessage['role'], content: readonly WirePart[]): number => {
    const { messages: before, queued } = conversationOf(id);
    const added = { id: ++lastId, role, content, at: Date.now() };
    conversations.set(id, { messages: [...before, added], queued });
    return added.id;
  };

  function receive(id: string, text: string): unknown {
    if (chatOf(id).status !== 'running') {
      const messageId = addMessage(id, 'user', [{ type: 'text', text }]);
      change(id, { status: 'running' });
      return { queued: false, id: messageId };
    }
    const { messages: before, queued } = conversationOf(id);
    const added = { id: `q${++lastId}`, text };
    conversations.set(id, { messages: before, queued: [...queued, added] });
    publishMessages(id);
    return { queued: true, id: added.id };
  }

  function endTurn(id: string): void {
    const { messages: before, queued } = conversationOf(id);
    const [next, ...rest] = queued;
    conversations.set(id, { messages: before, queued: rest });
    if (next !== undefined) addMessage(id, 'user', [{ type: 'text', text: next.text }]);
    change(id, { status: next === undefined ? 'waiting' : 'running' });
  }

  const openStream = (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'application/jsonl' });
    response.on('close', () => {
      watchers.delete(response);
      followers.delete(response);
    });
  };

  function answer(...args: Parameters<Reply>): void | Promise<void> {
    const [response, request, socket] = args;
    const { method, target, body } = request;
    const [id = '', part = ''] = target.slice(CHATS.length + 1).split('/');
    const route = `${method} ${part === '' && id !== 'watch' && id !== '' ? 'one' : part || id}`;
    if (route === 'GET ') return json(200, [...byId.values()])(...args);
    if (route === 'GET watch' || part === 'stream') {
      if (!areStreamsAllowed) return json(503, { message: 'No streams now.' })(...args);
      openStream(response);
      if (part === '') {
        watchers.add(response);
        return writeLine(response, {});
      }
      followers.set(response, id);
      return writeLine(response, conversationOf(id));
    }
    const chat = [...byId.values()].find((each) => each.id.startsWith(id));
    if (chat === undefined || id.length < 8) return json(404, { message: 'Chat not found.' })(...args);
    switch (route) {
      case 'GET one':
        return json(200, chat)(...args);
      case 'GET messages':
        return json(200, conversationOf(chat.id))(...args);
      case 'POST messages': {
        if (chat.archived)
          return json(400, { message: 'Cannot send messages to an archived chat.' })(...args);
        const what = lost;
        lost = null;
        if (what === 'message') return void socket.resetAndDestroy();
        const receipt = receive(chat.id, JSON.parse(body).text);
        return what === 'answer' ? void socket.resetAndDestroy() : json(200, receipt)(...args);
      }
      case 'POST interrupt':
        if (chat.status !== 'running')
          return json(409, { message: 'Chat is not in an interruptible state.' })(...args);
        endTurn(chat.id);
        return json(200, chatOf(chat.id))(...args);
      case 'PATCH one':
        change(chat.id, { archived: JSON.parse(body).archived });
        return json(200, chatOf(chat.id))(...args);
      default:
        return empty(404)(...args);
    }
  }

  return {
    url: server.url,
    chat: chatOf,
    texts: (id) =>
      conversationOf(id).messages.flatMap(({ content: [part, ...others] }) =>
        part?.type === 'text' && others.length === 0 ? [String(part.text)] : [],
      ),
    queue: (id) => conversationOf(id).queued.map(({ text }) => text),
    change,
    say(id, ...content) {
      addMessage(id, 'assistant', content);
      publishMessages(id);
    },
    endTurn,
    loseNext(what) {
      lost = what;
    },
    get openStreams() {
      return watchers.size + followers.size;
    },
    dropStreams() {
      areStreamsAllowed = false;
      for (const stream of [...watchers, ...followers.keys()]) stream.destroy();
    },
    allowStreams() {
      areStreamsAllowed = true;
    },
    count: (route) =>
      server.requests.filter(({ method, target }) => isEqual(route, `${method} ${target}`)).length,
    down: server.down,
    up: server.up,
  };
}
