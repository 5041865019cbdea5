import { eachGrapheme, graphemeWidth, isPlainAscii } from './graphemes.ts';
import { displayWidth, isWider } from './width.ts';

/**
 * Wraps text to rows of at most `columns`, and keeps words whole where they fit. An empty line gives an empty row.
 * Continuation rows keep the line's indentation, up to half of the width; blanks at a break are removed. A character
 * wider than `columns` gets a row of its own, which is too wide.
 */
export function wrap(text: string, columns: number): string[] {
  const width = Math.max(1, Math.floor(columns));
  const rows: string[] = [];
  for (const line of text.split('\n')) wrapLine(line, width, rows);
  return rows;
}

/** Wraps one line and appends its rows to `rows`; `width` is an integer from 1. */
export function wrapLine(line: string, width: number, rows: string[]): void {
  if (line.length <= width && isPlainAscii(line)) {
    rows.push(line);
    return;
  }
  if (!isWider(line, width)) {
    rows.push(line);
    return;
  }
  const blanks = line.length - line.trimStart().length;
  const indent = ' '.repeat(Math.min(blanks, width >> 1, Math.max(0, width - 2)));
  const text = line.trim();
  if (text === '') {
    rows.push('');
    return;
  }
  const room = width - indent.length;
  const parts = isPlainAscii(text) ? wrapAscii(text, room) : wrapAny(text, room);
  for (const part of parts) rows.push(indent + part);
}

/** Like `wrapAny` for text where columns are indexes; many times as fast. */
function wrapAscii(text: string, width: number): string[] {
  const rows: string[] = [];
  /** The current row is text.slice(start, end); blanks after `end` count only before another word. */
  let start = 0;
  let end = 0;
  for (let at = 0; at < text.length; ) {
    if (text[at] === ' ') {
      at++;
      continue;
    }
    let stop = text.indexOf(' ', at);
    if (stop < 0) stop = text.length;
    const length = stop - at;
    const room = width - (at - start);
    if (end > start && length > width && needsNoMoreBreaks(length, room, width)) {
      // A word that must be broken anyway begins on this row when that saves one.
      end = at + room;
      at = end;
    } else if (end > start && length <= room) {
      end = stop;
      at = stop;
      continue;
    }
    if (end > start) rows.push(text.slice(start, end));
    while (stop - at > width) {
      rows.push(text.slice(at, at + width));
      at += width;
    }
    start = at;
    end = stop;
    at = stop;
  }
  if (end > start) rows.push(text.slice(start, end));
  return rows;
}

/** The result of wrap-ansi for unstyled text, in one pass. */
function wrapAny(text: string, width: number): string[] {
  const rows: string[] = [];
  /**
   * The current row is text.slice(start, end) with `columns` columns; blanks after `end` count only before another
   * word.
   */
  let start = 0;
  let end = 0;
  let columns = 0;
  for (let at = 0; at < text.length; ) {
    if (text[at] === ' ') {
      at++;
      continue;
    }
    const blank = text.indexOf(' ', at);
    const stop = blank < 0 ? text.length : blank;
    const length = displayWidth(text.slice(at, stop));
    const used = columns + at - end;
    const goesOn = end > start && length <= width - used;
    if (goesOn) {
      end = stop;
      columns = used + length;
      at = stop;
      continue;
    }
    // A word that must be broken anyway begins on this row when that saves one.
    const beginsHere = end > start && length > width && needsNoMoreBreaks(length, width - used, width);
    if (end > start && !beginsHere) rows.push(text.slice(start, end));
    if (!beginsHere) start = at;
    let column = beginsHere ? used : 0;
    let position = at;
    for (const grapheme of eachGrapheme(text.slice(at, stop))) {
      const size = graphemeWidth(grapheme);
      if (size > 0 && column > 0 && column + size > width) {
        rows.push(text.slice(start, position === at ? end : position));
        start = position;
        column = 0;
      }
      position += grapheme.length;
      column += size;
    }
    end = stop;
    columns = column;
    at = stop;
  }
  if (end > start) rows.push(text.slice(start, end));
  return rows;
}

/** Whether starting on a row with `room` columns left needs no more breaks than starting on the next row. */
function needsNoMoreBreaks(length: number, room: number, width: number): boolean {
  return room > 0 && Math.ceil((length - room) / width) <= Math.floor((length - 1) / width);
}
