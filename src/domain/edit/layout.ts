import { graphemesOf, graphemeWidth, isPlainAscii } from '../text/graphemes.ts';
import type { EditBuffer } from './buffer.ts';

/** One row as it is shown: a line, or a part of one that is too long. */
export interface EditRow {
  readonly text: string;
  /** Offsets into the buffer's text, in UTF-16 units; the line break is outside. */
  readonly start: number;
  readonly end: number;
  /** The line goes on in the next row. */
  readonly wrapped: boolean;
}

export interface EditLayout {
  /** At least one. */
  readonly rows: readonly EditRow[];
  /** Index into `rows`. */
  readonly cursorRow: number;
  /** In display columns, from 0 to width - 1. */
  readonly cursorColumn: number;
}

/** The part of a layout that fits on the screen. */
export interface EditWindow extends EditLayout {
  /** How many rows of the layout lie above the first one shown. */
  readonly top: number;
}

/**
 * How the text is shown in `width` columns: wrapped after a blank where there is one, else in the middle of the word.
 * A wide character that does not fit into the last column starts the next row. A cursor behind a full row stands
 * at the start of the next one; when there is none, an empty row is added for it.
 */
export function layoutText(buffer: EditBuffer, width: number): EditLayout {
  const columns = Math.max(1, Math.floor(width));
  const rows: EditRow[] = [];
  let cursorRow = -1;
  let offset = 0;
  for (const line of buffer.text.split('\n')) {
    const first = rows.length;
    let start = 0;
    for (const stop of rowBreaks(line, columns)) {
      rows.push({ text: line.slice(start, stop), start: offset + start, end: offset + stop, wrapped: true });
      start = stop;
    }
    rows.push({
      text: line.slice(start),
      start: offset + start,
      end: offset + line.length,
      wrapped: false,
    });
    const lineEnd = offset + line.length;
    if (cursorRow < 0 && buffer.cursor <= lineEnd) {
      cursorRow = rows.length - 1;
      while (cursorRow > first && buffer.cursor < (rows[cursorRow]?.start ?? 0)) cursorRow--;
      const last = rows[cursorRow];
      if (last !== undefined && buffer.cursor === last.end && widthOf(last.text) >= columns) {
        rows[cursorRow] = { ...last, wrapped: true };
        rows.push({ text: '', start: lineEnd, end: lineEnd, wrapped: false });
        cursorRow++;
      }
    }
    offset = lineEnd + 1;
  }
  const row = rows[cursorRow];
  const before = row === undefined ? '' : row.text.slice(0, buffer.cursor - row.start);
  return { rows, cursorRow: Math.max(0, cursorRow), cursorColumn: Math.min(columns - 1, widthOf(before)) };
}

/**
 * At most `maxRows` rows of a layout, the cursor's among them. `top` is where the last window stood: it moves
 * only as far as it must, so that text does not jump while the cursor walks about in it.
 */
export function scrollWindow(fullLayout: EditLayout, maxRows: number, top = 0): EditWindow {
  const height = Math.max(1, Math.floor(maxRows));
  const lowest = Math.max(0, fullLayout.rows.length - height);
  const from = Math.min(
    lowest,
    Math.max(fullLayout.cursorRow - height + 1, Math.min(top, fullLayout.cursorRow), 0),
  );
  return {
    rows: fullLayout.rows.slice(from, from + height),
    cursorRow: fullLayout.cursorRow - from,
    cursorColumn: fullLayout.cursorColumn,
    top: from,
  };
}

/** The offset in `row` that stands in display column `column`, or the nearest before it that the cursor may take. */
export function offsetAt(row: EditRow, column: number): number {
  let place = row.start;
  let passed = 0;
  for (const grapheme of graphemesOf(row.text)) {
    const next = place + grapheme.length;
    // The end of a wrapped row is the start of the next one.
    if (passed + graphemeWidth(grapheme) > column || (row.wrapped && next >= row.end)) break;
    passed += graphemeWidth(grapheme);
    place = next;
  }
  return place;
}

function widthOf(text: string): number {
  if (isPlainAscii(text)) return text.length;
  // Grapheme by grapheme, as the rows were measured.
  return graphemesOf(text).reduce((sum, grapheme) => sum + graphemeWidth(grapheme), 0);
}

/** The offsets inside `line` at which a new row begins. */
function rowBreaks(line: string, columns: number): readonly number[] {
  if (line.length <= columns && isPlainAscii(line)) return [];
  return isPlainAscii(line) ? rowBreaksOfAscii(line, columns) : rowBreaksOfAny(line, columns);
}

function rowBreaksOfAscii(line: string, columns: number): number[] {
  const breaks: number[] = [];
  let start = 0;
  while (line.length - start > columns) {
    const blank = line.lastIndexOf(' ', start + columns - 1);
    start = blank >= start ? blank + 1 : start + columns;
    breaks.push(start);
  }
  return breaks;
}

function rowBreaksOfAny(line: string, columns: number): number[] {
  const breaks: number[] = [];
  let place = 0;
  let column = 0;
  /** Just behind the last blank of this row, and the column there. */
  let blank = -1;
  let blankColumn = 0;
  for (const grapheme of graphemesOf(line)) {
    const width = graphemeWidth(grapheme);
    if (column + width > columns && column > 0) {
      const stop = blank > 0 ? blank : place;
      breaks.push(stop);
      column = blank > 0 ? column - blankColumn : 0;
      blank = -1;
      // What moved down with the broken word may fill a row by itself.
      if (column + width > columns && column > 0) {
        breaks.push(place);
        column = 0;
      }
    }
    place += grapheme.length;
    column += width;
    if (grapheme === ' ') {
      blank = place;
      blankColumn = column;
    }
  }
  return breaks;
}
