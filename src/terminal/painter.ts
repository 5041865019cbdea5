import { type AsciiMode, asciiFilter } from './ascii.ts';
import { parseRow, type Row } from './cells.ts';
import { type CursorPlace, readInkWrite } from './frames.ts';
import { KEYBOARD_QUESTION } from './keyboard.ts';
import { Output, type OutputTarget, type TerminalOutput } from './output.ts';
import { Pace } from './pace.ts';
import { paintRow } from './paint-row.ts';
import { Pen } from './pen.ts';
import { withPlainEmoji } from './plain-emoji.ts';
import { PLAIN } from './styles.ts';
import { WHEEL_QUESTION } from './wheel.ts';

/** Shorter updates reach the screen at once anyway: in one read of the terminal, which takes at least 4 KB. */
const SYNC_BYTES = 1_024;
/** Longer ones would let the cursor be seen running about. */
const HIDE_BYTES = 48;
/** A terminal that has answered nothing so far is not waited for any longer than this before it is left. */
const STRANGE_MS = 200;
/** A few screens of lines. */
const MAX_PARSED = 300;
/** The alternate screen, as Ink asks for it. */
const ENTER = '\x1b[?1049h';
/** What may spoil a whole screen: scroll margins, origin mode, a drawing character set. */
const SANE = '\x1b[r\x1b[?6l\x1b(B\x0f\x1b[m';

export interface PainterOptions {
  /** How much is drawn in ASCII. */
  readonly ascii?: AsciiMode;
  /** Draw emoji of several code points as one. */
  readonly plainEmoji?: boolean;
  /** There may be no alternate screen: what stands on the screen goes into the terminal's history before it is drawn over. */
  readonly scrollsAway?: boolean;
}

/** What is on the screen, as far as we put it there. */
interface Painted {
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
export class Painter extends Output {
  readonly #inAscii: (line: string) => string;
  readonly #plainEmoji: boolean;
  readonly #scrollsAway: boolean;
  /** The newest frame of Ink's; null until there is one. */
  #lines: readonly string[] | null = null;
  #cursor: CursorPlace = null;
  /** Null when nothing is known about the screen. */
  #painted: Painted | null = null;
  /** The real cursor, -1 where it is not known. */
  #x = -1;
  #y = -1;
  /** The terminal has not taken the last update yet. */
  #busy = false;
  #dirty = false;
  readonly #pace = new Pace();
  #hasAsked = false;
  /** Ends the wait for a terminal that has much to read. */
  #waited: NodeJS.Timeout | undefined;
  /** Called when the terminal has answered its last question. */
  #hushed: (() => void)[] = [];
  /** Called when everything written so far is on the screen. */
  #waiting: (() => void)[] = [];
  /** Set the terminal straight with the next update. */
  #mend = false;
  readonly #parsed = new Map<string, Row>();
  #parsedColumns = 0;
  /** Node has told of a new size since the terminal last said that its window changed. */
  #resized = false;
  /** The newest frame is of another size than the screen. */
  #outgrown = false;

  constructor(
    target: OutputTarget,
    { ascii = null, plainEmoji = false, scrollsAway = false }: PainterOptions = {},
  ) {
    super(target);
    this.#inAscii = asciiFilter(ascii);
    this.#plainEmoji = plainEmoji;
    this.#scrollsAway = scrollsAway;
  }

