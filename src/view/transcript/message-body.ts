import { NO_SPANS, type Span, type StyledRow } from '../../domain/markdown/styled-text.ts';
import type { MessagePart } from '../../domain/message.ts';
import { isSeparated, partRow } from '../../domain/message-text.ts';
import { truncate } from '../../domain/text/width.ts';
import { lastStartAtOrBefore } from './binary-search.ts';
import { type BodyOptions, type TextBody, textBody, spansAt as textSpansAt } from './text-body.ts';

/** The parts of a message as rows of one width. */
export interface MessageBody extends BodyOptions {
  readonly lines: readonly string[];
  /** Indexes of lines that continue the one before, in ascending order. */
  readonly continuedLines: readonly number[];
  readonly parts: readonly PartBody[];
  /** The first row of each part. */
  readonly starts: readonly number[];
}

/** A text with its rows, or another part as one row. */
type PartBody =
  | { readonly part: MessagePart; readonly text: TextBody }
  | { readonly part: MessagePart; readonly text: null; readonly row: StyledRow };

/** Lays out the parts of a message. Reuses the parts of `before`, the same message when it was shorter. */
export function bodyOf(
  parts: readonly MessagePart[],
  options: BodyOptions,
  before: MessageBody | null = null,
): MessageBody {
  const usable = before?.width === options.width && before.prose === options.prose ? before.parts : [];
  const bodies = parts.map((part, index) => partBody(part, options, usable[index] ?? null));
  const [only] = bodies;
  if (only?.text != null && bodies.length === 1) {
    const { lines, continuedLines } = only.text;
    return { ...options, lines, continuedLines, parts: bodies, starts: [0] };
  }
  const lines: string[] = [];
  const continuedLines: number[] = [];
  let previous: MessagePart | null = null;
  const starts = bodies.map((body) => {
    const rows = body.text === null ? [body.row.text] : body.text.lines;
    if (rows.length === 0) return lines.length;
    if (previous !== null && isSeparated(previous, body.part)) lines.push('');
    previous = body.part;
    const start = lines.length;
    for (const line of body.text?.continuedLines ?? []) continuedLines.push(start + line);
    for (const line of rows) lines.push(line);
    return start;
  });
  return { ...options, lines, continuedLines, parts: bodies, starts };
}

function partBody(part: MessagePart, options: BodyOptions, before: PartBody | null): PartBody {
  if (before?.part === part) return before;
  if (part.type === 'text') return { part, text: textBody(part.text, options, before?.text ?? null) };
  return { part, text: null, row: truncatedRow(partRow(part) ?? EMPTY_ROW, options.width) };
}

const EMPTY_ROW: StyledRow = { text: '', spans: NO_SPANS };

function truncatedRow({ text, spans }: StyledRow, width: number): StyledRow {
  const visible = width === Number.POSITIVE_INFINITY ? text : truncate(text, Math.max(1, width));
  return {
    text: visible,
    spans: spans
      .map((span) => ({ ...span, end: Math.min(span.end, visible.length) }))
      .filter(({ start, end }) => start < end),
  };
}

/** The styled pieces of a row. */
export function spansAt({ parts, starts }: MessageBody, line: number): readonly Span[] {
  const index = lastStartAtOrBefore(starts, line);
  const body = parts[index];
  if (body === undefined) return NO_SPANS;
  const row = line - (starts[index] ?? 0);
  if (body.text !== null) return textSpansAt(body.text, row);
  return row === 0 ? body.row.spans : NO_SPANS;
}
