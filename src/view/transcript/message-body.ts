import { NO_SPANS, type Span, type StyledLine, type StyledRow } from '../../domain/markdown/styled-text.ts';
import { wrapStyledLine } from '../../domain/markdown/wrap-line.ts';
import type { Message, MessagePart } from '../../domain/message.ts';
import { isSeparated, partRow } from '../../domain/message-text.ts';
import { partDetails } from '../../domain/part-details.ts';
import { openableKeysOf, partKeysOf } from '../../domain/part-key.ts';
import { rawPartLines } from '../../domain/raw-part.ts';
import { lastStartAtOrBefore } from './binary-search.ts';
import {
  type TextBody,
  type BodyOptions as TextOptions,
  textBody,
  spansAt as textSpansAt,
} from './text-body.ts';

export interface BodyOptions extends TextOptions {
  /** Shows parts that are no text as their JSON. */
  readonly raw?: boolean;
}

/** The parts of a message as rows of one width. */
export interface MessageBody extends BodyOptions {
  readonly lines: readonly string[];
  /** Indexes of lines that continue the one before, in ascending order. */
  readonly continuedLines: readonly number[];
  readonly parts: readonly PartBody[];
  /** The first row of each part. */
  readonly starts: readonly number[];
}

/** A text with its rows; or another part as one row, followed by its details when it is open. */
export type PartBody = {
  readonly part: MessagePart;
  /** The key of the part; null for text, and for parts without a message. */
  readonly key: string | null;
} & (
  | { readonly text: TextBody }
  | {
      readonly text: null;
      readonly rows: readonly StyledRow[];
      readonly isOpen: boolean;
      /** It has details that its row does not show. */
      readonly isFolded: boolean;
    }
);

/** Which parts have keys, and which of them are open. */
export interface PartFolding {
  /** By index of the part. */
  readonly keys: readonly (string | null)[];
  readonly openable: ReadonlySet<string>;
  readonly open: ReadonlySet<string>;
}

const NO_KEYS: ReadonlySet<string> = new Set();
/** For parts without a message: all are folded. */
const NO_FOLDING: PartFolding = { keys: [], openable: NO_KEYS, open: NO_KEYS };

/** The folding of a message's parts. `open`: the keys of all open parts of the conversation. */
export const foldingOf = (message: Message, open: ReadonlySet<string> = NO_KEYS): PartFolding =>
  message.parts.every(({ type }) => type === 'text')
    ? NO_FOLDING
    : { keys: partKeysOf(message), openable: openableKeysOf(message), open };

/** Lays out the parts of a message. Reuses the parts of `before`, the same message before it changed. */
export function bodyOf(
  parts: readonly MessagePart[],
  options: BodyOptions,
  before: MessageBody | null = null,
  folding: PartFolding = NO_FOLDING,
): MessageBody {
  const { raw = false } = options;
  const usable =
    before?.width === options.width && before.prose === options.prose && (before.raw ?? false) === raw
      ? before.parts
      : [];
  const bodies = parts.map((part, index) =>
    partBody(part, folding.keys[index] ?? null, options, usable[index] ?? null, folding),
  );
  const [only] = bodies;
  if (only?.text != null && bodies.length === 1) {
    const { lines, continuedLines } = only.text;
    return { ...options, lines, continuedLines, parts: bodies, starts: [0] };
  }
  const lines: string[] = [];
  const continuedLines: number[] = [];
  let previous: MessagePart | null = null;
  const starts = bodies.map((body) => {
    const count = body.text === null ? body.rows.length : body.text.lines.length;
    if (count === 0) return lines.length;
    if (previous !== null && isSeparated(previous, body.part)) lines.push('');
    previous = body.part;
    const start = lines.length;
    if (body.text === null)
      for (const { text, isContinuation } of body.rows) {
        if (isContinuation === true) continuedLines.push(lines.length);
        lines.push(text);
      }
    else {
      for (const line of body.text.continuedLines) continuedLines.push(start + line);
      for (const line of body.text.lines) lines.push(line);
    }
    return start;
  });
  return { ...options, lines, continuedLines, parts: bodies, starts };
}

function partBody(
  part: MessagePart,
  key: string | null,
  options: BodyOptions,
  before: PartBody | null,
  { openable, open }: PartFolding,
): PartBody {
  const isSame = before?.part === part && before.key === key;
  if (part.type === 'text')
    return isSame ? before : { part, key, text: textBody(part.text, options, before?.text ?? null) };
  const { width, raw = false } = options;
  const canOpen = !raw && key !== null && openable.has(key);
  const isOpen = canOpen && open.has(key);
  const isFolded = canOpen && !isOpen;
  if (isSame && before.text === null && before.isOpen === isOpen && before.isFolded === isFolded)
    return before;
  const rows = raw
    ? wrappedRows(rawPartLines(part), width)
    : [...closedRows(part, width), ...(isOpen ? wrappedRows(partDetails(part), width) : [])];
  return { part, key, text: null, rows, isOpen, isFolded };
}

const wrappedRows = (lines: readonly StyledLine[], width: number): readonly StyledRow[] =>
  lines.flatMap((line) => wrapStyledLine(line, width));

/** Rows of a notice: it can say that the agent has forgotten something, so it is not cut to one row. */
const MAX_NOTICE_ROWS = 4;

/** The part without its details. */
function closedRows(part: MessagePart, width: number): readonly StyledRow[] {
  if (part.type !== 'notice') return [fittedRow(part, width)];
  const { text, spans } = partRow(part) ?? EMPTY_ROW;
  const line: StyledLine = { text, spans, firstPrefix: '', nextPrefix: '', wrapMode: 'words' };
  return wrappedRows([line], width).slice(0, MAX_NOTICE_ROWS);
}

const EMPTY_ROW: StyledRow = { text: '', spans: NO_SPANS };

function fittedRow(part: MessagePart, width: number): StyledRow {
  const { text, spans } = partRow(part, Math.max(1, width)) ?? EMPTY_ROW;
  return {
    text,
    spans: spans
      .map((span) => ({ ...span, end: Math.min(span.end, text.length) }))
      .filter(({ start, end }) => start < end),
  };
}

/** The styled pieces of a row. */
export function spansAt(body: MessageBody, line: number): readonly Span[] {
  const at = partAt(body, line);
  if (at === null) return NO_SPANS;
  return at.body.text === null
    ? (at.body.rows[at.row]?.spans ?? NO_SPANS)
    : textSpansAt(at.body.text, at.row);
}

/** The part that a line belongs to, and its row there; null without parts. */
export function partAt(
  { parts, starts }: MessageBody,
  line: number,
): { readonly body: PartBody; readonly row: number } | null {
  const index = lastStartAtOrBefore(starts, line);
  const body = parts[index];
  return body === undefined ? null : { body, row: line - (starts[index] ?? 0) };
}

/** The first line of a part, and the number of its lines; null when the body does not show it. */
export function linesOfPart(
  { parts, starts }: MessageBody,
  key: string,
): { readonly line: number; readonly count: number } | null {
  const index = parts.findIndex((body) => body.key === key);
  const body = parts[index];
  if (body === undefined || body.text !== null || body.rows.length === 0) return null;
  return { line: starts[index] ?? 0, count: body.rows.length };
}

/** Whether parts of the message are open or folded differently than in its body. */
export const hasOtherFolding = ({ parts }: MessageBody, { openable, open }: PartFolding): boolean =>
  parts.some(
    (body) =>
      body.text === null &&
      body.key !== null &&
      openable.has(body.key) &&
      (body.isOpen || body.isFolded) &&
      body.isOpen !== open.has(body.key),
  );