  override send(sequence: string): void {
    super.send(this.#inAscii(sequence));
  }

  override write(data: string | Uint8Array, encoding?: unknown, done?: () => void): boolean {
    const text = typeof data === 'string' ? data : Buffer.from(data).toString();
    const callback = typeof encoding === 'function' ? (encoding as () => void) : done;
    if (!this.writable || !this.modes.alternateScreen) {
      const result = super.write(text, callback);
      if (this.modes.alternateScreen) {
        this.#forget();
        this.#pace.reset();
        if (this.#scrollsAway) this.target.write(`\x1b[9999H${'\n'.repeat(this.rows)}`);
        this.#ask();
      }
      return result;
    }
    if (text !== '') this.#take(text);
    if (callback !== undefined) this.#whenPainted(callback);
    return !this.#busy;
  }

  override begin(lines: readonly string[]): void {
    this.write(ENTER);
    this.write('\x1b[?25l');
    this.#lines = lines;
    this.#paint();
  }

  /**
   * Asks the terminal what it can do. Before the first frame, which covers what a terminal without an answer may print, and
   * ends in a question whose answer is waited for.
   */
  #ask(): void {
    if (this.#hasAsked || !this.isTTY) return;
    this.#hasAsked = true;
    this.target.write(WHEEL_QUESTION + KEYBOARD_QUESTION);
  }

  #take(text: string): void {
    const write = readInkWrite(text, (this.#lines?.length ?? 1) - 1);
    switch (write.kind) {
      case 'sync':
      case 'erase':
        return;
      case 'modes':
        // Asked for once more it would have the terminal note another place to come back to.
        if (text !== ENTER) this.#pass(text);
        if (text.endsWith('\x1b[?25l')) this.#cursor = null;
        return;
      case 'cursor':
        this.#cursor = write.cursor;
        this.#paint();
        return;
      case 'frame':
        this.#outgrown = false;
        this.#lines = write.lines;
        this.#cursor = write.cursor;
        this.#paint();
        return;
      case 'unknown':
        this.#pass(text);
        this.#forget();
    }
  }

  /** Sends something that is not ours to understand. */
  #pass(text: string): void {
    this.target.write(this.modes.passOn(text));
    if (this.modes.alternateScreen) return;
    // Left for good, or for a while: what was on it is gone.
    this.#endWait();
    this.#forget();
    this.#lines = null;
    this.#cursor = null;
    this.#dirty = false;
  }

  #forget(): void {
    this.#painted = null;
    this.#x = -1;
    this.#y = -1;
  }

  override repaint(): void {
    this.#forget();
    this.#mend = true;
    // Whoever asks for it sees that something is wrong, and does not want to wait.
    this.#endWait();
    if (!this.#pace.isHushed) this.#pace.reset();
    this.#paint();
  }

  override answered(): void {
    this.#pace.answered(performance.now());
    this.#rested();
  }

  override get isAsking(): boolean {
    return this.#pace.isAsking(performance.now());
  }

  override hush(patienceMs: number): Promise<void> {
    this.#pace.hush();
    if (!this.isAsking) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#pace.answers ? patienceMs : Math.min(patienceMs, STRANGE_MS));
      this.#hushed.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** What the terminal had to read it has read, or will never say so. */
  #rested(): void {
    this.#endWait();
    for (const done of this.#hushed.splice(0)) done();
    if (this.#dirty && !this.#busy) this.#paint();
  }

  protected override resized(): void {
    this.#resized = true;
    this.#outgrown = true;
    this.#forget();
    super.resized();
  }

  protected override redrawn(): void {
    this.#outgrown = false;
    // Ink does not write a frame that is the same as its last.
    if (this.#painted === null) this.#paint();
  }

  override windowChanged(): void {
    // Two changes that cancel each other out are no resize to Node, but the terminal has made them both.
    if (!this.#resized) this.#distrust();
    this.#resized = false;
  }

  /** Terminals move lines about in ways of their own. */
  #distrust(): void {
    this.#forget();
    // Ink does not write a frame that is the same as its last.
    setImmediate(() => {
      if (this.#painted === null) this.#paint();
    });
  }

  #paint(): void {
    if (this.#lines === null || !this.writable || !this.modes.alternateScreen) return;
    if (this.#outgrown || this.#busy || this.#mustWait()) {
      this.#dirty = true;
      return;
    }
    this.#dirty = false;
    const update = this.#update(this.#lines);
    if (update === '') return;
    this.#busy = true;
    const question = this.isTTY ? this.#pace.sent(Buffer.byteLength(update), performance.now()) : '';
    this.target.write(update + question, () => {
      this.#busy = false;
      if (this.#dirty) this.#paint();
      if (!this.#busy) this.#settle();
    });
  }

  #mustWait(): boolean {
    if (this.#waited !== undefined) return true;
    const ms = this.#pace.waitMs(performance.now());
    if (ms === 0) return false;
    this.#waited = setTimeout(() => {
      this.#pace.giveUp();
      this.#rested();
    }, ms);
    return true;
  }

  /** The bytes that make the screen show `lines`, and the cursor stand where it shall. */
  #update(lines: readonly string[]): string {
    const { columns, rows } = this;
    const old = this.#painted?.columns === columns ? this.#painted : null;
    const pen = new Pen(columns, this.#x, this.#y, this.#plainEmoji);
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
    return this.#framed(pen, columns, rows);
  }

  /** Lines come back: a list scrolls, a selection moves on. */
  #parse(line: string, columns: number): Row {
    if (this.#parsedColumns !== columns || this.#parsed.size >= MAX_PARSED) {
      this.#parsed.clear();
      this.#parsedColumns = columns;
    }
    const known = this.#parsed.get(line);
    if (known !== undefined) return known;
    const row = parseRow(this.#inAscii(this.#plainEmoji ? withPlainEmoji(line) : line), columns);
    this.#parsed.set(line, row);
    return row;
  }

  /** Adds to what the pen wrote where the cursor goes, and what keeps others from seeing it half done. */
  #framed(pen: Pen, columns: number, rows: number): string {
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
    if (hide || show) this.modes.note(isVisible ? '\x1b[?25h' : '\x1b[?25l');
    if (this.#mend) update = SANE + update;
    this.#mend = false;
    return update.length > SYNC_BYTES ? `\x1b[?2026h${update}\x1b[?2026l` : update;
  }

  #endWait(): void {
    clearTimeout(this.#waited);
    this.#waited = undefined;
  }

  override close(): string {
    this.#endWait();
    return super.close();
  }

  #whenPainted(callback: () => void): void {
    if (this.#busy) this.#waiting.push(callback);
    else this.target.write('', callback);
  }

  #settle(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const callback of waiting) callback();
  }
}

/** Ink's `stdout` on the real one. */
export const terminalOutput = (target: OutputTarget, options: PainterOptions = {}): TerminalOutput =>
  // Of a writable stream Ink uses what this class has; the type cannot say so.
  new Painter(target, options) as unknown as TerminalOutput;
