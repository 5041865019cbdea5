import { graphemesOf, graphemeWidth, isPlainAscii } from '../text/graphemes.ts';
import type { EditBuffer } from './buffer.ts';

/** One row on the screen: a line or a part of a wrapped one. */
export interface EditRow {
  readonly text: string;
  /** Offsets into the buffer's text, UTF-16 units; without the line break. */
  readonly start: number;
  readonly end: number;
  /** The line continues in the next row. */
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
  /** The number of rows above the window. */
  readonly top: number;
}

/**
 * Wraps the text to `width` columns: after a blank where possible, otherwise inside the word. A wide character that
 * does not fit into the last column starts the next row. A cursor after a full row is shown at the start of the next
 * one, which is added when there is none.
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
 * At most `maxRows` rows that include the cursor. `top` is the start of the last window, which moves only as far as
 * needed.
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

/** The offset at display column `column` of the row, or the nearest valid cursor position before it. */
export function offsetAt(row: EditRow, column: number): number {
  let position = row.start;
  let passed = 0;
  for (const grapheme of graphemesOf(row.text)) {
    const next = position + grapheme.length;
    // The end of a wrapped row is the start of the next one.
    if (passed + graphemeWidth(grapheme) > column || (row.wrapped && next >= row.end)) break;
    passed += graphemeWidth(grapheme);
    position = next;
  }
  return position;
}

function widthOf(text: string): number {
  if (isPlainAscii(text)) return text.length;
  // By grapheme, as the rows were measured.
  return graphemesOf(text).reduce((sum, grapheme) => sum + graphemeWidth(grapheme), 0);
}

/** The offsets in `line` where new rows start. */
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
  let position = 0;
  let column = 0;
  /** The position after the last blank of this row, and its column. */
  let blank = -1;
  let blankColumn = 0;
  for (const grapheme of graphemesOf(line)) {
    const width = graphemeWidth(grapheme);
    if (column + width > columns && column > 0) {
      const stop = blank > 0 ? blank : position;
      breaks.push(stop);
      column = blank > 0 ? column - blankColumn : 0;
      blank = -1;
      // The part moved to the next row may already fill it.
      if (column + width > columns && column > 0) {
        breaks.push(position);
        column = 0;
      }
    }
    position += grapheme.length;
    column += width;
    if (grapheme === ' ') {
      blank = position;
      blankColumn = column;
    }
  }
  return breaks;
}
