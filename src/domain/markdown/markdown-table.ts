import type { Tokens } from 'marked';
import { displayWidth } from '../text/width.ts';
import { inlineRows } from './inline.ts';
import { LineBuilder, type Span, type StyledRow } from './styled-text.ts';

const COLUMN_SEPARATOR = ' │ ';

/** A table with aligned columns; null when it does not fit, or when rendering it would lose text. */
export function tableRows(table: Tokens.Table, columns: number): readonly StyledRow[] | null {
  if (losesText(table)) return null;
  const cells = [table.header, ...table.rows].map((row) =>
    row.map(({ tokens, header }) => inlineRows(tokens, header ? ['strong'] : [])[0] ?? EMPTY),
  );
  const widths = table.header.map((_, column) =>
    Math.max(1, ...cells.map((row) => displayWidth(row[column]?.text ?? ''))),
  );
  const total = widths.reduce((sum, width) => sum + width, 0) + COLUMN_SEPARATOR.length * (widths.length - 1);
  if (total > columns) return null;
  const [header, ...rows] = cells.map((row) => tableRow(row, widths, table.align));
  const rule = widths.map((width) => '─'.repeat(width)).join('─┼─');
  const line: StyledRow = { text: rule, spans: [{ start: 0, end: rule.length, style: 'mark' }] };
  return [header ?? EMPTY, line, ...rows];
}

const EMPTY: StyledRow = { text: '', spans: [] };

function tableRow(
  cells: readonly StyledRow[],
  widths: readonly number[],
  align: Tokens.Table['align'],
): StyledRow {
  const line = new LineBuilder();
  const spans: Span[] = [];
  widths.forEach((width, column) => {
    if (column > 0) line.put(COLUMN_SEPARATOR, ['mark']);
    const cell = cells[column] ?? EMPTY;
    const blank = Math.max(0, width - displayWidth(cell.text));
    const before = align[column] === 'right' ? blank : align[column] === 'center' ? blank >> 1 : 0;
    line.put(' '.repeat(before));
    const start = line.row.text.length;
    line.put(cell.text);
    for (const span of cell.spans) spans.push({ ...span, start: span.start + start, end: span.end + start });
    line.put(' '.repeat(blank - before));
  });
  const { text, spans: separators } = line.row;
  return { text: text.trimEnd(), spans: [...separators, ...spans] };
}

/** marked drops cells beyond those of the header. */
function losesText({ raw, header, rows }: Tokens.Table): boolean {
  const words = (text: string): number => text.replaceAll(/[^\p{L}\p{N}]/gu, '').length;
  const shownCount = [header, ...rows].flat().reduce((sum, { text }) => sum + words(text), 0);
  return shownCount !== words(raw);
}
