import type { WebSocket } from 'ws';

/** Produces the messages of a socket, one after the other, as late as possible. */
export interface MessageSource {
  /** The next message to write; null if there is none now. Throws if the socket must end. */
  next(): string | null;
}

/** Bytes that a client has not taken yet, after which nothing more is written to it. */
const HIGH_WATER = 1 << 20;

/** Pings without an answer before the connection counts as lost. */
const LOST_PINGS = 2;

/** Codes of RFC 6455, section 7.4.1. */
const POLICY_VIOLATION = 1008;
const INTERNAL_ERROR = 1011;

/**
 * One open socket. It takes messages from its source only as fast as the client reads them: the source joins events in
 * the meantime.
 */
export class Connection {
  readonly #socket: WebSocket;
  #source: MessageSource | null = null;
  #isPlanned = false;
  #openPings = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    // A broken connection is closed: nothing else follows from it.
    socket.on('error', () => undefined);
    socket.on('pong', () => {
      this.#openPings = 0;
    });
  }

  /** Writes the messages of a source. Call `wake` when it may have one. */
  write(source: MessageSource): void {
    this.#source = source;
    this.wake();
  }

  /** Writes messages in a microtask, so that all changes of one step are in one message. */
  wake(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    queueMicrotask(() => {
      this.#isPlanned = false;
      this.#pump();
    });
  }

  onText(listener: (text: string) => void): void {
    this.#socket.on('message', (data) => listener(String(data)));
  }

  /** Closes the connection when the client writes. */
  refuseText(): void {
    this.onText(() => this.close(POLICY_VIOLATION, 'unexpected data message'));
  }

  onClose(listener: () => void): void {
    this.#socket.once('close', listener);
  }

  close(code: number, reason = ''): void {
    this.#socket.close(code, reason);
  }

  /** Ends the connection without a closing handshake. */
  terminate(): void {
    this.#socket.terminate();
  }

  /** Keeps the connection open, or ends it if the client is gone. */
  ping(): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#openPings >= LOST_PINGS) return this.terminate();
    this.#openPings += 1;
    this.#socket.ping();
  }

  #pump(): void {
    const socket = this.#socket;
    while (socket.readyState === socket.OPEN && socket.bufferedAmount < HIGH_WATER) {
      let message: string | null;
      try {
        message = this.#source?.next() ?? null;
      } catch (error) {
        console.error(error);
        return this.close(INTERNAL_ERROR);
      }
      if (message === null) return;
      socket.send(message, () => {
        if (socket.bufferedAmount < HIGH_WATER) this.wake();
      });
    }
  }
}
