import { graphemesOf, graphemeWidth } from '../domain/text/graphemes.ts';
import {
  clusterEnd,
  isSimple,
  simpleGraphemeLength,
  simpleGraphemeWidth,
} from '../domain/text/simple-characters.ts';
import { applySgr, PLAIN, type Style, withLink } from './styles.ts';

/** One row of the screen, cell by cell. */
export interface Row {
  /** The text of each cell; `''` for the second cell of a wide character. */
  readonly texts: readonly string[];
  readonly styles: readonly Style[];
  /** From this column on there are only unstyled blanks. */
  readonly end: number;
}

/** A sequence that Ink leaves in a line beside SGR: an OSC that BEL or ST ends. */
const SEQUENCE = /\x1b(?:\](8;)?([^\x07\x1b]*)(?:\x07|\x1b\\)|\[[\d;:?]*[@-~]|.?)/y;

/** The printable ASCII characters. */
const ASCII: readonly string[] = Array.from({ length: 0x5f }, (_, at) => String.fromCharCode(0x20 + at));

/** Reads one line of a frame into exactly `columns` cells. Drops the rest; half of a wide character becomes a blank. */
export function parseRow(line: string, columns: number): Row {
  const texts: string[] = Array<string>(columns).fill(' ');
  const styles: Style[] = Array<Style>(columns).fill(PLAIN);
  let column = 0;
  let style = PLAIN;

  for (let at = 0; at < line.length && column < columns; ) {
    const code = line.charCodeAt(at);
    if (code >= 0x20 && code < 0x7f && !(line.charCodeAt(at + 1) >= 0x300)) {
      // The common case: a single cell before a character that does not join.
      if (code !== 0x20) {
        texts[column] = ASCII[code - 0x20] ?? '';
        styles[column] = style;
      } else if (!style.blank) {
        styles[column] = style;
      }
      column++;
      at++;
    } else if (code === 0x1b) {
      const sgr = sgrEnd(line, at);
      if (sgr > 0) {
        style = applySgr(style, line.slice(at + 2, sgr));
        at = sgr + 1;
        continue;
      }
      SEQUENCE.lastIndex = at;
      const found = SEQUENCE.exec(line);
      if (found?.[1] !== undefined) style = withLink(style, found[2] === ';' ? '' : (found[2] ?? ''));
      at += Math.max(1, found?.[0].length ?? 1);
    } else if (simpleGraphemeLength(line, at) > 0) {
      const text = line.slice(at, at + simpleGraphemeLength(line, at));
      column = putCharacter({ texts, styles }, column, text, simpleGraphemeWidth(line, at), style);
      at += text.length;
    } else {
      const stop = clusterEnd(line, at);
      for (const grapheme of graphemesOf(line.slice(at, stop))) {
        // Controls draw nothing.
        if (grapheme >= '\xa0' || (grapheme >= ' ' && grapheme < '\x7f')) {
          column = putCharacter({ texts, styles }, column, grapheme, graphemeWidth(grapheme), style);
        }
      }
      at = stop;
    }
  }
  let end = columns;
  while (end > 0 && texts[end - 1] === ' ' && styles[end - 1] === PLAIN) end--;
  return { texts, styles, end };
}

interface Cells {
  readonly texts: string[];
  readonly styles: Style[];
}

/** Adds a character of `width` columns to a row. Returns the column after it. */
function putCharacter(
  { texts, styles }: Cells,
  column: number,
  text: string,
  width: number,
  style: Style,
): number {
  if (width === 0) {
    // It joins the character before.
    const before = column > 0 && texts[column - 1] === '' ? column - 2 : column - 1;
    if (before >= 0) texts[before] += text;
    return column;
  }
  if (column + width > texts.length) return texts.length;
  const cellStyle = text === ' ' && style.blank ? PLAIN : style;
  texts[column] = text;
  styles[column] = cellStyle;
  for (let behind = 1; behind < width; behind++) {
    texts[column + behind] = '';
    styles[column + behind] = cellStyle;
  }
  return column + width;
}

/** The index of the final `m` of the SGR sequence at `start`; -1 for anything else. */
function sgrEnd(line: string, start: number): number {
  if (line.charCodeAt(start + 1) !== 0x5b) return -1;
  let at = start + 2;
  // Digits, colons and semicolons are adjacent in ASCII.
  while (line.charCodeAt(at) >= 0x30 && line.charCodeAt(at) <= 0x3b) at++;
  return line.charCodeAt(at) === 0x6d ? at : -1;
}

/** The width on a terminal that adds up code points instead of graphemes. */
export function codePointWidth(grapheme: string): number {
  let width = 0;
  for (const character of grapheme) width += graphemeWidth(character);
  return width;
}

/** Whether every terminal uses the same width for this text. */
export const hasCertainWidth = (text: string): boolean => text.length === 1 && isSimple(text.charCodeAt(0));
