import type { Reply } from '../coder-server.ts';
import { json, raw } from '../coder-server.ts';
import { Agent } from './agent.ts';
import { Faults } from './faults.ts';
import * as machine from './machine.ts';
import { type Answer, findOperation, runOperation } from './operations.ts';
import { type ChatsOptions, chatsOptions } from './options.ts';
import { noRoute, Refusal } from './refusal.ts';
import { type ChatRow, type FileRow, type Part, type Status, textOf } from './rows.ts';
import { type SeededChat, seedChat } from './seed.ts';
import { Sockets } from './sockets/sockets.ts';
import { ChatsState, isUnread, visibleMessages } from './state.ts';
import { updateChat } from './update-chat.ts';
import { Workspaces } from './workspaces.ts';

/** A message as tests compare it. */
export interface ShownMessage {
  readonly id: number;
  readonly role: string;
  readonly text: string;
}

/** A chat as tests compare it. */
export interface ShownChat {
  readonly status: Status;
  readonly title: string;
  readonly archived: boolean;
  readonly unread: boolean;
  readonly pinOrder: number;
  readonly planMode: boolean;
  readonly labels: Readonly<Record<string, string>>;
}

const content = (text: string): readonly Part[] => [{ type: 'text', text }];

/**
 * The Chats of a deployment. `reply` answers HTTP requests, `agent` acts as the agent, `seed` adds chats, and the
 * methods of `web` do what the user does in the web page. Everything acts at once.
 */
export class Chats {
  /** Switches of the server. Tests may change them at any time. */
  readonly options: ChatsOptions;
  readonly faults = new Faults();
  readonly workspaces: Workspaces;
  /** The sockets: open ones, records of them, and their faults. */
  readonly sockets: Sockets;
  readonly #state: ChatsState;

