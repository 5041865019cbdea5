import { type DiffDocument, documentText } from '../../domain/diff-document.ts';
import { type Span, type SpanStyle, type StyledRow, sliceRow } from '../../domain/markdown/styled-text.ts';
import { sliceRowColumns, wrapStyledLine } from '../../domain/markdown/wrap-line.ts';
import { isWider, padEnd } from '../../domain/text/width.ts';
import { memoize } from '../../store/memoize.ts';
import type { CommentsByLine } from '../../store/review.ts';
import type { DiffAnchor, OpenDiff } from '../../store/slices/diff.ts';
import { commentRows } from './comment-rows.ts';

/** The layout of a diff. */
export interface DiffLayout {
  readonly width: number;
  readonly wrap: boolean;
  /** The first visible column of cut lines. */
  readonly column: number;
  readonly comments: CommentsByLine;
}

/** A row on screen, and its place in the document. */
export interface DiffRow {
  readonly row: StyledRow;
  readonly line: number;
  /** The row of the line, with its comments. */
  readonly index: number;
  /** 0 for the line, n for its nth comment. */
  readonly comment: number;
}

export const layoutOf = (
  { wrap, column }: OpenDiff,
  width: number,
  comments: CommentsByLine,
): DiffLayout => ({ width, wrap, column, comments });

/** Before the heading of a file: bold alone would not tell it from a line on every terminal. */
const HEADING = '── ';

/** Narrower screens show no line numbers. */
const MIN_COLUMNS_FOR_NUMBERS = 60;

/** Columns of the line numbers, with the blank behind them; 0 without. */
const numberColumns = ({ maxLineNumber }: DiffDocument, width: number): number =>
  width < MIN_COLUMNS_FOR_NUMBERS || maxLineNumber === 0 ? 0 : String(maxLineNumber).length + 1;

/** The rows of one line of the document and of its comments. */
export const rowsOfLine = (
  document: DiffDocument,
  line: number,
  layout: DiffLayout,
  hits: readonly Span[] = [],
): readonly StyledRow[] =>
  layout.comments.has(line)
    ? itemsOfLine(document, line, layout, hits).flat()
    : textRowsOfLine(document, line, layout, hits);

/** The rows of one line of the document, then those of each of its comments. */
export function itemsOfLine(
  document: DiffDocument,
  line: number,
  layout: DiffLayout,
  hits: readonly Span[] = [],
): readonly (readonly StyledRow[])[] {
  const text = textRowsOfLine(document, line, layout, hits);
  const comments = layout.comments.get(line);
  if (comments === undefined) return [text];
  const indent = numberColumns(document, layout.width);
  return [text, ...comments.map((comment) => commentRows(comment, layout.width, indent))];
}

/** The rows of one line of the document, with the hits of a search in it. */
export function textRowsOfLine(
  document: DiffDocument,
  line: number,
  layout: DiffLayout,
  hits: readonly Span[] = [],
): readonly StyledRow[] {
  if (hits.length > 0) return layoutLine(document, line, layout, hits);
  const known = knownRows(document, layout.width, layout.wrap, layout.column);
  const rows = known.get(line) ?? layoutLine(document, line, layout, hits);
  // A key asks for the rows of a screen several times, seldom for others.
  if (known.size >= MAX_KNOWN_ROWS) known.clear();
  known.set(line, rows);
  return rows;
}

const MAX_KNOWN_ROWS = 2_000;

const knownRows = memoize(
  (_document: DiffDocument, _width: number, _wrap: boolean, _column: number) =>
    new Map<number, readonly StyledRow[]>(),
);

function layoutLine(
  document: DiffDocument,
  line: number,
  { width, wrap, column }: DiffLayout,
  hits: readonly Span[],
): readonly StyledRow[] {
  const shown = document.lines[line];
  const text = documentText(document, line);
  if (shown === undefined || text === '') return [{ text: '', spans: [] }];
  const style = styleOf(document, line);
  const spans: Span[] = style === null ? [] : [{ start: 0, end: text.length, style }];
  const row: StyledRow = { text, spans: [...spans, ...hits] };
  const columns = numberColumns(document, width);
  const isChange = shown.kind === 'line';
  const number = shown.kind === 'line' ? shown.line.newLine || shown.line.oldLine : 0;
  const gutter = !isChange || columns === 0 ? '' : `${String(number || '').padStart(columns - 1)} `;
  const isHeading = shown.kind === 'file' || shown.kind === 'repository';
  if (wrap || isHeading)
    return wrapStyledLine(
      {
        ...row,
        firstPrefix: isHeading ? HEADING : gutter,
        nextPrefix: isChange ? `${' '.repeat(gutter.length)}↳ ` : '    ',
        wrapMode: isChange ? 'anywhere' : 'words',
      },
      width,
    );
  const hasSign = shown.kind === 'line' && shown.line.kind !== 'plain';
  return [cutRow(row, gutter, isChange ? column : 0, width, hasSign)];
}

