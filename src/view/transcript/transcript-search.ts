import { detailsText } from '../../domain/part-details.ts';
import { isPlainAscii } from '../../domain/text/graphemes.ts';
import { memoize } from '../../store/memoize.ts';
import type { HitPosition } from '../../store/slices/conversations.ts';
import { type MessageBody, partAt } from './message-body.ts';

/** The hits in one message, in text order. */
interface BodyHits {
  readonly text: string;
  /**
   * The line on which each hit begins, and its offset there in `starts`. A hit can continue on the next line. One in the
   * details of a folded part is on the row of the part, behind the end of the row.
   */
  readonly lines: readonly number[];
  readonly starts: readonly number[];
}

export interface SearchHits {
  readonly total: number;
  readonly bodies: readonly BodyHits[];
  /** The number of hits before each body. */
  readonly before: readonly number[];
}

/** A part of a line to highlight. */
export interface HitRange {
  readonly start: number;
  readonly end: number;
  /** Where its hit begins. */
  readonly place: Omit<HitPosition, 'message'>;
}

/** Texts to search, such as the view of a transcript. */
interface Searchable {
  readonly blocks: readonly { readonly body: MessageBody }[];
}

/** Case-sensitive when `text` has an upper-case letter. */
export const searchTranscript = memoize((view: Searchable, text: string): SearchHits => {
  let total = 0;
  const before: number[] = [];
  const bodies = view.blocks.map(({ body }) => {
    const hits = hitsInBody(body, text);
    before.push(total);
    total += hits.lines.length;
    return hits;
  });
  return { total, bodies, before };
});

/** The hit with this number, from 0; null when there is none. */
export function hitAt({ bodies, before }: SearchHits, index: number): HitPosition | null {
  const message = before.findLastIndex(
    (count, body) => count <= index && (bodies[body]?.lines.length ?? 0) > 0,
  );
  const within = index - (before[message] ?? 0);
  const line = bodies[message]?.lines[within];
  const start = bodies[message]?.starts[within];
  return line === undefined || start === undefined ? null : { message, line, start };
}

/** The number of hits before a position, which is the number of a hit that begins there. */
export function hitsBefore(
  { bodies, before, total }: SearchHits,
  { message, line, start }: HitPosition,
): number {
  const hits = bodies[message];
  if (hits === undefined) return total;
  const earlier = hits.lines.findIndex(
    (at, index) => at > line || (at === line && (hits.starts[index] ?? 0) >= start),
  );
  return (before[message] ?? 0) + (earlier === -1 ? hits.lines.length : earlier);
}

/** The ranges to highlight on one line. */
export function hitRangesOn(body: MessageBody, text: string, line: number): readonly HitRange[] {
  const { lines, starts } = hitsInBody(body, text);
  const ranges: HitRange[] = [];
  const length = body.lines[line]?.length ?? 0;
  for (let index = firstHitFrom(lines, line - 1); (lines[index] ?? line + 1) <= line; index++) {
    const at = lines[index] ?? 0;
    const start = starts[index] ?? 0;
    if (start > (body.lines[at]?.length ?? 0)) continue;
    const place = { line: at, start };
    if (at === line) ranges.push({ start, end: Math.min(start + text.length, length), place });
    else {
      const left = start + text.length - (body.lines[at]?.length ?? 0) - (text.includes(' ') ? 1 : 0);
      const from = prefixOf(body.lines[line] ?? '');
      if (left > 0 && start + text.length > (body.lines[at]?.length ?? 0))
        ranges.push({ start: from, end: Math.min(from + left, length), place });
    }
  }
  return ranges;
}

/** The index of the first hit on or after this line. */
function firstHitFrom(lines: readonly number[], line: number): number {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle] ?? 0) < line) low = middle + 1;
    else high = middle;
  }
  return low;
}

const hitsByBody = new WeakMap<MessageBody, BodyHits>();

function hitsInBody(body: MessageBody, text: string): BodyHits {
  const last = hitsByBody.get(body);
  if (last?.text === text) return last;
  const hits = text === '' ? { text, lines: [], starts: [] } : findHits(body, text);
  hitsByBody.set(body, hits);
  return hits;
}

