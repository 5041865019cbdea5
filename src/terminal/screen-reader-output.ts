import { bufferOf } from '../domain/edit/buffer.ts';
import { layoutText } from '../domain/edit/layout.ts';
import { sanitise } from '../domain/text/sanitise.ts';
import { displayWidth } from '../domain/text/width.ts';
import { wrap } from '../domain/text/wrap.ts';
import { type AsciiMode, asciiFilter } from './ascii.ts';
import { parseInkOutput } from './ink-frame-parser.ts';
import { BaseOutput, type OutputTarget, type TerminalOutput } from './terminal-output.ts';

/** The input line. */
export interface InputLine {
  /** Written before the text. */
  readonly label: string;
  readonly text: string;
  /** In UTF-16 units of the text. */
  readonly cursor: number;
}

/** Output for a screen reader: lines that never change, and the input line below them. */
export interface ScreenReader {
  /** Adds lines. Sanitises them. */
  announce(lines: readonly string[]): void;
  /** Shows the input line; null ends it and leaves it on the screen. */
  showInput(line: InputLine | null): void;
  /** Calls `listener` when the user asks for the content again (`ctrl+l`). */
  onRepaint(listener: () => void): void;
}

export interface ScreenReaderOptions {
  readonly ascii?: AsciiMode;
  /** The terminal understands no escape sequences: a changed input line is written again on a new line. */
  readonly dumb?: boolean;
}

/** The input line as drawn. */
interface DrawnInput {
  readonly rows: readonly string[];
  readonly cursorRow: number;
  readonly cursorColumn: number;
}

/** Terminals disagree about the cursor after a full line. */
const SPARE_COLUMNS = 1;
const MIN_COLUMNS = 20;

/**
 * Output for screen readers and Braille displays: writes every line once, keeps the cursor where the user types, and sends only
 * the typed character. Ink's frames are dropped.
 */
export class ScreenReaderOutput extends BaseOutput implements ScreenReader {
  readonly #toAscii: (line: string) => string;
  readonly #dumb: boolean;
  #drawnInput: DrawnInput | null = null;
  #line: InputLine | null = null;
  /** The cursor is at the start of an empty line. */
  #isLineEmpty = true;
  #onRepaint: () => void = () => {};
  /** Lines to announce after `resume`; null unless paused. */
  #heldLines: string[] | null = null;

  constructor(target: OutputTarget, { ascii = null, dumb = false }: ScreenReaderOptions = {}) {
    super(target);
    this.#toAscii = asciiFilter(ascii);
    this.#dumb = dumb;
  }

