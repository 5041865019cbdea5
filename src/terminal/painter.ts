import { type AsciiMode, asciiFilter } from './ascii.ts';
import { BACKGROUND_QUERY } from './background.ts';
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

/** Shorter updates need no synchronised update: the terminal reads at least 4 KB at once. */
const SYNC_BYTES = 1_024;
/** Longer updates hide the cursor, which would jump visibly. */
const HIDE_BYTES = 48;
/** The longest wait for a terminal that has never replied. */
const UNKNOWN_TERMINAL_MS = 200;
const MAX_CACHED_ROWS = 300;
/** As Ink writes it. */
const ENTER_ALTERNATE = '\x1b[?1049h';
/** Resets scroll margins, origin mode and character set, which would spoil the whole screen. */
const RESET_TERMINAL = '\x1b[r\x1b[?6l\x1b(B\x0f\x1b[m';

export interface PainterOptions {
  readonly ascii?: AsciiMode;
  /** Draw emoji of several code points as a single code point. */
  readonly plainEmoji?: boolean;
  /** Ask for the background colour. The reply reaches `onReply` of the keys. */
  readonly asksBackground?: boolean;
  /** The terminal may have no alternate screen: scroll the screen into the terminal's history before drawing. */
  readonly scrollBeforeDrawing?: boolean;
}

/** The screen as last painted. */
interface PaintedScreen {
  readonly columns: number;
  readonly lines: readonly string[];
  readonly rows: readonly Row[];
}

/**
 * Ink's output on the alternate screen: compares each frame of Ink with the screen and sends only the cells that differ. Skips
 * frames while the terminal is still reading the last one, and draws the newest when it is ready. Outside the alternate screen
 * it passes everything on.
 */
export class Painter extends BaseOutput {
  readonly #toAscii: (line: string) => string;
  readonly #plainEmoji: boolean;
  readonly #scrollBeforeDrawing: boolean;
  readonly #queries: string;
  /** Ink's newest frame. */
  #lines: readonly string[] | null = null;
  #cursor: CursorPosition = null;
  /** Null if the screen is unknown. */
  #painted: PaintedScreen | null = null;
  /** The terminal's cursor, -1 if unknown. */
  #x = -1;
  #y = -1;
  /** The last update is not written yet. */
  #isWriting = false;
  #needsPaint = false;
  readonly #flow = new OutputFlowControl();
  #hasQueried = false;
  /** Runs while the terminal still has much to read. */
  #waitTimer: NodeJS.Timeout | undefined;
  /** Called when no reply is pending. */
  #onQueriesStopped: (() => void)[] = [];
  /** Called when everything is written. */
  #onPainted: (() => void)[] = [];
  /** The next update starts with `RESET_TERMINAL`. */
  #resetTerminal = false;
  readonly #rowCache = new Map<string, Row>();
  #parsedColumns = 0;
  /** Node has reported a new size since the last SIGWINCH. */
  #resized = false;
  /** The newest frame has an old size. */
  #isFrameOutdated = false;

  constructor(
    target: OutputTarget,
    {
      ascii = null,
      plainEmoji = false,
      scrollBeforeDrawing = false,
      asksBackground = false,
    }: PainterOptions = {},
  ) {
    super(target);
    this.#toAscii = asciiFilter(ascii);
    this.#plainEmoji = plainEmoji;
    this.#scrollBeforeDrawing = scrollBeforeDrawing;
    this.#queries = WHEEL_QUERY + KEYBOARD_QUERY + (asksBackground ? BACKGROUND_QUERY : '');
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

  /** Sends the queries before the first frame, which covers anything that a terminal may print for them. */
  #queryTerminal(): void {
    if (this.#hasQueried || !this.isTTY) return;
    this.#hasQueried = true;
    this.target.write(this.#queries);
  }

  #handleInkOutput(text: string): void {
    const write = parseInkOutput(text, (this.#lines?.length ?? 1) - 1);
    switch (write.kind) {
      case 'sync':
      case 'erase':
        return;
      case 'modes':
        // Entering again would make the terminal save another cursor position.
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

  /** Sends output that is not a frame. */
  #passThrough(text: string): void {
    this.target.write(this.modes.recordInkOutput(text));
    if (this.modes.alternateScreen) return;
    // The alternate screen was left: its content is gone.
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
    // The user sees a broken screen: redraw without waiting.
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

  /** The terminal has read everything, or its reply timed out. */
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
    // Node reports no resize if two changes cancel each other out, but the terminal has moved its lines.
    if (!this.#resized) this.#repaintSoon();
    this.#resized = false;
  }

  /** Terminals move lines in different ways. */
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
    const query = this.isTTY ? this.#flow.sent(Buffer.byteLength(update), performance.now()) : '';
    this.target.write(update + query, () => {
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

  /** The bytes that show `lines` and place the cursor. */
  #update(lines: readonly string[]): string {
    const { columns, rows } = this;
    const old = this.#painted?.columns === columns ? this.#painted : null;
    const writer = new CellWriter(columns, this.#x, this.#y, this.#plainEmoji);
    const painted: Row[] = [];
    const paintedLines: string[] = [];
    for (let y = 0; y < rows; y++) {
      const line = lines[y] ?? '';
      const before = old?.rows[y] ?? null;
      const row = before !== null && old?.lines[y] === line ? before : this.#parse(line, columns);
      if (row !== before) paintRow(writer, y, before, row, columns);
      painted.push(row);
      paintedLines.push(line);
    }
    this.#painted = { columns, lines: paintedLines, rows: painted };
    writer.setStyle(PLAIN);
    return this.#finishUpdate(writer, columns, rows);
  }

  /** Cached: the same lines return when a list scrolls or the selection moves. */
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

  /** Adds the cursor, and hides the unfinished update. */
  #finishUpdate(writer: CellWriter, columns: number, rows: number): string {
    const wasVisible = this.modes.isOn(25);
    const isVisible = this.#cursor !== null;
    const hide = wasVisible && (!isVisible || writer.written.length > HIDE_BYTES);
    if (this.#cursor !== null) {
      writer.moveTo(Math.min(this.#cursor.x, columns - 1), Math.min(this.#cursor.y, rows - 1));
    }
    this.#x = writer.x;
    this.#y = writer.y;
    const show = isVisible && (hide || !wasVisible);
    let update = (hide ? '\x1b[?25l' : '') + writer.written + (show ? '\x1b[?25h' : '');
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

/** Ink's `stdout`. */
export const terminalOutput = (target: OutputTarget, options: PainterOptions = {}): TerminalOutput =>
  // Ink uses only the members that this class has; the type cannot express that.
  new Painter(target, options) as unknown as TerminalOutput;
