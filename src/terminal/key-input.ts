import { EventEmitter } from 'node:events';
import { StringDecoder } from 'node:string_decoder';
import type { MouseInput } from '../domain/mouse-input.ts';
import { type InputToken, InputTokenizer, type PendingInput } from './input-tokenizer.ts';
import { parseMouseReport } from './mouse.ts';
import { markWheelKeys } from './wheel.ts';

/** The real standard input, or what a test puts in its place. */
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

/** How long to wait for the rest of something, in ms without a byte. */
interface KeyTimeouts {
  /** Behind an ESC. Until then Esc is not felt; a line that tears keys apart needs more. */
  readonly escape: number;
  /** Inside a sequence. Nobody types one by hand, so this may be long. */
  readonly sequence: number;
  /** Inside an answer of the terminal. */
  readonly string: number;
  /** Inside a marked paste; then its end counts as lost. */
  readonly paste: number;
  /** Behind an unmarked paste. */
  readonly burst: number;
  /** How long after a torn-off ESC its rest is still known for what it is. */
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
  /** The terminal window got or lost the focus. Comes only where focus reports were asked for. */
  readonly onFocus?: (focused: boolean) => void;
  /** Something was done with the mouse, in its turn among the keys. Without it nothing happens. */
  readonly onMouse?: (pointing: MouseInput) => void;
  /** The terminal answered a question. Untrusted bytes. */
  readonly onReply?: (bytes: string) => void;
  /** Whether an answer of the terminal is on its way: then an ESC may be its first byte, and is given more time. */
  readonly expectsReply?: () => boolean;
  /** The terminal is gone: hung up, closed, or unreadable. */
  readonly onClose?: () => void;
}

/** What Ink takes as its `stdin`, and what the rest of taskdeck may ask of it. */
export interface KeyInput extends NodeJS.ReadableStream {
  readonly isTTY: boolean;
  setRawMode(on: boolean): KeyInput;
  /** Raw mode set again although nobody turned it off: the shell does that while we are stopped. */
  resetRawMode(): void;
  /** Waits for a key while nothing else reads, and drops it with all that was typed before it. */
  waitForKey(): Promise<void>;
  /** Delivers no key, paste or mouse event from now on. Replies of the terminal still arrive. */
  stopKeys(): void;
}

/**
 * Makes keys whole before Ink sees them. Ink gets one key, or one paste, per turn of the event loop, so that React
 * has drawn the last one's effects, and run them, before the next one comes: components that remember a value
 * from their last drawing lose nothing.
 */
export function keyInput(source: KeySource, options: KeyOptions = {}): KeyInput {
  // Of a readable stream Ink uses what this class has; the type cannot say so.
  return new KeyStream(source, options) as unknown as KeyInput;
}

class KeyStream extends EventEmitter {
  readonly isTTY: boolean;
  readonly #source: KeySource;
  readonly #options: KeyOptions;
  readonly #times: KeyTimeouts;
  readonly #tokens = new InputTokenizer();
  readonly #decoder = new StringDecoder('utf8');
  /** Keys, pastes and what the mouse did, not handed on yet; read from `#next` on, so that taking one costs nothing. */
  #queue: (string | MouseInput)[] = [];
  #next = 0;
  /** The one that may be read now. */
  #ready: string | null = null;
  /** React still has this turn for the last one. */
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
    // A pseudo-terminal whose other side is gone reads EIO.
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
      // Whoever has the terminal next gets every byte from here on.
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

  /** Keys are text already. */
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
    // After a busy moment the rest may lie unread in the kernel: timers run before reads, immediates after them.
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
    // React commits in a microtask, and runs passive effects in the next immediate. The one after that is ours.
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