  override write(data: string | Uint8Array, encoding?: unknown, done?: () => void): boolean {
    const text = typeof data === 'string' ? data : Buffer.from(data).toString();
    const callback = typeof encoding === 'function' ? (encoding as () => void) : done;
    // The cursor stays visible: a Braille display follows it.
    const modes = parseInkOutput(text, 0).kind === 'modes' ? text.replaceAll(/\x1b\[\?25[hl]/g, '') : '';
    if (modes !== '' && !this.#dumb) return super.write(modes, callback);
    if (callback !== undefined) setImmediate(callback);
    return true;
  }

  override send(sequence: string): void {
    // Every terminal rings a bell.
    if (!this.#dumb || sequence === '\x07') super.send(this.#toAscii(sequence));
  }

  /** Holds all output: another program has the terminal. */
  pause(): void {
    this.#heldLines ??= [];
    this.#drawnInput = null;
  }

  /** Writes the held lines. The cursor must be at the start of a line. */
  resume(): void {
    const held = this.#heldLines ?? [];
    this.#heldLines = null;
    this.#isLineEmpty = true;
    if (held.length > 0) this.announce(held);
    else this.showInput(this.#line);
  }

  announce(lines: readonly string[]): void {
    if (this.#heldLines !== null) {
      this.#heldLines.push(...lines);
      return;
    }
    const rows = lines.flatMap((line) => wrap(sanitise(line), this.#columns)).map((row) => row.trimEnd());
    const text = rows.filter((row) => row !== '').join('\r\n');
    if (text === '') return;
    const line = this.#line;
    const before = this.#drawnInput === null ? this.#newLine() : this.#eraseInput(this.#drawnInput);
    this.#drawnInput = null;
    this.#isLineEmpty = false;
    this.#put(before + text);
    if (line !== null) this.showInput(line);
  }

  showInput(line: InputLine | null): void {
    const drawn = this.#drawnInput;
    this.#line = line;
    if (this.#heldLines !== null) return;
    if (line === null) {
      if (drawn === null) return;
      const last = drawn.rows.at(-1) ?? '';
      const down = drawn.rows.length - 1 - drawn.cursorRow;
      this.#put(this.#cursorMove(down, drawn.cursorColumn, displayWidth(last)));
      this.#drawnInput = null;
      this.#isLineEmpty = false;
      return;
    }
    const next = this.#layOut(line);
    this.#drawnInput = next;
    this.#put(drawn === null ? this.#newLine() + this.#drawInput(next) : this.#changeInput(drawn, next));
  }

  onRepaint(listener: () => void): void {
    this.#onRepaint = listener;
  }

  override repaint(): void {
    this.#onRepaint();
  }

  protected override resized(): void {
    // The terminal has rewrapped the input line, so it is written again below.
    if (this.#line !== null && this.#drawnInput !== null) {
      this.#drawnInput = null;
      this.#isLineEmpty = false;
      this.showInput(this.#line);
    }
    super.resized();
  }

  override close(): string {
    const end = this.writable && !this.#isLineEmpty ? '\r\n' : '';
    return end + super.close();
  }

  get #columns(): number {
    return Math.max(MIN_COLUMNS, this.columns - SPARE_COLUMNS);
  }

  #layOut({ label, text, cursor }: InputLine): DrawnInput {
    const lead = `${label} `;
    const buffer = bufferOf(lead + text, lead.length + cursor);
    const { rows, cursorRow, cursorColumn } = layoutText(buffer, this.#columns);
    return { rows: rows.map((row) => row.text), cursorRow, cursorColumn };
  }

  /** Appends or deletes at the end where possible; else redraws the input line. */
  #changeInput(before: DrawnInput, after: DrawnInput): string {
    const last = after.rows.length - 1;
    const differs = after.rows.findIndex((row, index) => row !== before.rows[index]);
    if (differs === -1 && before.rows.length === after.rows.length) {
      if (this.#dumb && !isAt(before, after)) return `\r\n${after.rows.join('\r\n')}`;
      return this.#cursorMove(after.cursorRow - before.cursorRow, before.cursorColumn, after.cursorColumn);
    }
    if (differs === last && before.rows.length === after.rows.length && isAtEnd(before) && isAtEnd(after)) {
      const [was = '', is = ''] = [before.rows[last], after.rows[last]];
      if (is.startsWith(was)) return is.slice(was.length);
      const gone = displayWidth(was) - displayWidth(is);
      if (was.startsWith(is) && gone > 0) return '\b'.repeat(gone) + ' '.repeat(gone) + '\b'.repeat(gone);
    }
    return (this.#dumb ? '\r\n' : this.#eraseInput(before)) + this.#drawInput(after);
  }

  #drawInput({ rows, cursorRow, cursorColumn }: DrawnInput): string {
    const last = rows.at(-1) ?? '';
    return (
      rows.join('\r\n') + this.#cursorMove(cursorRow - rows.length + 1, displayWidth(last), cursorColumn)
    );
  }

  /** Moves to the start of the input line and erases it. */
  #eraseInput({ cursorRow }: DrawnInput): string {
    if (this.#dumb) return '\r\n';
    return `${cursorRow > 0 ? `\x1b[${cursorRow}A` : ''}\r\x1b[J`;
  }

  #cursorMove(down: number, from: number, to: number): string {
    if (this.#dumb) return '';
    const rows = down === 0 ? '' : `\x1b[${Math.abs(down)}${down > 0 ? 'B' : 'A'}`;
    const columns = to === from ? '' : `\x1b[${Math.abs(to - from)}${to > from ? 'C' : 'D'}`;
    return rows + columns;
  }

  #newLine(): string {
    return this.#isLineEmpty ? '' : '\r\n';
  }

  #put(text: string): void {
    if (text !== '' && this.writable) this.target.write(this.#toAscii(text));
  }
}

const isAtEnd = ({ rows, cursorRow, cursorColumn }: DrawnInput): boolean =>
  cursorRow === rows.length - 1 && cursorColumn === displayWidth(rows.at(-1) ?? '');

const isAt = (one: DrawnInput, other: DrawnInput): boolean =>
  one.cursorRow === other.cursorRow && one.cursorColumn === other.cursorColumn;

/** Ink's `stdout` in screen-reader mode. */
export const screenReaderOutput = (
  target: OutputTarget,
  options: ScreenReaderOptions = {},
): TerminalOutput & ScreenReaderOutput =>
  // Ink uses only the members that this class has; the type cannot express that.
  new ScreenReaderOutput(target, options) as unknown as TerminalOutput & ScreenReaderOutput;
