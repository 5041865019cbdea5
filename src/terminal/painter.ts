import { type AsciiMode, asciiFilter } from './ascii.ts';
import { CellWriter } from './cell-writer.ts';
import { parseRow, type Row } from './cells.ts';
import { type CursorPosition, parseInkOutput } from './ink-frame-parser.ts';
import { KEYBOARD_QUERY } from './kitty-keyboard.ts';
import { OutputFlowControl } from './output-flow-control.ts';
import { paintRow } from './paint-row.ts';
import { withPlainEmoji } from './plain-emoji.ts';
import { PLAIN } from './styles.ts';
import { BaseOutput, type OutputTarget, type TerminalOutput } from './terminal-output.ts';
import { WHEEL_QUERY } from './wheel.ts';

/** Shorter updates reach the screen at once anyway: in one read of the terminal, which takes at least 4 KB. */
const SYNC_BYTES = 1_024;
/** Longer ones would let the cursor be seen running about. */
const HIDE_BYTES = 48;
/** A terminal that has answered nothing so far is not waited for any longer than this before it is left. */
const UNKNOWN_TERMINAL_MS = 200;
/** A few screens of lines. */
const MAX_CACHED_ROWS = 300;
/** The alternate screen, as Ink asks for it. */
const ENTER_ALTERNATE = '\x1b[?1049h';
/** What may spoil a whole screen: scroll margins, origin mode, a drawing character set. */
const RESET_TERMINAL = '\x1b[r\x1b[?6l\x1b(B\x0f\x1b[m';

export interface PainterOptions {
  /** How much is drawn in ASCII. */
  readonly ascii?: AsciiMode;
  /** Draw emoji of several code points as one. */
  readonly plainEmoji?: boolean;
  /** There may be no alternate screen: what stands on the screen goes into the terminal's history before it is drawn over. */
  readonly scrollBeforeDrawing?: boolean;
}

/** What is on the screen, as far as we put it there. */
interface PaintedScreen {
  readonly columns: number;
  readonly lines: readonly string[];
  readonly rows: readonly Row[];
}

/**
 * Stands between Ink and the terminal. On the alternate screen Ink writes whole frames; this compares each with
 * what is on the screen and sends the cells that differ. Frames that come faster than the terminal takes them, or
 * reads them at the far end of a slow line, are left out: the newest is drawn when it is ready again. Elsewhere it
 * passes everything on.
 */
export class Painter extends BaseOutput {
  readonly #toAscii: (line: string) => string;
  readonly #plainEmoji: boolean;
  readonly #scrollBeforeDrawing: boolean;
  /** The newest frame of Ink's; null until there is one. */
  #lines: readonly string[] | null = null;
  #cursor: CursorPosition = null;
  /** Null when nothing is known about the screen. */
  #painted: PaintedScreen | null = null;
  /** The real cursor, -1 where it is not known. */
  #x = -1;
  #y = -1;
  /** The terminal has not taken the last update yet. */
  #isWriting = false;
  #needsPaint = false;
  readonly #flow = new OutputFlowControl();
  #hasQueried = false;
  /** Ends the wait for a terminal that has much to read. */
  #waitTimer: NodeJS.Timeout | undefined;
  /** Called when the terminal has answered its last question. */
  #onQueriesStopped: (() => void)[] = [];
  /** Called when everything written so far is on the screen. */
  #onPainted: (() => void)[] = [];
  /** Set the terminal straight with the next update. */
  #resetTerminal = false;
  readonly #rowCache = new Map<string, Row>();
  #parsedColumns = 0;
  /** Node has told of a new size since the terminal last said that its window changed. */
  #resized = false;
  /** The newest frame is of another size than the screen. */
  #isFrameOutdated = false;

  constructor(
    target: OutputTarget,
    { ascii = null, plainEmoji = false, scrollBeforeDrawing = false }: PainterOptions = {},
  ) {
    super(target);
    this.#toAscii = asciiFilter(ascii);
    this.#plainEmoji = plainEmoji;
    this.#scrollBeforeDrawing = scrollBeforeDrawing;
  }