  constructor(options: Partial<ChatsOptions> = {}) {
    this.options = chatsOptions(options);
    this.#state = new ChatsState(this.options);
    this.workspaces = new Workspaces(this.options);
    this.sockets = new Sockets(this.#state, this.workspaces, this.faults);
  }

  /** Adds a chat with a conversation. Returns its id. */
  seed(chat: SeededChat = {}): string {
    return seedChat(this.#state, chat).id;
  }

  /** The agent of a chat. */
  agent(id: string): Agent {
    return new Agent(this.#state, this.#state.chat(id));
  }

  /** Ids of all chats, sub-agents and archived chats included, oldest first. */
  get ids(): readonly string[] {
    return [...this.#state.chats.keys()];
  }

  chat(id: string): ShownChat {
    const chat = this.#state.chat(id);
    const { status, title, archived, pinOrder, planMode, labels } = chat;
    return { status, title, archived, unread: isUnread(chat), pinOrder, planMode, labels };
  }

  /** The row of a chat, for changes that no method makes. Call `changed` afterwards if something waits for them. */
  row(id: string): ChatRow {
    return this.#state.chat(id);
  }

  changed(id: string): void {
    this.#state.touch(this.#state.chat(id));
  }

  /** The visible messages, oldest first. */
  messages(id: string): readonly ShownMessage[] {
    return visibleMessages(this.#state.chat(id)).map((message) => ({
      id: message.id,
      role: message.role,
      text: textOf(message),
    }));
  }

  /** The texts of the user's messages, oldest first. */
  prompts(id: string): readonly string[] {
    return this.messages(id)
      .filter(({ role }) => role === 'user')
      .map(({ text }) => text);
  }

  /** The uploaded files, oldest first. */
  get files(): readonly FileRow[] {
    return [...this.#state.files.values()];
  }

  /** The queue, its head first. */
  queue(id: string): readonly { readonly id: number; readonly text: string }[] {
    return this.#state.chat(id).queue.map((row) => ({ id: row.id, text: textOf(row) }));
  }

  /** Resolves as soon as the condition holds; it is checked after every change of a chat. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      let stop = () => {};
      const check = () => {
        if (!condition()) return;
        stop();
        resolve();
      };
      stop = this.#state.onChange(check);
      check();
    });
  }

  /** The user's actions in the web page. Ids of queued messages are the server's. */
  readonly web = {
    send: (id: string, text: string, busy: 'queue' | 'interrupt' = 'queue'): void =>
      void machine.send(this.#state, this.#state.chat(id), content(text), busy),
    interrupt: (id: string): void => machine.interrupt(this.#state, this.#state.chat(id)),
    promote: (id: string, queueId: number): void =>
      machine.promote(this.#state, this.#state.chat(id), queueId),
    deleteQueued: (id: string, queueId: number): void =>
      machine.deleteQueued(this.#state, this.#state.chat(id), queueId),
    editQueued: (id: string, queueId: number, editing: boolean): void =>
      machine.editQueued(this.#state, this.#state.chat(id), queueId, { editing }),
    editMessage: (id: string, messageId: number, text: string): void =>
      void machine.editMessage(this.#state, this.#state.chat(id), messageId, content(text)),
    /** `fields`: as in a PATCH, such as `archived`, `title`, `pin_order`. */
    update: (id: string, fields: Readonly<Record<string, unknown>>): void =>
      updateChat(this.#state, this.workspaces, this.#state.chat(id), fields),
    /** Opens the chat: it counts as read. */
    open: (id: string): void => {
      const chat = this.#state.chat(id);
      chat.readCursor = visibleMessages(chat).at(-1)?.id ?? 0;
      this.#state.changed(chat);
    },
  };

  /** The answer to a request, at once and without faults. `target`: path and query. */
  answer({
    method,
    target,
    body,
  }: {
    readonly method: string;
    readonly target: string;
    readonly body: string;
  }): Answer {
    const url = new URL(target, 'http://server');
    return this.#run(() =>
      runOperation(findOperation(this.#state, method, url.pathname), {
        state: this.#state,
        workspaces: this.workspaces,
        query: url.searchParams,
        origin: url.origin,
        headers: {},
        bytes: Buffer.from(body),
        body: body === '' ? undefined : parse(body),
      }),
    );
  }

  /** The chat no longer exists. */
  remove(id: string): void {
    this.sockets.close({ chat: id }, 1011);
    this.#state.chats.delete(id);
  }

  /** Answers a request, with 404 `Route not found.` outside of its routes. The `fallback` of a Coder server. */
  readonly reply: Reply = async (response, request, socket) => {
    const { method, target, headers, body } = request;
    const url = new URL(target, 'http://server');
    response.setHeader('date', new Date(this.options.timers.now()).toUTCString());
    const send = ({ status, body: sent }: Answer, extra: Readonly<Record<string, string>> = {}): void => {
      if (response.destroyed) return;
      const reply =
        typeof sent === 'string'
          ? raw(status, sent, { 'content-type': 'text/html; charset=utf-8', ...extra })
          : sent === undefined
            ? raw(status, '', extra)
            : json(status, sent, extra);
      void reply(response, request, socket);
    };
    try {
      if (!url.pathname.startsWith('/api/')) throw noRoute();
      const found = findOperation(this.#state, method, url.pathname);
      const { token, timers } = this.options;
      const needsToken = found.operation.name !== 'buildinfo';
      if (needsToken && token !== null && headers['coder-session-token'] !== token)
        throw new Refusal(401, 'You are signed out or your session has expired.', {
          detail: 'API key is invalid.',
        });
      const fault = this.faults.next(found.operation.name, request);
      const wait = (ms: number) => new Promise<void>((resolve) => timers.after(ms, resolve));
      if (fault?.delayBeforeMs !== undefined) await wait(fault.delayBeforeMs);
      if (fault?.cut === 'before the write') return void socket.resetAndDestroy();
      if (fault?.answer !== undefined) return send(fault.answer, fault.answer.headers);
      const answer = this.#run(() =>
        runOperation(found, {
          state: this.#state,
          workspaces: this.workspaces,
          query: url.searchParams,
          headers,
          bytes: request.bytes ?? Buffer.from(body),
          body: body === '' || found.operation.name === 'upload file' ? undefined : parse(body),
          origin: `http://${headers.host}`,
        }),
      );
      if (fault?.delayAfterMs !== undefined) await wait(fault.delayAfterMs);
      if (fault?.cut === 'after the write') return void socket.resetAndDestroy();
      const { answerAfter } = fault ?? {};
      if (answerAfter === undefined) send(answer, answer.headers);
      else send(answerAfter, answerAfter.headers);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      send(error, error.headers);
    }
  };

  /** The answer of the operation, refusals included. */
  #run(operation: () => Answer): Answer & { readonly headers?: Readonly<Record<string, string>> } {
    try {
      return operation();
    } catch (error) {
      if (error instanceof Refusal) return error;
      throw error;
    }
  }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new Refusal(400, 'Request body must be valid JSON.');
  }
}
