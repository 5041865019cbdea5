import WebSocket from 'ws';
import { check, until } from '../steps.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of the server, looked at by hand.
type Json = any;

export interface ToolPart {
  readonly tool_call_id: string;
  readonly tool_name: string;
  readonly args: Json;
  readonly title?: string;
  readonly status?: string;
  readonly diff?: readonly { readonly path: string; readonly new_text: string }[];
}

/** Talks to the local server over HTTP, as documented for Coder's Chats. */
export class ChatsApi {
  readonly #url: string;
  readonly #token: string;

  constructor({ url, token }: { readonly url: string; readonly token: string }) {
    this.#url = url;
    this.#token = token;
  }

  /** Resolves to the body of a successful answer; rejects with status and body of another. */
  async call(method: string, path: string, body?: unknown): Promise<Json> {
    const response = await fetch(`${this.#url}/api/v2${path}`, {
      method,
      headers: { 'coder-session-token': this.#token, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    check(response.ok, `${method} ${path}: ${response.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }

  /** Opens the stream of a chat. `events` grows until `close`. */
  stream(chatId: string): { readonly events: readonly StreamedEvent[]; close(): void } {
    const events: StreamedEvent[] = [];
    const socket = new WebSocket(`${this.#url.replace('http', 'ws')}/api/v2/chats/${chatId}/stream`, {
      headers: { 'coder-session-token': this.#token },
    });
    socket.on('message', (data) => {
      for (const event of JSON.parse(String(data))) events.push({ ...event, atMs: performance.now() });
    });
    socket.on('error', () => {});
    return { events, close: () => socket.terminate() };
  }
}

type StreamedEvent = Json & { readonly atMs: number };

/** One chat with an agent. */
export class ChatUnderTest {
  readonly id: string;
  readonly #api: ChatsApi;

  constructor(api: ChatsApi, id: string) {
    this.#api = api;
    this.id = id;
  }

  get(): Promise<Json> {
    return this.#api.call('GET', `/chats/${this.id}`);
  }

  /** The parts of all messages, the oldest first. */
  async parts(): Promise<readonly Json[]> {
    const { messages } = await this.#api.call('GET', `/chats/${this.id}/messages?limit=200`);
    return messages.toReversed().flatMap(({ content }: Json) => content ?? []);
  }

  /** The agent's texts after the last message of the user. */
  async lastText(): Promise<string> {
    const { messages } = await this.#api.call('GET', `/chats/${this.id}/messages?limit=200`);
    const last = messages.findIndex(({ role }: Json) => role === 'user');
    return messages
      .slice(0, last)
      .toReversed()
      .flatMap(({ content }: Json) => content ?? [])
      .filter(({ type }: Json) => type === 'text' || type === 'hook-notice')
      .map(({ text }: Json) => text)
      .join('');
  }

  async send(text: string): Promise<void> {
    const sent = await this.#post(text);
    check(sent.queued === false, `the message was queued: ${JSON.stringify(sent)}`);
  }

  /** Sends a message while a turn runs. */
  async queue(text: string): Promise<void> {
    const sent = await this.#post(text);
    check(sent.queued === true, `the message was not queued: ${JSON.stringify(sent)}`);
  }

  #post(text: string): Promise<Json> {
    return this.#api.call('POST', `/chats/${this.id}/messages`, { content: [{ type: 'text', text }] });
  }

  /** Resolves to the chat in its next resting status. Rejects unless it is `expected`. */
  async rests(expected: 'waiting' | 'error', timeoutMs = 60_000): Promise<Json> {
    const chat = await until(
      `status ${expected}`,
      async () => {
        const now = await this.get();
        return ['waiting', 'error', 'requires_action'].includes(now.status) ? now : undefined;
      },
      timeoutMs,
    );
    check(
      chat.status === expected,
      `status ${chat.status} instead of ${expected}: ${JSON.stringify(chat.last_error)}`,
    );
    return chat;
  }

  /** Whether the running turn asks for permission, or ends without. */
  asks(): Promise<boolean> {
    return until('a permission request, or the end of the turn', async () => {
      const { status } = await this.get();
      return status === 'running' ? undefined : status === 'requires_action';
    });
  }

  /** Resolves to the oldest open permission request. */
  async permission(): Promise<ToolPart> {
    return until('a permission request', async () => {
      const chat = await this.get();
      check(
        chat.status === 'running' || chat.status === 'requires_action',
        `status ${chat.status} without a permission request: ${JSON.stringify(chat.last_error)}`,
      );
      if (chat.status !== 'requires_action') return undefined;
      const parts = await this.parts();
      const answered = new Set(
        parts.filter(({ type }) => type === 'tool-result').map(({ tool_call_id }) => tool_call_id),
      );
      return parts.find(
        ({ type, tool_name, tool_call_id }) =>
          type === 'tool-call' && tool_name === 'request_permission' && !answered.has(tool_call_id),
      );
    });
  }

  /** Answers a permission request by its option of this kind. */
  async answer({ tool_call_id, args }: ToolPart, kind: string): Promise<void> {
    const option = args.options.find((each: { kind: string }) => each.kind === kind);
    check(option !== undefined, `no option of kind ${kind}: ${JSON.stringify(args.options)}`);
    await this.#api.call('POST', `/chats/${this.id}/tool-results`, {
      results: [
        { tool_call_id, output: { outcome: 'selected', option_id: option.option_id }, is_error: false },
      ],
    });
  }

  /** The tool call that a permission request is about. */
  async toolOf({ args }: ToolPart): Promise<ToolPart> {
    const parts = await this.parts();
    const found = parts.findLast(
      ({ type, tool_call_id }) => type === 'tool-call' && tool_call_id === args.for,
    );
    check(found !== undefined, `no tool call ${args.for}`);
    return found;
  }

  interrupt(): Promise<Json> {
    return this.#api.call('POST', `/chats/${this.id}/interrupt`);
  }

  change(fields: Json): Promise<Json> {
    return this.#api.call('PATCH', `/chats/${this.id}`, fields);
  }

  delete(): Promise<Json> {
    return this.#api.call('DELETE', `/chats/${this.id}`);
  }

  stream(): ReturnType<ChatsApi['stream']> {
    return this.#api.stream(this.id);
  }
}
