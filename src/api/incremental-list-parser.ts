import type { BodyDiff, CachedBody } from './cached-body.ts';
import { type ByteRange, JsonArrayScanner } from './json-array-scanner.ts';

/** How to parse a response that is a long list, or whose first field is one. */
export interface ListSchema<Item, Value> {
  /** Name of that field; needs no escaping in JSON. Null: the response itself is the list. */
  readonly field: string | null;
  /** @throws when an element is invalid */
  parseItems(elements: readonly unknown[]): readonly Item[];
  /** `withoutItems` is the response with an empty list. @throws when it is invalid */
  buildValue(withoutItems: unknown, items: readonly Item[]): Value;
}

/** The items of a body, each with its byte range. */
export interface ParsedList<Item> {
  readonly ranges: readonly ByteRange[];
  readonly items: readonly Item[];
}

/** The last result and the change of the body since; null for the first parse. */
export type PreviousParse<Item> = { readonly list: ParsedList<Item>; readonly change: BodyDiff } | null;

/** Bytes parsed before the event loop runs: 1 to 2 ms. */
const SLICE_BYTES = 128 * 1024;
/** The fields after the list are short. */
const MAX_TAIL_BYTES = 4_096;

const yieldToEventLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Parses a long list in slices, so that keys do not wait. Unchanged elements at both ends of the list keep the objects
 * of the last parse. Null when the body does not have this form or is invalid: parse it as a whole to get the error.
 */
export async function parseList<Item, Value>(
  body: CachedBody,
  schema: ListSchema<Item, Value>,
  previous: PreviousParse<Item>,
  signal: AbortSignal,
): Promise<{ readonly list: ParsedList<Item>; readonly value: Value } | null> {
  const { bytes } = body;
  const first = findListStart(bytes, schema.field);
  if (first === null) return null;
  const { before, after } = reusableItems(previous, first, bytes.length);
  const scanner = new JsonArrayScanner(before.ranges.at(-1)?.end ?? first, before.ranges.length > 0);
  const reusableFrom = after.ranges[0]?.start ?? bytes.length;

  const parsedItems: (readonly Item[])[] = [];
  let parsedCount = 0;
  while (scanner.arrayEnd === null && scanner.offset < reusableFrom) {
    if (parsedCount > 0) await yieldToEventLoop();
    signal.throwIfAborted();
    scanner.scan(bytes, Math.min(scanner.offset + SLICE_BYTES, reusableFrom));
    const elements = scanner.failed ? null : parseElements(bytes, scanner.elements.slice(parsedCount));
    const items = elements === null ? null : nullIfThrows(() => schema.parseItems(elements));
    if (items === null) return null;
    parsedItems.push(items);
    parsedCount = scanner.elements.length;
  }
  const isComplete =
    after.ranges.length === 0
      ? scanner.arrayEnd !== null
      : scanner.expectsElement && scanner.offset === reusableFrom;
  if (!isComplete) return null;

  const ranges = [...before.ranges, ...scanner.elements, ...after.ranges];
  const items = before.items.concat(...parsedItems, after.items);
  const rest = parseRest(bytes, schema.field, ranges.at(-1)?.end ?? first);
  const value = rest === null ? null : nullIfThrows(() => ({ value: schema.buildValue(rest, items) }));
  return value === null ? null : { list: { ranges, items }, ...value };
}

/** Offset after the list's opening bracket; null when the list is not the first field. */
function findListStart(bytes: Buffer, field: string | null): number | null {
  const start = field === null ? /^\s*\[/ : new RegExp(`^\\s*\\{\\s*"${field}"\\s*:\\s*\\[`);
  const found = start.exec(bytes.toString('latin1', 0, 64));
  return found?.[0].length ?? null;
}

interface ReusableItems<Item> {
  readonly before: ParsedList<Item>;
  readonly after: ParsedList<Item>;
}

/**
 * The elements in the unchanged prefix and suffix of the body; the ranges of the latter are moved to their new offsets.
 */
function reusableItems<Item>(last: PreviousParse<Item>, first: number, length: number): ReusableItems<Item> {
  if (last === null) return { before: { ranges: [], items: [] }, after: { ranges: [], items: [] } };
  const { list, change } = last;
  const { ranges, items } = list;
  const before = change.prefixBytes < first ? 0 : countEndingBy(ranges, change.prefixBytes);
  const sameFrom = length - change.growth - change.suffixBytes;
  const changedTo = ranges.findLastIndex(({ start }) => start < sameFrom) + 1;
  const moved = ranges
    .slice(changedTo)
    .map(({ start, end }) => ({ start: start + change.growth, end: end + change.growth }));
  return {
    before: { ranges: ranges.slice(0, before), items: items.slice(0, before) },
    after: { ranges: moved, items: items.slice(changedTo) },
  };
}

/** The number of ranges that end at or before an offset; they are in ascending order. */
function countEndingBy(ranges: readonly ByteRange[], offset: number): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.end ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** `ranges` are adjacent. Null for invalid JSON. */
function parseElements(bytes: Buffer, ranges: readonly ByteRange[]): readonly unknown[] | null {
  const [first] = ranges;
  const last = ranges.at(-1);
  if (first === undefined || last === undefined) return [];
  const elements = nullIfThrows(() => JSON.parse(`[${bytes.toString('utf8', first.start, last.end)}]`));
  return elements?.length === ranges.length ? elements : null;
}

/** The body with an empty list. Null for invalid JSON or a second field of that name. */
function parseRest(bytes: Buffer, field: string | null, from: number): unknown {
  if (bytes.length - from > MAX_TAIL_BYTES) return null;
  const tail = bytes.toString('utf8', from);
  if (field === null) return nullIfThrows(() => JSON.parse(`[${tail}`));
  if (tail.includes(`"${field}"`) || tail.includes('\\')) return null;
  return nullIfThrows(() => JSON.parse(`{"${field}":[${tail}`));
}

function nullIfThrows<Result>(work: () => Result): Result | null {
  try {
    return work();
  } catch {
    return null;
  }
}
