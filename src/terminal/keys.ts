import { EventEmitter } from 'node:events';
import { StringDecoder } from 'node:string_decoder';
import type { Pointing } from '../domain/pointing.ts';
import { pointingOf } from './mouse.ts';
import { type Token, Tokenizer, type Waiting } from './tokens.ts';
import { markWheel } from './wheel.ts';

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
interface KeyTimes {
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

const KEY_TIMES: KeyTimes = {
  escape: 50,
  sequence: 300,
  string: 2_000,
  paste: 1_500,
  burst: 40,
  late: 1_000,
};

export interface KeyOptions {
  readonly times?: Partial<KeyTimes>;
  /** The terminal window got or lost the focus. Comes only where focus reports were asked for. */
  readonly onFocus?: (focused: boolean) => void;
  /** Something was done with the mouse, in its turn among the keys. Without it nothing happens. */
  readonly onMouse?: (pointing: Pointing) => void;
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
  renewRawMode(): void;
  /** Waits for a key while nothing else reads, and drops it with all that was typed before it. */
  oneKey(): Promise<void>;
  /** Delivers no key, paste or mouse event from now on. Replies of the terminal still arrive. */
  endKeys(): void;
}

/**
 * Makes keys whole before Ink sees them. Ink gets one key, or one paste, per turn of the event loop, so that React
 * has drawn the last one's effects, and run them, before the next one comes: components that remember a value
 * from their last drawing lose nothing.
 */
export function keyInput(source: KeySource, options: KeyOptions = {}): KeyInput {
  // Of a readable stream Ink uses what this class has; the type cannot say so.
  return new WholeKeys(source, options) as unknown as KeyInput;
}

class WholeKeys extends EventEmitter {
  readonly isTTY: boolean;
  readonly #source: KeySource;
  readonly #options: KeyOptions;
  readonly #times: KeyTimes;
  readonly #tokens = new Tokenizer();
  readonly #decoder = new StringDecoder('utf8');
  /** Keys, pastes and what the mouse did, not handed on yet; read from `#next` on, so that taking one costs nothing. */
  #queue: (string | Pointing)[] = [];
  #next = 0;
  /** The one that may be read now. */
  #ready: string | null = null;
  /** React still has this turn for the last one. */
  #resting = false;
  #raw = false;
  #ended = false;
  #timer: NodeJS.Timeout | undefined;
  #reads = 0;
  #gone = false;

  constructor(source: KeySource, options: KeyOptions) {
    super();
    this.isTTY = source.isTTY === true;
    this.#source = source;
    this.#options = options;
    this.#times = { ...KEY_TIMES, ...options.times };
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

  renewRawMode(): void {
    if (!this.#raw) return;
    this.#source.setRawMode?.(false);
    this.#source.setRawMode?.(true);
  }

  oneKey(): Promise<void> {
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

  endKeys(): void {
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
    this.#take(this.#tokens.push(text));
  };

  #take(tokens: readonly Token[]): void {
    for (const token of markWheel(tokens)) {
      if (token.kind === 'key') this.#queue.push(token.bytes);
      else if (token.kind === 'paste') this.#queue.push(`\x1b[200~${token.text}\x1b[201~`);
      else if (token.kind === 'mouse') this.#point(pointingOf(token.bytes));
      else if (token.kind === 'focus') this.#options.onFocus?.(token.focused);
      else this.#options.onReply?.(token.bytes);
    }
    clearTimeout(this.#timer);
    const { waiting } = this.#tokens;
    if (waiting !== 'nothing') this.#timer = setTimeout(() => this.#expire(), this.#timeFor(waiting));
    this.#deliver();
  }

  #point(pointing: Pointing | null): void {
    if (pointing !== null && this.#options.onMouse !== undefined) this.#queue.push(pointing);
  }

  #timeFor(waiting: Exclude<Waiting, 'nothing'>): number {
    const { expectsReply } = this.#options;
    return this.#times[waiting === 'escape' && expectsReply?.() === true ? 'sequence' : waiting];
  }

  #expire(): void {
    // After a busy moment the rest may lie unread in the kernel: timers run before reads, immediates after them.
    const reads = this.#reads;
    setImmediate(() => {
      if (reads === this.#reads) this.#take(this.#tokens.expire());
    });
  }

  #deliver(): void {
    if (this.#ended || this.#resting || !this.#raw || this.listenerCount('readable') === 0) return;
    const token = this.#ready ?? this.#queue[this.#next];
    if (token === undefined) return;
    if (this.#ready === null) this.#next++;
    if (this.#next === this.#queue.length) {
      this.#queue = [];
      this.#next = 0;
    }
    this.#resting = true;
    // React commits in a microtask, and runs passive effects in the next immediate. The one after that is ours.
    setImmediate(() =>
      setImmediate(() => {
        this.#resting = false;
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
    if (this.#gone) return;
    this.#gone = true;
    clearTimeout(this.#timer);
    this.#options.onClose?.();
  }
}
