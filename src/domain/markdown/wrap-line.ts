import { eachGrapheme, graphemesOf, graphemeWidth, isPlainAscii } from '../text/graphemes.ts';
import { displayWidth, sliceColumns } from '../text/width.ts';
import { wrap } from '../text/wrap.ts';
import { type StyledLine, type StyledRow, sliceRow } from './styled-text.ts';

/** Wraps a line to `columns` columns, which may be infinite. */
export function wrapStyledLine(line: StyledLine, columns: number): readonly StyledRow[] {
  const { text, firstPrefix, nextPrefix } = line;
  if (displayWidth(firstPrefix) + displayWidth(text) <= columns)
    return [sliceRow(line, 0, text.length, firstPrefix)];
  // Shortens the prefixes before the text.
  const first = limitPrefix(firstPrefix, columns);
  const rest = limitPrefix(nextPrefix, columns);
  const room = Math.max(1, columns - Math.max(displayWidth(first), displayWidth(rest)));
  const parts = line.wrapMode === 'words' ? breakAtWords(text, room) : breakAnywhere(text, room);
  return parts.map(({ start, end, indent }, index) =>
    index === 0
      ? sliceRow(line, start, end, first + indent)
      : { ...sliceRow(line, start, end, rest + indent), isContinuation: true },
  );
}

const limitPrefix = (prefix: string, columns: number): string =>
  displayWidth(prefix) <= columns / 2 ? prefix : sliceColumns(prefix, 0, Math.floor(columns / 2));

interface RowRange {
  readonly start: number;
  readonly end: number;
  /** Additional blanks at the start of the row. */
  readonly indent: string;
}

const breakAtWords = (text: string, columns: number): readonly RowRange[] =>
  rowRanges(text, wrap(text, columns));

/** Finds the rows of `wrap` in the text that it wrapped. */
export function rowRanges(text: string, rows: readonly string[]): readonly RowRange[] {
  let from = 0;
  return rows.map((row): RowRange => {
    const body = row.trimStart();
    const found = text.indexOf(body, from);
    const start = found === -1 ? from : found;
    const end = Math.min(text.length, start + body.length);
    from = end;
    return { start, end, indent: row.slice(0, row.length - body.length) };
  });
}

function breakAnywhere(text: string, columns: number): readonly RowRange[] {
  const parts: RowRange[] = [];
  if (isPlainAscii(text)) {
    for (let start = 0; start < text.length; start += columns)
      parts.push({ start, end: Math.min(text.length, start + columns), indent: '' });
    return parts;
  }
  let start = 0;
  let at = 0;
  let used = 0;
  for (const grapheme of graphemesOf(text)) {
    const width = graphemeWidth(grapheme);
    if (used + width > columns && at > start) {
      parts.push({ start, end: at, indent: '' });
      start = at;
      used = 0;
    }
    used += width;
    at += grapheme.length;
  }
  if (at > start) parts.push({ start, end: at, indent: '' });
  return parts;
}

/**
 * The part of an unwrapped row in the columns from `start` up to, but not including, `end`. A wide character cut at an
 * edge becomes a blank, so that columns stay aligned.
 */
export function sliceRowColumns(row: StyledRow, start: number, end: number): StyledRow {
  const { text } = row;
  if (isPlainAscii(text)) return sliceRow(row, Math.min(start, text.length), Math.min(end, text.length));
  let column = 0;
  let from = -1;
  let to = 0;
  let at = 0;
  let before = '';
  for (const grapheme of eachGrapheme(text)) {
    const next = column + graphemeWidth(grapheme);
    if (column >= start && next <= end) {
      if (from === -1) {
        from = at;
        before = ' '.repeat(column - start);
      }
      to = at + grapheme.length;
    }
    column = next;
    at += grapheme.length;
    if (column >= end) break;
  }
  return from === -1 ? sliceRow(row, 0, 0) : sliceRow(row, from, to, before);
}
