import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';
import { eachGrapheme, graphemeWidth, isPlainAscii } from './graphemes.ts';
import { knownWidth, truncateKnown } from './plain-width.ts';

/** The columns of one line on a terminal, without its escape sequences. */
export function displayWidth(text: string): number {
  if (isPlainAscii(text)) return text.length;
  const known = knownWidth(text);
  if (known !== -1) return known;
  if (text.includes(ESC)) return stringWidth(text);
  let width = 0;
  for (const grapheme of eachGrapheme(text)) width += graphemeWidth(grapheme);
  return width;
}

const ESC = String.fromCharCode(0x1b);

/** Whether unstyled text takes more than `columns`. Stops measuring once it does. */
export function isWider(text: string, columns: number): boolean {
  if (isPlainAscii(text)) return text.length > columns;
  let width = 0;
  for (const grapheme of eachGrapheme(text)) {
    width += graphemeWidth(grapheme);
    if (width > columns) return true;
  }
  return false;
}

/** Cuts one line to at most `columns`, with `…` for the removed part; `position` says which part goes. Keeps styles. */
export function truncate(
  text: string,
  columns: number,
  position: 'end' | 'start' | 'middle' = 'end',
): string {
  const width = Math.floor(columns);
  if (width <= 0) return '';
  // The general case loads tables of all characters, which takes as long as half a frame.
  const known = knownWidth(text);
  const isStyled = known === -1 && text.includes(ESC);
  if (isStyled ? displayWidth(text) <= width : known === -1 ? !isWider(text, width) : known <= width)
    return text;
  if (width === 1) return '…';
  if (position === 'end' && known !== -1) return truncateKnown(text, width);
  if (position === 'end' && !isStyled) return `${fittingPrefix(text, width - 1)}…`;
  return cliTruncate(text, width, { position });
}

/** The longest prefix of whole characters that fits. */
function fittingPrefix(text: string, columns: number): string {
  let end = 0;
  let width = 0;
  for (const grapheme of eachGrapheme(text)) {
    width += graphemeWidth(grapheme);
    if (width > columns) break;
    end += grapheme.length;
  }
  return text.slice(0, end);
}

/** Pads with blanks on the right; wider text stays unchanged. */
export function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, Math.floor(columns) - displayWidth(text)));
}

/** Exactly `columns` wide: truncated with `…`, or padded on the right. */
export function padOrTruncate(text: string, columns: number): string {
  return padEnd(truncate(text, columns), columns);
}

/**
 * The part of one unstyled line in the columns from `start` up to, but not including, `end`. A wide character cut at an
 * edge becomes a blank, so that columns stay aligned.
 */
export function sliceColumns(text: string, start: number, end: number): string {
  if (isPlainAscii(text)) return text.slice(Math.max(0, start), Math.max(0, end));
  let out = '';
  let column = 0;
  for (const grapheme of eachGrapheme(text)) {
    if (column >= end) break;
    const width = graphemeWidth(grapheme);
    const next = column + width;
    if (column >= start && next <= end) {
      // A zero-width character belongs to the one before it, which must be included as well.
      if (width > 0 || out !== '') out += grapheme;
    } else if (next > start) {
      out += ' '.repeat(Math.min(next, end) - Math.max(column, start));
    }
    column = next;
  }
  return out;
}
