import type { WebSocket } from 'ws';
import type { SocketName } from '../operations.ts';
import type { ChatsOptions } from '../options.ts';

/** Events of a frame at most. */
const MAX_EVENTS = 256;
/** Bytes of a message at most, as Coder's own client accepts them; with a reserve for the envelope. */
const MAX_BYTES = 4 * 1024 * 1024 - 1024;

/** One open socket of the server. Writes in the framing of the options, which can change at any time. */
export class Connection {
  readonly kind: SocketName;
  /** Null: the socket is not for one chat. */
  readonly chatId: string | null;
  readonly #socket: WebSocket;
  readonly #options: ChatsOptions;
  #isOpen = true;
  #ping: () => void = () => {};

  constructor(kind: SocketName, chatId: string | null, socket: WebSocket, options: ChatsOptions) {
    this.kind = kind;
    this.chatId = chatId;
    this.#socket = socket;
    this.#options = options;
    socket.on('error', () => undefined);
    socket.on('close', () => this.#end());
    this.#planPing();
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Bytes that the client has not taken yet. */
  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  onClose(listener: () => void): void {
    this.#socket.once('close', listener);
  }

  onText(listener: (text: string) => void): void {
    this.#socket.on('message', (data) => listener(String(data)));
  }

  /** Events of a stream, in as few messages as the limits allow. */
  sendEvents(events: readonly unknown[]): void {
    let batch: string[] = [];
    let bytes = 0;
    const flush = (): void => {
      if (batch.length === 0) return;
      const list = `[${batch.join(',')}]`;
      this.sendText(this.#options.framing === 'array' ? list : `{"type":"data","data":${list}}`);
      batch = [];
      bytes = 0;
    };
    for (const event of events) {
      const text = JSON.stringify(event);
      const size = Buffer.byteLength(text) + 1;
      if (batch.length >= MAX_EVENTS || bytes + size > MAX_BYTES) flush();
      batch.push(text);
      bytes += size;
    }
    flush();
  }

  /** One object in one message: an event of the watch socket. */
  sendObject(event: unknown): void {
    this.sendText(JSON.stringify(this.#options.framing === 'array' ? event : { type: 'data', data: event }));
  }

  /** Any text as one message, whole or in frames. */
  sendText(text: string): void {
    const { silent, frameBytes } = this.#options;
    if (silent || !this.#isOpen) return;
    const bytes = Buffer.from(text);
    const size = frameBytes ?? bytes.length;
    for (let at = 0; at < Math.max(1, bytes.length); at += Math.max(1, size))
      this.#socket.send(bytes.subarray(at, at + size), { binary: false, fin: at + size >= bytes.length });
  }

  /** The closing handshake. */
  close(code: number, reason = ''): void {
    this.#socket.close(code, reason);
  }

  /** Breaks the connection, without a closing handshake. */
  cut(): void {
    this.#socket.terminate();
    this.#end();
  }

  #end(): void {
    this.#isOpen = false;
    this.#ping();
  }

  #planPing(): void {
    const { pingMs } = this.#options;
    // Looks for changed options once a second while pings are off.
    const timer = setTimeout(() => {
      if (!this.#isOpen) return;
      if (pingMs !== null && !this.#options.silent) {
        if (this.#options.framing === 'envelope') this.sendText('{"type":"ping"}');
        else this.#socket.ping();
      }
      this.#planPing();
    }, pingMs ?? 1_000);
    timer.unref();
    this.#ping = () => clearTimeout(timer);
  }
}