/** The lines joined: one search over it is many times as fast as one per line. */
const textByBody = new WeakMap<MessageBody, string>();

function bodyText(body: MessageBody): string {
  const text = textByBody.get(body) ?? body.lines.join('\n');
  textByBody.set(body, text);
  return text;
}

const isCaseSensitive = (text: string): boolean => text !== text.toLowerCase();

function patternOf(text: string): RegExp {
  const literal = text.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');
  return new RegExp(literal, `g${isCaseSensitive(text) ? '' : 'i'}${isPlainAscii(text) ? '' : 'u'}`);
}

function findHits(body: MessageBody, text: string): BodyHits {
  const pattern = patternOf(text);
  const joinedLines = bodyText(body);
  const lines: number[] = [];
  const starts: number[] = [];
  let line = 0;
  let begin = 0;
  let end = lineEnd(joinedLines, 0);
  for (let match = pattern.exec(joinedLines); match !== null; match = pattern.exec(joinedLines)) {
    while (match.index > end) {
      line++;
      begin = end + 1;
      end = lineEnd(joinedLines, begin);
    }
    lines.push(line);
    starts.push(match.index - begin);
  }
  return withFoldedHits(withWrappedHits({ text, lines, starts }, body, pattern), body, pattern);
}

/** Adds the hits in the details of folded parts. A part whose row has a hit is found already. */
function withFoldedHits(hits: BodyHits, body: MessageBody, pattern: RegExp): BodyHits {
  const folded = body.parts.flatMap((part, index) => {
    const line = body.starts[index] ?? 0;
    if (part.text !== null || !part.isFolded || hits.lines[firstHitFrom(hits.lines, line)] === line)
      return [];
    const behind = (body.lines[line]?.length ?? 0) + 1;
    return [...detailsText(part.part).matchAll(pattern)].map((match) => ({
      line,
      start: behind + match.index,
    }));
  });
  return withHits(hits, folded);
}

/** The key of the folded part whose details have this hit; null for a hit in a visible line. */
export function foldedPartAt(
  body: MessageBody,
  { line, start }: Omit<HitPosition, 'message'>,
): string | null {
  const part = start > (body.lines[line]?.length ?? 0) ? partAt(body, line)?.body : undefined;
  return part !== undefined && part.text === null && part.isFolded ? part.key : null;
}

function withHits(
  hits: BodyHits,
  others: readonly { readonly line: number; readonly start: number }[],
): BodyHits {
  if (others.length === 0) return hits;
  const all = [...hits.lines.map((line, index) => ({ line, start: hits.starts[index] ?? 0 })), ...others];
  all.sort((a, b) => a.line - b.line || a.start - b.start);
  return { text: hits.text, lines: all.map(({ line }) => line), starts: all.map(({ start }) => start) };
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

/** Adds the hits that begin in one row and end in the next. */
function withWrappedHits(hits: BodyHits, { lines, continuedLines }: MessageBody, pattern: RegExp): BodyHits {
  const { text } = hits;
  const places = continuedLines.flatMap((next) => {
    const start = wrappedHitStart(lines[next - 1] ?? '', lines[next] ?? '', text, pattern);
    return start === -1 ? [] : [{ line: next - 1, start }];
  });
  return withHits(hits, places);
}

/** The offset in `row` of a hit that ends in `next`, its continuation; -1 without one. */
function wrappedHitStart(row: string, next: string, text: string, pattern: RegExp): number {
  if (text.length < 2) return -1;
  const tail = row.slice(-(text.length - 1));
  const from = prefixOf(next);
  // Wrapping drops the blank between two rows, and breaks only a word that is longer than a row.
  const joined = `${tail}${text.includes(' ') ? ' ' : ''}${next.slice(from, from + text.length - 1)}`;
  pattern.lastIndex = 0;
  for (let match = pattern.exec(joined); match !== null; match = pattern.exec(joined)) {
    if (match.index < tail.length && match.index + match[0].length > tail.length)
      return row.length - tail.length + match.index;
  }
  return -1;
}

/** The length of a continuation row's indentation and bars. */
const prefixOf = (row: string): number => /^[\s│↳>]*/u.exec(row)?.[0].length ?? 0;
