import { bufferOf } from '../domain/edit/buffer.ts';
import { layoutText } from '../domain/edit/layout.ts';
import { sanitise } from '../domain/text/sanitise.ts';
import { displayWidth } from '../domain/text/width.ts';
import { wrap } from '../domain/text/wrap.ts';
import { type AsciiMode, asciiFilter } from './ascii.ts';
import { parseInkOutput } from './ink-frame-parser.ts';
import { BaseOutput, type OutputTarget, type TerminalOutput } from './terminal-output.ts';

/** The line that is being written. */
export interface InputLine {
  /** What it is, before it. */
  readonly label: string;
  readonly text: string;
  /** In UTF-16 units of the text. */
  readonly cursor: number;
}

/** A screen that is read from top to bottom: lines that stay as they are, and under them the one that is being written. */
export interface ScreenReader {
  /** Adds lines. Untrusted text is fine. */
  announce(lines: readonly string[]): void;
  /** Shows what is written so far; null when nothing is being written any more, and what was stays. */
  showInput(line: InputLine | null): void;
  /** Calls back when the user wants to be told again what there is. */
  onRepaint(listener: () => void): void;
}

export interface ScreenReaderOptions {
  /** How much is written in ASCII. */
  readonly ascii?: AsciiMode;
  /** A terminal that understands no sequences: what was written is never changed, only written anew below. */
  readonly dumb?: boolean;
}

/** The line being written, as it stands on the terminal. */
interface DrawnInput {
  readonly rows: readonly string[];
  readonly cursorRow: number;
  readonly cursorColumn: number;
}

/** A line that is filled to its last column moves the cursor on on some terminals and not on others. */
const SPARE_COLUMNS = 1;
const MIN_COLUMNS = 20;

/**
 * What a screen reader or a Braille line follows: every line is written once, the cursor stands where the user is, and
 * of a typed character only that character is sent. Ink's frames go nowhere.
 */
export class ScreenReaderOutput extends BaseOutput implements ScreenReader {
  readonly #toAscii: (line: string) => string;
  readonly #dumb: boolean;
  #drawnInput: DrawnInput | null = null;
  #line: InputLine | null = null;
  /** The cursor stands at the beginning of an empty line. */
  #isLineEmpty = true;
  #onRepaint: () => void = () => {};
  /** What is to be said when the terminal is ours again; null while it is. */
  #heldLines: string[] | null = null;

  constructor(target: OutputTarget, { ascii = null, dumb = false }: ScreenReaderOptions = {}) {
    super(target);
    this.#toAscii = asciiFilter(ascii);
    this.#dumb = dumb;
  }

  override write(data: string | Uint8Array, encoding?: unknown, done?: () => void): boolean {
    const text = typeof data === 'string' ? data : Buffer.from(data).toString();
    const callback = typeof encoding === 'function' ? (encoding as () => void) : done;
    // The cursor stays to be seen: a Braille line follows it.
    const modes = parseInkOutput(text, 0).kind === 'modes' ? text.replaceAll(/\x1b\[\?25[hl]/g, '') : '';
    if (modes !== '' && !this.#dumb) return super.write(modes, callback);
    if (callback !== undefined) setImmediate(callback);
    return true;
  }

  override send(sequence: string): void {
    // A bell is heard on any of them.
    if (!this.#dumb || sequence === '\x07') super.send(this.#toAscii(sequence));
  }

  /** Another program has the terminal. */
  pause(): void {
    this.#heldLines ??= [];
    this.#drawnInput = null;
  }

  /** It is ours again, and the cursor stands at the beginning of a line. */
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
    const said = rows.filter((row) => row !== '').join('\r\n');
    if (said === '') return;
    const line = this.#line;
    const before = this.#drawnInput === null ? this.#newLine() : this.#eraseInput(this.#drawnInput);
    this.#drawnInput = null;
    this.#isLineEmpty = false;
    this.#put(before + said);
    if (line !== null) this.showInput(line);
  }

  showInput(line: InputLine | null): void {
    const shown = this.#drawnInput;
    this.#line = line;
    if (this.#heldLines !== null) return;
    if (line === null) {
      if (shown === null) return;
      const last = shown.rows.at(-1) ?? '';
      const down = shown.rows.length - 1 - shown.cursorRow;
      this.#put(this.#cursorMove(down, shown.cursorColumn, displayWidth(last)));
      this.#drawnInput = null;
      this.#isLineEmpty = false;
      return;
    }
    const next = this.#layOut(line);
    this.#drawnInput = next;
    this.#put(shown === null ? this.#newLine() + this.#drawInput(next) : this.#changeInput(shown, next));
  }

  onRepaint(listener: () => void): void {
    this.#onRepaint = listener;
  }

  override repaint(): void {
    this.#onRepaint();
  }

  protected override resized(): void {
    // Where its rows are now only the terminal knows: it is written again below.
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

  /** Of what is typed at the end only that is written; all else from the first row that differs. */
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

  /** To the beginning of what is being written, and nothing of it is left. */
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

/** Ink's `stdout` where nothing is drawn. */
export const screenReaderOutput = (
  target: OutputTarget,
  options: ScreenReaderOptions = {},
): TerminalOutput & ScreenReaderOutput =>
  // Of a writable stream Ink uses what this class has; the type cannot say so.
  new ScreenReaderOutput(target, options) as unknown as TerminalOutput & ScreenReaderOutput;