/** The visible columns of a cut line, with signs at the edges for more text. The sign of a change stays. */
function cutRow(row: StyledRow, gutter: string, column: number, width: number, hasSign: boolean): StyledRow {
  const room = width - gutter.length;
  const hasMore = isWider(row.text, column + room);
  if (column === 0 && !hasMore) return sliceRow(row, 0, row.text.length, gutter);
  const sign = column > 0 ? `${hasSign ? row.text.slice(0, 1) : ''}‹` : '';
  const start = column + sign.length;
  const visible = sliceRowColumns(row, start, column + room - (hasMore ? 1 : 0));
  const text = `${gutter}${sign}${padEnd(visible.text, hasMore ? room - sign.length - 1 : 0)}`;
  const shift = gutter.length + sign.length;
  const spans = visible.spans.map((span) => ({ ...span, start: span.start + shift, end: span.end + shift }));
  const signSpans = row.spans
    .filter((span) => sign !== '' && hasSign && span.start === 0)
    .map((span) => ({ ...span, start: gutter.length, end: gutter.length + 1 }));
  const marks: Span[] = [{ start: 0, end: gutter.length, style: 'mark' }];
  return {
    text: hasMore ? `${text}›` : text,
    spans: [...(gutter === '' ? [] : marks), ...signSpans, ...spans],
  };
}

function styleOf({ lines }: DiffDocument, index: number): SpanStyle | null {
  const line = lines[index];
  switch (line?.kind) {
    case 'summary':
      return index === 0 ? 'strong' : null;
    case 'repository':
    case 'file':
      return 'heading';
    case 'hunk':
      return 'hunk';
    case 'line': {
      const { kind } = line.line;
      return kind === 'added' || kind === 'removed' ? kind : kind === 'plain' ? 'mark' : null;
    }
    default:
      return null;
  }
}

/** The rows from a place on. Computes no others. */
export function visibleRows(
  document: DiffDocument,
  anchor: DiffAnchor,
  layout: DiffLayout,
  height: number,
  hitsOn: (line: number) => readonly Span[] = () => [],
): readonly DiffRow[] {
  const rows: DiffRow[] = [];
  for (let line = Math.max(0, anchor.line); line < document.lines.length && rows.length < height; line++) {
    const all = itemsOfLine(document, line, layout, hitsOn(line)).flatMap((item, comment) =>
      item.map((row) => ({ row, comment })),
    );
    const first = line === anchor.line ? Math.min(anchor.row, all.length - 1) : 0;
    for (let index = first; index < all.length && rows.length < height; index++) {
      const { row, comment } = all[index] ?? { row: { text: '', spans: [] }, comment: 0 };
      rows.push({ row, line, index, comment });
    }
  }
  return rows;
}

/** The place `by` rows after another, or before it. Scrolling down ends when the end of the document is visible. */
export function movedAnchor(
  document: DiffDocument,
  anchor: DiffAnchor,
  by: number,
  layout: DiffLayout,
  height: number,
): DiffAnchor {
  const last = lastAnchor(document, layout, height);
  if (by === Number.POSITIVE_INFINITY) return last;
  if (by === Number.NEGATIVE_INFINITY) return { line: 0, row: 0 };
  if (by > 0 && earlier(last, anchor) === last) return anchor;
  let { line, row } = anchor;
  row = Math.min(row, rowsOfLine(document, line, layout).length - 1) + by;
  while (row < 0 && line > 0) row += rowsOfLine(document, --line, layout).length;
  if (row < 0) return { line: 0, row: 0 };
  for (;;) {
    const count = rowsOfLine(document, line, layout).length;
    if (row < count || line >= document.lines.length - 1) break;
    row -= count;
    line++;
  }
  return by > 0 ? earlier({ line, row }, last) : { line, row };
}

/** The place that shows the end of the document at the lower edge. */
function lastAnchor(document: DiffDocument, layout: DiffLayout, height: number): DiffAnchor {
  let line = document.lines.length;
  let rows = 0;
  while (line > 0 && rows < height) rows += rowsOfLine(document, --line, layout).length;
  return { line, row: Math.max(0, rows - height) };
}

/** The place, or the last one of a shorter document. A file near the end can be at the upper edge. */
export const withinDocument = ({ lines }: DiffDocument, anchor: DiffAnchor): DiffAnchor =>
  anchor.line < lines.length ? anchor : { line: Math.max(0, lines.length - 1), row: 0 };

const earlier = (one: DiffAnchor, other: DiffAnchor): DiffAnchor =>
  one.line < other.line || (one.line === other.line && one.row <= other.row) ? one : other;
