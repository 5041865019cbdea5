import { type IncomingHttpHeaders, type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import type { Upgrade } from '../../coder-server.ts';
import type { Faults } from '../faults.ts';
import type { SocketName } from '../operations.ts';
import { gatewayOff, noRoute, Refusal } from '../refusal.ts';
import type { ChatsState } from '../state.ts';
import type { Workspaces } from '../workspaces.ts';
import { Connection } from './connection.ts';
import { assertHasAgent, openGit } from './git.ts';
import { openStream } from './stream.ts';
import { watchChats } from './watch.ts';

/** The request of an upgrade. */
export interface RecordedUpgrade {
  readonly kind: SocketName;
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  /** 101 when the socket opened; 0 while it is unknown, and for a connection that was closed. */
  readonly status: number;
}

/** Text that a client wrote. */
export interface WrittenText {
  readonly kind: SocketName;
  readonly chat: string | null;
  readonly text: string;
}

export interface SocketCounts {
  readonly watch: number;
  readonly stream: number;
  readonly git: number;
  readonly all: number;
}

/** Selects open sockets. An absent field matches all. */
export interface SocketFilter {
  readonly kind?: SocketName;
  readonly chat?: string;
}

interface Route {
  readonly kind: SocketName;
  readonly chat: string | null;
  readonly query: URLSearchParams;
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/iu;

/** The sockets of a deployment. `upgrade` handles the upgrades of a Coder server. */
export class Sockets {
  readonly #state: ChatsState;
  readonly #workspaces: Workspaces;
  readonly #faults: Faults;
  readonly #server = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  readonly #open = new Set<Connection>();
  readonly #waiting = new Set<() => void>();
  readonly #upgrades: RecordedUpgrade[] = [];
  readonly #written: WrittenText[] = [];
  #most: SocketCounts = { watch: 0, stream: 0, git: 0, all: 0 };

  constructor(state: ChatsState, workspaces: Workspaces, faults: Faults) {
    this.#state = state;
    this.#workspaces = workspaces;
    this.#faults = faults;
    watchChats(state, (event) => {
      for (const connection of this.#open) if (connection.kind === 'watch') connection.sendObject(event);
    });
  }

  /** Open sockets now. */
  get open(): SocketCounts {
    return this.#count();
  }

  /** The most that were open at once, by kind and of all kinds. */
  get most(): SocketCounts {
    return this.#most;
  }

  /** Oldest first, refused ones included. */
  get upgrades(): readonly RecordedUpgrade[] {
    return this.#upgrades;
  }

  /** Oldest first. */
  get written(): readonly WrittenText[] {
    return this.#written;
  }

  /** Resolves as soon as the condition holds; it is checked after every upgrade, text and end of a socket. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (!condition()) return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
      check();
    });
  }

  /** Breaks connections as a lost network does, without a closing handshake. */
  cut(filter: SocketFilter = {}): void {
    for (const connection of this.#find(filter)) connection.cut();
    this.#wake();
  }

  /** Closes connections with the closing handshake. */
  close(filter: SocketFilter = {}, code = 1001): void {
    for (const connection of this.#find(filter)) connection.close(code);
  }

  /** Writes a text as it is, such as one that is no JSON. */
  sendText(text: string, filter: SocketFilter = {}): void {
    for (const connection of this.#find(filter)) connection.sendText(text);
  }

  /** Bytes that clients have not taken yet. */
  bufferedBytes(filter: SocketFilter = {}): number {
    return this.#find(filter).reduce((sum, { bufferedBytes }) => sum + bufferedBytes, 0);
  }

  /** Handles the upgrade of a connection. */
  readonly upgrade: Upgrade = (incoming, socket, head, target) => {
    this.#upgrade(incoming, socket, head, target).catch((error: unknown) => {
      if (!(error instanceof Refusal)) throw error;
      refuse(socket, error.status, error.body, error.headers);
    });
  };

  async #upgrade(incoming: IncomingMessage, socket: Socket, head: Buffer, target: string): Promise<void> {
    const { options } = this.#state;
    const route = this.#route(target);
    const { kind } = route;
    const { headers } = incoming;
    const at = this.#upgrades.push({ kind, target, headers, status: 0 }) - 1;
    const settle = (status: number): void => {
      this.#upgrades[at] = { kind, target, headers, status };
      this.#wake();
    };
    this.#wake();
    const { sockets, timers } = options;
    if (sockets === 'closed') return void socket.destroy();
    if (sockets !== 'on') {
      const status = sockets === 'proxy page' ? 502 : sockets.refuse;
      settle(status);
      const page = '<!doctype html>\n<title>502 Bad Gateway</title>';
      return refuse(socket, status, sockets === 'proxy page' ? page : { message: 'Upgrade refused.' });
    }
    const request = { method: 'GET', target, headers, body: '' };
    const fault = this.#faults.next(kind, request);
    if (fault?.delayBeforeMs !== undefined) {
      const { delayBeforeMs } = fault;
      await new Promise<void>((resolve) => timers.after(delayBeforeMs, resolve));
    }
    if (fault?.cut !== undefined) return void socket.resetAndDestroy();
    if (fault?.answer !== undefined) {
      settle(fault.answer.status);
      return refuse(socket, fault.answer.status, fault.answer.body, fault.answer.headers);
    }
    let start: (connection: Connection) => void;
    try {
      start = this.#check(route, headers);
    } catch (error) {
      if (error instanceof Refusal) settle(error.status);
      throw error;
    }
    this.#server.handleUpgrade(incoming, socket, head, (webSocket) => {
      const connection = new Connection(kind, route.chat, webSocket, options);
      this.#open.add(connection);
      this.#noteMost();
      settle(101);
      connection.onText((text) => {
        this.#written.push({ kind, chat: route.chat, text });
        this.#wake();
        // Only the socket for uncommitted changes takes text.
        if (kind !== 'git') connection.close(1008, 'unexpected data message');
      });
      connection.onClose(() => {
        this.#open.delete(connection);
        this.#wake();
      });
      start(connection);
    });
  }

  /** Throws 404 for another path. */
  #route(target: string): Route {
    const url = new URL(target, 'http://server');
    const { prefix } = this.#state.options;
    const [, area = '', below = ''] = /^\/api\/(v2|experimental)\/chats(\/.*)$/u.exec(url.pathname) ?? [];
    const isServed =
      area === 'v2' ? prefix === 'v2' || prefix === 'both' : prefix !== 'none' && prefix !== 'v2';
    const query = url.searchParams;
    if (isServed && below === '/watch') return { kind: 'watch', chat: null, query };
    const [, chat = '', git] = /^\/([^/]+)\/stream(\/git)?$/u.exec(below) ?? [];
    if (!isServed || chat === '') throw noRoute();
    return { kind: git === undefined ? 'stream' : 'git', chat, query };
  }

  /** Returns what starts the socket, or throws the refusal of the server. */
  #check({ kind, chat: id, query }: Route, headers: IncomingHttpHeaders): (connection: Connection) => void {
    const state = this.#state;
    const { token, gateway } = state.options;
    if (token !== null && headers['coder-session-token'] !== token)
      throw new Refusal(401, 'You are signed out or your session has expired.', {
        detail: 'API key is invalid.',
      });
    const { origin, host = '' } = headers;
    if (origin !== undefined && !origin.endsWith(`//${host}`))
      throw new Refusal(403, `Request Origin "${origin}" is not authorized for Host "${host}".`);
    if (kind === 'watch') return () => undefined;
    if (id === null || !UUID.test(id)) throw new Refusal(400, `Invalid UUID "${id}".`);
    const chat = state.chat(id);
    if (kind === 'git') {
      assertHasAgent(chat, this.#workspaces);
      return (connection) => openGit(state, chat, connection);
    }
    if (!gateway) throw gatewayOff();
    const afterId = query.get('after_id') ?? '';
    if (!/^\d*$/u.test(afterId)) throw new Refusal(400, 'Invalid after_id parameter.');
    return (connection) => openStream(state, chat, connection, Number(afterId));
  }

  #find({ kind, chat }: SocketFilter): readonly Connection[] {
    return [...this.#open].filter(
      (connection) =>
        (kind === undefined || connection.kind === kind) &&
        (chat === undefined || connection.chatId === chat),
    );
  }

  #count(): SocketCounts {
    const of = (kind: SocketName) => this.#find({ kind }).length;
    return { watch: of('watch'), stream: of('stream'), git: of('git'), all: this.#open.size };
  }

  #noteMost(): void {
    const now = this.#count();
    const { watch, stream, git, all } = this.#most;
    this.#most = {
      watch: Math.max(watch, now.watch),
      stream: Math.max(stream, now.stream),
      git: Math.max(git, now.git),
      all: Math.max(all, now.all),
    };
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}

/** Answers with plain HTTP. A string is a page of HTML. */
function refuse(
  socket: Socket,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const isPage = typeof body === 'string';
  const text = isPage ? body : `${JSON.stringify(body)}\n`;
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}`,
    `content-type: ${isPage ? 'text/html' : 'application/json'}; charset=utf-8`,
    `content-length: ${Buffer.byteLength(text)}`,
    'connection: close',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${text}`);
}
