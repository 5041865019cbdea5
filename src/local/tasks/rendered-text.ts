import { eachGrapheme, graphemeWidth } from '../../domain/text/graphemes.ts';

/** Text as a terminal shows it, with the cursor position after it. */
export interface RenderedText {
  readonly text: string;
  /** Number of lines below the cursor. */
  readonly linesBelow: number;
  /** Number of cells before the cursor; null at the end of its line. */
  readonly column: number | null;
}

/** Controls that move the cursor or erase: BS, CR, and sequences of ECMA-48. All other text only appends. */
const CURSOR_CONTROLS = /[\b\r]|\x1b\[[0-9;]*[A-GJK]/;
/** A sequence, a control character, or a run of text. Matches in linear time. */
const TOKENS =
  /\x1b\[([0-9;:?<=>]*)([@-~])|\x1b\[[0-9;:?<=>]*[ -/]+[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]|[\b\r\n\t]|[^\x1b\b\r\n\t]+|\x1b/g;
/** An escape sequence at the end of a text that is not complete. */
export const UNFINISHED_SEQUENCE = /\x1b(?:\[[0-9;:?<=>]*[ -/]*|\][^\x07\x1b]*\x1b?)?$/;
/** Cursor moves to the right stop at this column; no terminal is wider. */
const MAX_COLUMN = 1_000;
/** Maximum number of spaces that cursor moves add to a text. Equals OUTPUT_LIMIT. */
const PADDING_LIMIT = 512 * 1024;
const TAB = 8;
const ESC = String.fromCharCode(0x1b);

/** A sequence that moves the cursor: `A` up, `B` down, `G` to a column, counted from 1. */
export const cursorSequence = (count: number, final: 'A' | 'B' | 'G'): string => `${ESC}[${count}${final}`;

/**
 * Applies backspace, carriage return, and sequences that move the cursor or erase, as progress bars use them. Lines do
 * not wrap, and the cursor can reach the first line. Other sequences stay before their character.
 */
export function renderText(text: string): RenderedText {
  if (!CURSOR_CONTROLS.test(text)) return { text, linesBelow: 0, column: null };
  const screen = new TextScreen();
  for (const [token, parameters = '', final = ''] of text.matchAll(TOKENS)) {
    if (final !== '') screen.applySequence(token, parameters, final);
    else if (token === '\n') screen.nextLine();
    else if (token === '\r') screen.moveTo(0);
    else if (token === '\b') screen.moveBy(-1);
    else if (token === '\t') screen.tab();
    else if (token.startsWith(ESC)) screen.writeStyle(token);
    else screen.write(token);
  }
  return screen.render();
}

/** Lines and a cursor. A line is split into cells only when it is overwritten. */
class TextScreen {
  readonly #lines: TextLine[] = [new TextLine()];
  #row = 0;
  /** Null at the end of the line. */
  #column: number | null = null;
  /** Sequences to put before the next character. */
  #style = '';
  #paddingLeft = PADDING_LIMIT;

  applySequence(token: string, parameters: string, final: string): void {
    const [first = ''] = parameters.split(';');
    const count = Math.max(1, Number(first) || 0);
    switch (/^[0-9;]*$/.test(parameters) ? final : '') {
      case 'A':
        return this.#moveToRow(this.#row - count);
      case 'B':
        return this.#moveToRow(this.#row + count);
      case 'C':
        return this.moveBy(count);
      case 'D':
        return this.moveBy(-count);
      case 'E':
        this.#moveToRow(this.#row + count);
        return this.moveTo(0);
      case 'F':
        this.#moveToRow(this.#row - count);
        return this.moveTo(0);
      case 'G':
        return this.moveTo(Math.min(count - 1, MAX_COLUMN));
      case 'J':
        if (first === '' || first === '0') {
          this.#lines.length = this.#row + 1;
          this.#line().eraseFrom(this.#cursorColumn());
        }
        return;
      case 'K':
        return this.#erase(first);
      default:
        return this.writeStyle(token);
    }
  }

  writeStyle(token: string): void {
    if (this.#column === null) this.#line().append(token);
    else this.#style += token;
  }

  write(text: string): void {
    if (this.#column === null) return this.#line().append(text);
    this.#column = this.#line().overwrite(this.#limitPadding(this.#column), text, this.#style);
    this.#style = '';
  }

  /** Returns `column`, or a smaller one if the text has used its padding. */
  #limitPadding(column: number): number {
    const { length } = this.#line().cells();
    if (column <= length) return column;
    // At least one space separates words.
    const padding = Math.max(1, Math.min(column - length, this.#paddingLeft));
    this.#paddingLeft -= padding;
    return length + padding;
  }

  nextLine(): void {
    this.#flushStyle();
    this.#row += 1;
    if (this.#row === this.#lines.length) {
      this.#lines.push(new TextLine());
      this.#column = null;
    } else this.#column = 0;
  }

  moveTo(column: number): void {
    this.#column = column;
  }

  moveBy(cells: number): void {
    this.#column = Math.max(
      0,
      Math.min(this.#cursorColumn() + cells, Math.max(this.#cursorColumn(), MAX_COLUMN)),
    );
  }

  tab(): void {
    if (this.#column === null) this.#line().append('\t');
    else this.#column += TAB - (this.#column % TAB);
  }

  render(): RenderedText {
    this.#flushStyle();
    // Erased lines below the cursor are not empty lines of the text.
    while (this.#lines.length > this.#row + 1 && this.#lines.at(-1)?.isEmpty === true) this.#lines.pop();
    return {
      text: this.#lines.map(String).join('\n'),
      linesBelow: this.#lines.length - 1 - this.#row,
      column: this.#column,
    };
  }

  #moveToRow(row: number): void {
    // Like a terminal, keeps the column.
    this.#column = this.#cursorColumn();
    this.#row = Math.max(0, Math.min(row, this.#lines.length - 1));
  }

  #erase(part: string): void {
    if (part === '1') this.#line().eraseStart(this.#cursorColumn() + 1);
    else {
      const column = this.#cursorColumn();
      this.#line().eraseFrom(part === '2' ? 0 : column);
      this.#column = column;
    }
  }

  #flushStyle(): void {
    if (this.#style !== '') this.#line().append(this.#style);
    this.#style = '';
  }

  #line(): TextLine {
    const line = this.#lines[this.#row];
    if (line === undefined) throw new Error('The cursor is on no line.');
    return line;
  }

  #cursorColumn(): number {
    return this.#column ?? this.#line().cells().length;
  }
}

/** A line: text, until it is split into cells. A wide character has two cells, the second of them empty. */
class TextLine {
  #text = '';
  #cells: string[] | null = null;

  get isEmpty(): boolean {
    return this.#cells === null ? this.#text === '' : this.#cells.length === 0;
  }

  cells(): string[] {
    if (this.#cells === null) {
      this.#cells = [];
      this.#add(this.#text);
    }
    return this.#cells;
  }

  append(text: string): void {
    if (this.#cells === null) this.#text += text;
    else this.#add(text);
  }

  /** Writes from `column` on. Returns the column after it, null at the end of the line. */
  overwrite(column: number, text: string, style: string): number | null {
    const cells = this.cells();
    while (cells.length < column) cells.push(' ');
    let at = column;
    let before = style;
    for (const grapheme of eachGrapheme(text)) {
      const width = graphemeWidth(grapheme);
      if (width === 0) {
        if (at > 0) cells[at - 1] += grapheme;
        continue;
      }
      // The rest of a wide character becomes a space.
      if (cells[at] === '' && at > 0) cells[at - 1] = ' ';
      if (cells[at + width] === '') cells[at + width] = ' ';
      cells[at] = before + grapheme;
      for (let more = 1; more < width; more += 1) cells[at + more] = '';
      before = '';
      at += width;
    }
    return at >= cells.length ? null : at;
  }

  eraseFrom(column: number): void {
    const cells = this.cells();
    if (cells.length > column) cells.length = column;
  }

  /** Erases the first `count` cells. */
  eraseStart(count: number): void {
    const cells = this.cells();
    cells.fill(' ', 0, Math.min(count, cells.length));
  }

  toString(): string {
    return this.#cells === null ? this.#text : this.#cells.join('');
  }

  #add(text: string): void {
    const cells = this.#cells ?? [];
    let style = '';
    for (const [token] of text.matchAll(TOKENS)) {
      if (token.startsWith(ESC)) style += token;
      else if (token === '\t') {
        do cells.push(' ');
        while (cells.length % TAB !== 0);
      } else {
        this.overwrite(cells.length, token, style);
        style = '';
      }
    }
    const last = cells.length - 1;
    if (style !== '' && last >= 0) cells[last] += style;
  }
}
