import { eachGrapheme, graphemeWidth } from '../domain/text/graphemes.ts';

/** What a terminal shows of a text, and where its cursor stands then. */
export interface RenderedText {
  readonly text: string;
  /** Lines below the cursor. */
  readonly linesBelow: number;
  /** Cells before the cursor; null at the end of its line. */
  readonly column: number | null;
}

/** What moves the cursor back or erases: BS, CR, and these sequences of ECMA-48. All else only adds at the end. */
const CURSOR_CONTROLS = /[\b\r]|\x1b\[[0-9;]*[A-GJK]/;
/** A sequence, one control, or a run of text; linear time. */
const TOKENS =
  /\x1b\[([0-9;:?<=>]*)([@-~])|\x1b\[[0-9;:?<=>]*[ -/]+[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]|[\b\r\n\t]|[^\x1b\b\r\n\t]+|\x1b/g;
/** A sequence whose end has not been written yet. */
export const UNFINISHED_SEQUENCE = /\x1b(?:\[[0-9;:?<=>]*[ -/]*|\][^\x07\x1b]*\x1b?)?$/;
/** A jump to the right leads no further than any terminal is wide, cells. */
const MAX_COLUMN = 1_000;
/** Blanks that jumps to the right may add to one text, cells: as many as there are bytes in the longest output. */
const PADDING_LIMIT = 512 * 1024;
const TAB = 8;
const ESC = String.fromCharCode(0x1b);

/** Moves the cursor of a text that is stored, for `drawn` to obey: `A` up, `B` down, `G` to a column from 1. */
export const cursorSequence = (count: number, final: 'A' | 'B' | 'G'): string => `${ESC}[${count}${final}`;

/**
 * Obeys backspace, carriage return, and the sequences that move the cursor up, down and sideways or erase, as progress
 * displays of one line and of several use them. Lines are as long as they are written, and the cursor goes up to the
 * first one. Other sequences stay with the character that they stand before.
 */
export function renderText(text: string): RenderedText {
  if (!CURSOR_CONTROLS.test(text)) return { text, linesBelow: 0, column: null };
  const page = new TextScreen();
  for (const [token, parameters = '', final = ''] of text.matchAll(TOKENS)) {
    if (final !== '') page.applySequence(token, parameters, final);
    else if (token === '\n') page.nextLine();
    else if (token === '\r') page.moveTo(0);
    else if (token === '\b') page.moveBy(-1);
    else if (token === '\t') page.tab();
    else if (token.startsWith(ESC)) page.writeStyle(token);
    else page.write(token);
  }
  return page.render();
}

/** Lines, and a cursor in them. A line is split into cells only when something is written over it. */
class TextScreen {
  readonly #lines: TextLine[] = [new TextLine()];
  #row = 0;
  /** Null at the end of the line, which most text only adds to. */
  #column: number | null = null;
  /** Sequences that stand before the next character. */
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

  /** The column to write at: `column`, or less far to the right when the text has used up its padding. */
  #limitPadding(column: number): number {
    const { length } = this.#line().cells();
    if (column <= length) return column;
    // One blank at least keeps words apart.
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
    // What was erased below the cursor is no empty line.
    while (this.#lines.length > this.#row + 1 && this.#lines.at(-1)?.isEmpty === true) this.#lines.pop();
    return {
      text: this.#lines.map(String).join('\n'),
      linesBelow: this.#lines.length - 1 - this.#row,
      column: this.#column,
    };
  }

  #moveToRow(row: number): void {
    // A terminal keeps the column; at the end of a line it has a number.
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
    if (line === undefined) throw new Error('The cursor stands on no line.');
    return line;
  }

  #cursorColumn(): number {
    return this.#column ?? this.#line().cells().length;
  }
}

/** One line; text, until its cells are needed. A wide character has two cells, the second of which is empty. */
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

  /** Writes from `column` on and gives back where it ends: null at the end of the line. */
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
      // What is left of a wide character is a blank.
      if (cells[at] === '' && at > 0) cells[at - 1] = ' ';
      if (cells[at + width] === '') cells[at + width] = ' ';
      cells[at] = before + grapheme;
      for (let more = 1; more < width; more += 1) cells[at + more] = '';
      before = '';
      at += width;
    }
    return at >= cells.length ? null : at;
  }

  /** Erases from `column` on. */
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
