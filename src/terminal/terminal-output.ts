import { EventEmitter } from 'node:events';
import { ModeTracker } from './mode-tracker.ts';
import { usableSize } from './terminal-size.ts';

/** Standard output, or a replacement in tests. */
export interface OutputTarget {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  readonly writableNeedDrain?: boolean;
  readonly destroyed?: boolean;
  write(data: string, done?: () => void): boolean;
  on(event: 'resize' | 'drain', listener: () => void): unknown;
  off(event: 'resize' | 'drain', listener: () => void): unknown;
}

/** Ink's `stdout`, with methods for the rest of taskdeck. Emits `size` whenever the size changes. */
export interface TerminalOutput extends NodeJS.WritableStream {
  readonly isTTY: boolean;
  readonly columns: number;
  readonly rows: number;
  /** Enters the alternate screen and shows these rows before Ink has rendered. */
  showFirstFrame(lines: readonly string[]): void;
  /** Redraws the whole screen: for `ctrl+l`, and after another program wrote to the terminal. */
  repaint(): void;
  /** Sets all modes again, then redraws: for a terminal in an unknown state. */
  restoreAfterStop(): void;
  /** Call it on every SIGWINCH, even if the size is the same. */
  windowChanged(): void;
  /** Turns off a mode that was on before taskdeck started; `close` turns it on again. */
  disableMode(mode: number): void;
  /** Writes a sequence that draws nothing, such as a title or a bell. */
  send(sequence: string): void;
  /** The terminal has answered a status query: see output-flow-control.ts. */
  statusReplied(): void;
  /** Sends no more queries. Resolves when no reply is pending, or after `patienceMs`. */
  stopQueries(patienceMs: number): Promise<void>;
  /** Whether a reply is pending. */
  readonly hasOpenQuery: boolean;
  /** Stops writing. Returns the sequence that restores the terminal. */
  close(): string;
}

/** Passes Ink's output on and tracks the modes in it. */
export class BaseOutput extends EventEmitter {
  readonly isTTY: boolean;
  protected readonly target: OutputTarget;
  protected readonly modes = new ModeTracker();
  #closed = false;

  constructor(target: OutputTarget) {
    super();
    this.isTTY = target.isTTY === true;
    this.target = target;
    // Every component that uses the window size adds a listener.
    this.setMaxListeners(0);
    target.on('resize', this.#onResize);
  }

  get columns(): number {
    return usableSize(this.target).columns;
  }

  get rows(): number {
    return usableSize(this.target).rows;
  }

  get destroyed(): boolean {
    return this.target.destroyed === true;
  }

  /** Ink reads this before its last frame. */
  get writableEnded(): boolean {
    return this.#closed;
  }

  get writable(): boolean {
    return !this.#closed && !this.destroyed;
  }

  readonly #onResize = (): void => this.resized();

  /** Emits `size` first and `resize`, on which Ink draws at once, a turn later: after the layout has the new size. */
  protected resized(): void {
    this.emit('size');
    setImmediate(() => {
      this.emit('resize');
      this.afterResizeFrame();
    });
  }

  /** Runs after Ink's frame for the new size, if any. */
  protected afterResizeFrame(): void {}

  write(data: string, encoding?: unknown, done?: () => void): boolean {
    const callback = typeof encoding === 'function' ? (encoding as () => void) : done;
    if (!this.writable) {
      if (callback !== undefined) setImmediate(callback);
      return true;
    }
    if (data === '') return this.target.write('', callback);
    this.modes.record(data);
    return this.target.write(data, callback);
  }

  send(sequence: string): void {
    if (this.writable) this.target.write(sequence);
  }

  disableMode(mode: number): void {
    this.modes.assumeOn(mode);
    this.write(`\x1b[?${mode}l`);
  }

  showFirstFrame(_lines: readonly string[]): void {}

  repaint(): void {}

  statusReplied(): void {}

  stopQueries(_patienceMs: number): Promise<void> {
    return Promise.resolve();
  }

  get hasOpenQuery(): boolean {
    return false;
  }

  windowChanged(): void {}

  restoreAfterStop(): void {
    if (this.writable) this.target.write(this.modes.reapply());
    this.repaint();
  }

  close(): string {
    if (this.#closed) return '';
    this.#closed = true;
    this.target.off('resize', this.#onResize);
    return this.modes.restore();
  }
}