  override send(sequence: string): void {
    super.send(this.#toAscii(sequence));
  }

  override write(data: string | Uint8Array, encoding?: unknown, done?: () => void): boolean {
    const text = typeof data === 'string' ? data : Buffer.from(data).toString();
    const callback = typeof encoding === 'function' ? (encoding as () => void) : done;
    if (!this.writable || !this.modes.alternateScreen) {
      const result = super.write(text, callback);
      if (this.modes.alternateScreen) {
        this.#forgetScreen();
        this.#flow.reset();
        if (this.#scrollBeforeDrawing) this.target.write(`\x1b[9999H${'\n'.repeat(this.rows)}`);
        this.#queryTerminal();
      }
      return result;
    }
    if (text !== '') this.#handleInkOutput(text);
    if (callback !== undefined) this.#whenPainted(callback);
    return !this.#isWriting;
  }

  override showFirstFrame(lines: readonly string[]): void {
    this.write(ENTER_ALTERNATE);
    this.write('\x1b[?25l');
    this.#lines = lines;
    this.#paint();
  }

  /**
   * Asks the terminal what it can do. Before the first frame, which covers what a terminal without an answer may print, and
   * ends in a question whose answer is waited for.
   */
  #queryTerminal(): void {
    if (this.#hasQueried || !this.isTTY) return;
    this.#hasQueried = true;
    this.target.write(WHEEL_QUERY + KEYBOARD_QUERY);
  }

  #handleInkOutput(text: string): void {
    const write = parseInkOutput(text, (this.#lines?.length ?? 1) - 1);
    switch (write.kind) {
      case 'sync':
      case 'erase':
        return;
      case 'modes':
        // Asked for once more it would have the terminal note another place to come back to.
        if (text !== ENTER_ALTERNATE) this.#passThrough(text);
        if (text.endsWith('\x1b[?25l')) this.#cursor = null;
        return;
      case 'cursor':
        this.#cursor = write.cursor;
        this.#paint();
        return;
      case 'frame':
        this.#isFrameOutdated = false;
        this.#lines = write.lines;
        this.#cursor = write.cursor;
        this.#paint();
        return;
      case 'unknown':
        this.#passThrough(text);
        this.#forgetScreen();
    }
  }

  /** Sends something that is not ours to understand. */
  #passThrough(text: string): void {
    this.target.write(this.modes.recordInkOutput(text));
    if (this.modes.alternateScreen) return;
    // Left for good, or for a while: what was on it is gone.
    this.#endWait();
    this.#forgetScreen();
    this.#lines = null;
    this.#cursor = null;
    this.#needsPaint = false;
  }

  #forgetScreen(): void {
    this.#painted = null;
    this.#x = -1;
    this.#y = -1;
  }

  override repaint(): void {
    this.#forgetScreen();
    this.#resetTerminal = true;
    // Whoever asks for it sees that something is wrong, and does not want to wait.
    this.#endWait();
    if (!this.#flow.isStopped) this.#flow.reset();
    this.#paint();
  }

  override statusReplied(): void {
    this.#flow.replyReceived(performance.now());
    this.#resumePainting();
  }

  override get hasOpenQuery(): boolean {
    return this.#flow.hasOpenQuery(performance.now());
  }

  override stopQueries(patienceMs: number): Promise<void> {
    this.#flow.stopQueries();
    if (!this.hasOpenQuery) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(
        resolve,
        this.#flow.isAnswering ? patienceMs : Math.min(patienceMs, UNKNOWN_TERMINAL_MS),
      );
      this.#onQueriesStopped.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** What the terminal had to read it has read, or will never say so. */
  #resumePainting(): void {
    this.#endWait();
    for (const done of this.#onQueriesStopped.splice(0)) done();
    if (this.#needsPaint && !this.#isWriting) this.#paint();
  }

  protected override resized(): void {
    this.#resized = true;
    this.#isFrameOutdated = true;
    this.#forgetScreen();
    super.resized();
  }

  protected override afterResizeFrame(): void {
    this.#isFrameOutdated = false;
    // Ink does not write a frame that is the same as its last.
    if (this.#painted === null) this.#paint();
  }

  override windowChanged(): void {
    // Two changes that cancel each other out are no resize to Node, but the terminal has made them both.
    if (!this.#resized) this.#repaintSoon();
    this.#resized = false;
  }

  /** Terminals move lines about in ways of their own. */
  #repaintSoon(): void {
    this.#forgetScreen();
    // Ink does not write a frame that is the same as its last.
    setImmediate(() => {
      if (this.#painted === null) this.#paint();
    });
  }

  #paint(): void {
    if (this.#lines === null || !this.writable || !this.modes.alternateScreen) return;
    if (this.#isFrameOutdated || this.#isWriting || this.#mustWait()) {
      this.#needsPaint = true;
      return;
    }
    this.#needsPaint = false;
    const update = this.#update(this.#lines);
    if (update === '') return;
    this.#isWriting = true;
    const question = this.isTTY ? this.#flow.sent(Buffer.byteLength(update), performance.now()) : '';
    this.target.write(update + question, () => {
      this.#isWriting = false;
      if (this.#needsPaint) this.#paint();
      if (!this.#isWriting) this.#notifyPainted();
    });
  }

  #mustWait(): boolean {
    if (this.#waitTimer !== undefined) return true;
    const ms = this.#flow.waitMs(performance.now());
    if (ms === 0) return false;
    this.#waitTimer = setTimeout(() => {
      this.#flow.replyTimedOut();
      this.#resumePainting();
    }, ms);
    return true;
  }

  /** The bytes that make the screen show `lines`, and the cursor stand where it shall. */
  #update(lines: readonly string[]): string {
    const { columns, rows } = this;
    const old = this.#painted?.columns === columns ? this.#painted : null;
    const pen = new CellWriter(columns, this.#x, this.#y, this.#plainEmoji);
    const painted: Row[] = [];
    const shown: string[] = [];
    for (let y = 0; y < rows; y++) {
      const line = lines[y] ?? '';
      const before = old?.rows[y] ?? null;
      const row = before !== null && old?.lines[y] === line ? before : this.#parse(line, columns);
      if (row !== before) paintRow(pen, y, before, row, columns);
      painted.push(row);
      shown.push(line);
    }
    this.#painted = { columns, lines: shown, rows: painted };
    pen.setStyle(PLAIN);
    return this.#finishUpdate(pen, columns, rows);
  }

  /** Lines come back: a list scrolls, a selection moves on. */
  #parse(line: string, columns: number): Row {
    if (this.#parsedColumns !== columns || this.#rowCache.size >= MAX_CACHED_ROWS) {
      this.#rowCache.clear();
      this.#parsedColumns = columns;
    }
    const known = this.#rowCache.get(line);
    if (known !== undefined) return known;
    const row = parseRow(this.#toAscii(this.#plainEmoji ? withPlainEmoji(line) : line), columns);
    this.#rowCache.set(line, row);
    return row;
  }

  /** Adds to what the pen wrote where the cursor goes, and what keeps others from seeing it half done. */
  #finishUpdate(pen: CellWriter, columns: number, rows: number): string {
    const wasVisible = this.modes.isOn(25);
    const isVisible = this.#cursor !== null;
    const hide = wasVisible && (!isVisible || pen.written.length > HIDE_BYTES);
    if (this.#cursor !== null) {
      pen.moveTo(Math.min(this.#cursor.x, columns - 1), Math.min(this.#cursor.y, rows - 1));
    }
    this.#x = pen.x;
    this.#y = pen.y;
    const show = isVisible && (hide || !wasVisible);
    let update = (hide ? '\x1b[?25l' : '') + pen.written + (show ? '\x1b[?25h' : '');
    if (hide || show) this.modes.record(isVisible ? '\x1b[?25h' : '\x1b[?25l');
    if (this.#resetTerminal) update = RESET_TERMINAL + update;
    this.#resetTerminal = false;
    return update.length > SYNC_BYTES ? `\x1b[?2026h${update}\x1b[?2026l` : update;
  }

  #endWait(): void {
    clearTimeout(this.#waitTimer);
    this.#waitTimer = undefined;
  }

  override close(): string {
    this.#endWait();
    return super.close();
  }

  #whenPainted(callback: () => void): void {
    if (this.#isWriting) this.#onPainted.push(callback);
    else this.target.write('', callback);
  }

  #notifyPainted(): void {
    const waiting = this.#onPainted;
    this.#onPainted = [];
    for (const callback of waiting) callback();
  }
}

/** Ink's `stdout` on the real one. */
export const terminalOutput = (target: OutputTarget, options: PainterOptions = {}): TerminalOutput =>
  // Of a writable stream Ink uses what this class has; the type cannot say so.
  new Painter(target, options) as unknown as TerminalOutput;
