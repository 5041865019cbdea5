import { EventEmitter } from 'node:events';
import { ModeTracker } from './mode-tracker.ts';
import { usableSize } from './terminal-size.ts';

/** The real standard output, or what a test puts in its place. */
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

/** What Ink takes as its `stdout`, and what the rest of taskdeck may ask of it. Emits `size` on every change of that. */
export interface TerminalOutput extends NodeJS.WritableStream {
  readonly isTTY: boolean;
  readonly columns: number;
  readonly rows: number;
  /** Enters the alternate screen and shows these rows on it, before Ink is there to do so. */
  showFirstFrame(lines: readonly string[]): void;
  /** Draws everything again: `ctrl+l`, and whenever something else wrote to the terminal. */
  repaint(): void;
  /** The same on a terminal of which nothing is known any more: its modes are asked for again. */
  restoreAfterStop(): void;
  /** The window was changed, perhaps back to the size that is known: to be called on every SIGWINCH. */
  windowChanged(): void;
  /** The terminal has said that a mode is on: it is turned off, and put back with all else. */
  disableMode(mode: number): void;
  /** Writes a sequence that draws nothing: a title, a bell. */
  send(sequence: string): void;
  /** The terminal has answered a question of the painter's: see pace.ts. */
  statusReplied(): void;
  /** Asks the terminal nothing more; resolves when no answer is on its way, or after `patienceMs`. */
  stopQueries(patienceMs: number): Promise<void>;
  /** Whether an answer is on its way. */
  readonly hasOpenQuery: boolean;
  /** Writes nothing from now on; gives what puts the terminal back as it was found. */
  close(): string;
}

/** Everything that Ink writes goes through this. */
export class BaseOutput extends EventEmitter {
  readonly isTTY: boolean;
  protected readonly target: OutputTarget;
  protected readonly modes = new ModeTracker();
  #closed = false;

  constructor(target: OutputTarget) {
    super();
    this.isTTY = target.isTTY === true;
    this.target = target;
    // Every component that asks for the window's size listens.
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

  /** Ink asks before it writes its last frame. */
  get writableEnded(): boolean {
    return this.#closed;
  }

  get writable(): boolean {
    return !this.#closed && !this.destroyed;
  }

  readonly #onResize = (): void => this.resized();

  /**
   * Says `size` to those who decide what is drawn, and `resize` to Ink, which draws at once, only when they have
   * decided: else it would draw what was meant for the old size.
   */
  protected resized(): void {
    this.emit('size');
    setImmediate(() => {
      this.emit('resize');
      this.afterResizeFrame();
    });
  }

  /** Ink has drawn for the new size, if it draws at all. */
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
