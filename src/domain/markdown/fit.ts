import { eachGrapheme, graphemesOf, graphemeWidth, isPlainAscii } from '../text/graphemes.ts';
import { displayWidth, sliceColumns } from '../text/width.ts';
import { wrap } from '../text/wrap.ts';
import { partOf, type RichLine, type Row } from './rich.ts';

/** The rows that a line takes in `columns` columns; in any number of columns when that is infinite. */
export function fitLine(line: RichLine, columns: number): readonly Row[] {
  const { text, lead, follow } = line;
  if (displayWidth(lead) + displayWidth(text) <= columns) return [partOf(line, 0, text.length, lead)];
  // What frames the text gives way before the text does.
  const first = cut(lead, columns);
  const rest = cut(follow, columns);
  const room = Math.max(1, columns - Math.max(displayWidth(first), displayWidth(rest)));
  const parts = line.breaks === 'words' ? betweenWords(text, room) : anywhere(text, room);
  return parts.map(({ start, end, indent }, index) =>
    index === 0
      ? partOf(line, start, end, first + indent)
      : { ...partOf(line, start, end, rest + indent), goesOn: true },
  );
}

const cut = (prefix: string, columns: number): string =>
  displayWidth(prefix) <= columns / 2 ? prefix : sliceColumns(prefix, 0, Math.floor(columns / 2));

interface Part {
  readonly start: number;
  readonly end: number;
  /** Blanks that the row begins with beyond those of the text. */
  readonly indent: string;
}

/** Where `wrap` breaks a text, found again in the text itself. */
function betweenWords(text: string, columns: number): readonly Part[] {
  let from = 0;
  return wrap(text, columns).map((row): Part => {
    const body = row.trimStart();
    const found = text.indexOf(body, from);
    const start = found === -1 ? from : found;
    const end = Math.min(text.length, start + body.length);
    from = end;
    return { start, end, indent: row.slice(0, row.length - body.length) };
  });
}

function anywhere(text: string, columns: number): readonly Part[] {
  const parts: Part[] = [];
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
 * What shows of an unwrapped row in the columns `start` up to, but not including, `end`. Half of a wide character at
 * an edge is a blank, so columns stay where they are.
 */
export function columnsOf(row: Row, start: number, end: number): Row {
  const { text } = row;
  if (isPlainAscii(text)) return partOf(row, Math.min(start, text.length), Math.min(end, text.length));
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
  return from === -1 ? partOf(row, 0, 0) : partOf(row, from, to, before);
}
