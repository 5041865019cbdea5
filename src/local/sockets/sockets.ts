import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Clock } from '../../domain/ports/clock.ts';
import { isDirectory } from '../../platform/is-directory.ts';
import type { ChatRow } from '../chats/chat-row-types.ts';
import { ErrorResponse, routeNotFound } from '../http/error-response.ts';
import { checkLoopback, checkToken } from '../http/guards.ts';
import { wireJson } from '../http/wire-json.ts';
import { type ChatsContext, findChat } from '../routes/chats/chats-context.ts';
import { ChatStream } from './chat-stream.ts';
import { Connection } from './connection.ts';
import { GitChanges } from './git-changes.ts';
import { WatchHub } from './watch-hub.ts';

export interface SocketsOptions
  extends Pick<ChatsContext, 'chats' | 'diffs' | 'worktrees' | 'me' | 'environment'> {
  readonly clock: Clock;
  readonly port: number;
  readonly token: string;
  /** False: read marks are not stored. */
  readonly isWritable: boolean;
  /** Called for each upgrade that passes the loopback check. */
  readonly onRequest: () => void;
}

/** Time between two pings, ms. */
const PING_MS = 15_000;
/** Clients have this time for the closing handshake at the server's end, ms. */
const CLOSE_MS = 500;
/** Clients write only small requests, bytes. */
const MAX_PAYLOAD = 64 * 1024;
/** Codes of RFC 6455, section 7.4.1. */
const GOING_AWAY = 1001;
const INTERNAL_ERROR = 1011;

/** The WebSockets of Chats: watch, stream and uncommitted changes. */
export class Sockets {
  readonly #options: SocketsOptions;
  readonly #server: WebSocketServer;
  readonly #open = new Set<Connection>();
  readonly #watch: WatchHub;
  #cancelPing: () => void;
  #isClosing = false;

  constructor(options: SocketsOptions) {
    this.#options = options;
    this.#server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MAX_PAYLOAD });
    this.#server.on('headers', (headers) => {
      headers.push(`X-Coder-Build-Version: ${options.me.buildVersion}`);
    });
    this.#watch = new WatchHub(options);
    this.#cancelPing = this.#planPing();
  }

  /** Handles the event `upgrade` of the HTTP server. Refusals are plain HTTP responses. */
  readonly upgrade = (incoming: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // The client may be gone before the answer.
    socket.on('error', () => undefined);
    try {
      const start = this.#accept(incoming);
      this.#server.handleUpgrade(incoming, socket, head, (webSocket) => {
        const connection = new Connection(webSocket);
        this.#open.add(connection);
        connection.onClose(() => void this.#open.delete(connection));
        start(connection);
      });
    } catch (error) {
      this.#refuse(socket, error);
    }
  };

  /** Closes all sockets, and resolves when they are closed. Never rejects. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#cancelPing();
    const closed = [...this.#open].map(
      (connection) => new Promise<void>((resolve) => connection.onClose(resolve)),
    );
    for (const connection of this.#open) connection.close(GOING_AWAY, 'server shutting down');
    const cancel = this.#options.clock.after(CLOSE_MS, () => {
      for (const connection of this.#open) connection.terminate();
    });
    await Promise.all(closed);
    cancel();
    this.#server.close();
  }

  #planPing(): () => void {
    return this.#options.clock.after(PING_MS, () => {
      for (const connection of this.#open) connection.ping();
      this.#cancelPing = this.#planPing();
    });
  }

  /** Returns the start of the socket that a request asks for. Throws an ErrorResponse. */
  #accept(incoming: IncomingMessage): (connection: Connection) => void {
    const { port, token, onRequest } = this.#options;
    const header = (name: string): string | undefined => {
      const value = incoming.headers[name.toLowerCase()];
      return Array.isArray(value) ? value[0] : value;
    };
    checkLoopback(port, header);
    onRequest();
    if (this.#isClosing) throw new ErrorResponse(503, 'The server is shutting down.');
    const url = URL.parse(incoming.url ?? '', 'http://server');
    if (url === null) throw routeNotFound();
    const { pathname, searchParams } = url;
    const [, below = ''] = /^\/api\/v2\/chats\/(.*)$/u.exec(pathname) ?? [];
    const [, id, git] = /^([^/]+)\/stream(\/git)?$/u.exec(below) ?? [];
    if (below !== 'watch' && id === undefined) throw routeNotFound();
    checkToken(token, header);
    if (id === undefined) return (connection) => this.#openWatch(connection);
    const chat = findChat(this.#options.chats, id);
    if (git === undefined) return this.#openStream(chat, afterIdOf(searchParams.get('after_id')));
    if (!isDirectory(chat.directory)) throw new ErrorResponse(400, 'Chat workspace not found.');
    return (connection) => this.#openGit(chat, connection);
  }

  #openWatch(connection: Connection): void {
    connection.refuseText();
    this.#watch.add(connection);
  }

  #openStream(chat: ChatRow, afterId: number): (connection: Connection) => void {
    const { chats, me } = this.#options;
    return (connection) => {
      const stream = new ChatStream(chat, afterId, chats, me);
      const stops = [
        chats.onChange(({ chatId, kind }) => {
          if (chatId !== chat.id) return;
          if (kind === 'deleted') return connection.close(INTERNAL_ERROR, 'chat deleted');
          stream.changed();
          connection.wake();
        }),
        chats.onPart((chatId, part) => {
          if (chatId !== chat.id) return;
          stream.part(part);
          connection.wake();
        }),
      ];
      connection.refuseText();
      connection.onClose(() => {
        for (const stop of stops) stop();
        this.#markRead(chat.id);
      });
      connection.write(stream);
      this.#markRead(chat.id);
    };
  }

  #openGit(chat: ChatRow, connection: Connection): void {
    const { chats, diffs, environment, clock } = this.#options;
    const changes = new GitChanges({ directory: chat.directory, env: environment(chat) }, connection, clock);
    const stops = [
      diffs.onChange((directory) => {
        if (directory === chat.directory) changes.changed();
      }),
      chats.onChange(({ chatId, kind }) => {
        if (chatId === chat.id && kind === 'deleted') connection.close(INTERNAL_ERROR, 'chat deleted');
      }),
    ];
    connection.onClose(() => {
      for (const stop of stops) stop();
    });
  }

  /** The owner of a chat has its stream open: it counts as read. */
  #markRead(chatId: string): void {
    const { chats, isWritable } = this.#options;
    // It may be deleted by now.
    if (isWritable && chats.chats.chat(chatId) !== null) chats.markRead(chatId, true);
  }

  #refuse(socket: Duplex, error: unknown): void {
    if (!(error instanceof ErrorResponse)) console.error(error);
    const { status, body } =
      error instanceof ErrorResponse
        ? error
        : { status: 500, body: { message: 'An internal server error occurred.' } };
    const text = wireJson(body);
    const lines = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}`,
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(text)}`,
      `X-Coder-Build-Version: ${this.#options.me.buildVersion}`,
      'Connection: close',
    ];
    socket.end(`${lines.join('\r\n')}\r\n\r\n${text}`);
  }
}

function afterIdOf(text: string | null): number {
  if (text === null || text === '') return 0;
  if (!/^\d{1,15}$/u.test(text)) throw new ErrorResponse(400, 'Invalid after_id parameter.');
  return Number(text);
}
