import { EventEmitter } from 'node:events';
import { StringDecoder } from 'node:string_decoder';
import type { MouseInput } from '../domain/mouse-input.ts';
import { type InputToken, InputTokenizer, type PendingInput } from './input-tokenizer.ts';
import { parseMouseReport } from './mouse.ts';
import { markWheelKeys } from './wheel.ts';

/** Standard input, or a replacement in tests. */
export interface KeySource {
  readonly isTTY?: boolean;
  setRawMode?(on: boolean): unknown;
  ref?(): unknown;
  unref?(): unknown;
  on(event: 'data', listener: (chunk: Buffer | string) => void): unknown;
  on(event: 'end' | 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'data', listener: (chunk: Buffer | string) => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

/** How long to wait for the rest of an input, in ms without a byte. */
interface KeyTimeouts {
  /** After an ESC. Delays the Esc key; a connection that splits keys needs more. */
  readonly escape: number;
  /** Inside a sequence. May be long: users do not type sequences. */
  readonly sequence: number;
  /** Inside a string reply. */
  readonly string: number;
  /** Inside a bracketed paste; after that its end counts as lost. */
  readonly paste: number;
  /** After a paste without brackets. */
  readonly burst: number;
  /** How long after a lone ESC the rest of its sequence is recognised. */
  readonly late: number;
}

const KEY_TIMEOUTS: KeyTimeouts = {
  escape: 50,
  sequence: 300,
  string: 2_000,
  paste: 1_500,
  burst: 40,
  late: 1_000,
};

export interface KeyOptions {
  readonly times?: Partial<KeyTimeouts>;
  /** The window got or lost the focus; only if focus reports are on. */
  readonly onFocus?: (focused: boolean) => void;
  /** A mouse event, in order with the keys. Without this, mouse events are dropped. */
  readonly onMouse?: (pointing: MouseInput) => void;
  /** The terminal replied to a query. Untrusted. */
  readonly onReply?: (bytes: string) => void;
  /** Whether a reply is pending: an ESC may then be its first byte and gets more time. */
  readonly expectsReply?: () => boolean;
  /** The terminal was hung up, closed or cannot be read. */
  readonly onClose?: () => void;
}

/** Ink's `stdin`, with methods for the rest of taskdeck. */
export interface KeyInput extends NodeJS.ReadableStream {
  readonly isTTY: boolean;
  setRawMode(on: boolean): KeyInput;
  /** Sets raw mode again: the shell turns it off while the process is stopped. */
  resetRawMode(): void;
  /** Waits for a key while nothing else reads. Drops it and all input before it. */
  waitForKey(): Promise<void>;
  /** Delivers no more keys, pastes or mouse events. Replies of the terminal still arrive. */
  stopKeys(): void;
}

/**
 * Gives Ink whole keys: one key or one paste per turn of the event loop, so that React has rendered and run the effects of the
 * last key before the next one. Components with values from their last render lose nothing.
 */
export function keyInput(source: KeySource, options: KeyOptions = {}): KeyInput {
  // Ink uses only the members that this class has; the type cannot express that.
  return new KeyStream(source, options) as unknown as KeyInput;
}

class KeyStream extends EventEmitter {
  readonly isTTY: boolean;
  readonly #source: KeySource;
  readonly #options: KeyOptions;
  readonly #times: KeyTimeouts;
  readonly #tokens = new InputTokenizer();
  readonly #decoder = new StringDecoder('utf8');
  /** Undelivered keys, pastes and mouse events, from `#next` on: removing one costs nothing. */
  #queue: (string | MouseInput)[] = [];
  #next = 0;
  /** The input that Ink may read now. */
  #ready: string | null = null;
  /** React is still rendering the last input. */
  #isRendering = false;
  #raw = false;
  #ended = false;
  #timer: NodeJS.Timeout | undefined;
  #reads = 0;
  #isClosed = false;

  constructor(source: KeySource, options: KeyOptions) {
    super();
    this.isTTY = source.isTTY === true;
    this.#source = source;
    this.#options = options;
    this.#times = { ...KEY_TIMEOUTS, ...options.times };
    this.on('newListener', (event) => {
      if (event === 'readable') queueMicrotask(() => this.#deliver());
    });
    source.on('end', () => this.#closed());
    source.on('close', () => this.#closed());
    // A pseudo-terminal whose other end is closed fails with EIO.
    source.on('error', () => this.#closed());
  }

  setRawMode(on: boolean): this {
    this.#source.setRawMode?.(on);
    if (on === this.#raw) return this;
    this.#raw = on;
    if (on) {
      this.#source.on('data', this.#onData);
      this.#source.resume();
      this.#deliver();
    } else {
      // The next program gets every further byte.
      this.#source.off('data', this.#onData);
      this.#source.pause();
    }
    return this;
  }

  resetRawMode(): void {
    if (!this.#raw) return;
    this.#source.setRawMode?.(false);
    this.#source.setRawMode?.(true);
  }

  waitForKey(): Promise<void> {
    return new Promise((resolve) => {
      const take = (): void => {
        this.#source.off('data', take);
        this.#source.setRawMode?.(false);
        this.#source.pause();
        resolve();
      };
      this.#source.setRawMode?.(true);
      this.#source.on('data', take);
      this.#source.resume();
    });
  }

  stopKeys(): void {
    this.#ended = true;
  }

  ref(): this {
    this.#source.ref?.();
    return this;
  }

  unref(): this {
    this.#source.unref?.();
    return this;
  }

  /** Keys are already text. */
  setEncoding(): this {
    return this;
  }

  read(): string | null {
    const ready = this.#ready;
    this.#ready = null;
    return ready;
  }

  readonly #onData = (chunk: Buffer | string): void => {
    this.#reads++;
    const text = typeof chunk === 'string' ? chunk : this.#decoder.write(chunk);
    this.#handleTokens(this.#tokens.push(text));
  };

  #handleTokens(tokens: readonly InputToken[]): void {
    for (const token of markWheelKeys(tokens)) {
      if (token.kind === 'key') this.#queue.push(token.bytes);
      else if (token.kind === 'paste') this.#queue.push(`\x1b[200~${token.text}\x1b[201~`);
      else if (token.kind === 'mouse') this.#queueMouseEvent(parseMouseReport(token.bytes));
      else if (token.kind === 'focus') this.#options.onFocus?.(token.focused);
      else this.#options.onReply?.(token.bytes);
    }
    clearTimeout(this.#timer);
    const { waiting } = this.#tokens;
    if (waiting !== 'nothing') this.#timer = setTimeout(() => this.#expire(), this.#timeFor(waiting));
    this.#deliver();
  }

  #queueMouseEvent(pointing: MouseInput | null): void {
    if (pointing !== null && this.#options.onMouse !== undefined) this.#queue.push(pointing);
  }

  #timeFor(waiting: Exclude<PendingInput, 'nothing'>): number {
    const { expectsReply } = this.#options;
    return this.#times[waiting === 'escape' && expectsReply?.() === true ? 'sequence' : waiting];
  }

  #expire(): void {
    // The rest may be unread in the kernel after a busy moment: timers run before reads, immediates after them.
    const reads = this.#reads;
    setImmediate(() => {
      if (reads === this.#reads) this.#handleTokens(this.#tokens.expire());
    });
  }

  #deliver(): void {
    if (this.#ended || this.#isRendering || !this.#raw || this.listenerCount('readable') === 0) return;
    const token = this.#ready ?? this.#queue[this.#next];
    if (token === undefined) return;
    if (this.#ready === null) this.#next++;
    if (this.#next === this.#queue.length) {
      this.#queue = [];
      this.#next = 0;
    }
    this.#isRendering = true;
    // React commits in a microtask and runs passive effects in the next immediate; the one after that is ours.
    setImmediate(() =>
      setImmediate(() => {
        this.#isRendering = false;
        this.#deliver();
      }),
    );
    if (typeof token === 'object') {
      this.#options.onMouse?.(token);
      return;
    }
    this.#ready = token;
    this.emit('readable');
  }

  #closed(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#options.onClose?.();
  }
}
