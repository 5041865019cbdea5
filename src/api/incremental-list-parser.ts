import type { BodyDiff, CachedBody } from './cached-body.ts';
import { type ByteRange, JsonArrayScanner } from './json-array-scanner.ts';

/** What an answer is made of whose first field is a long list. */
export interface ListSchema<Item, Value> {
  /** The name of that field, as a key of JSON without anything to escape. */
  readonly field: string;
  /** Some of the list's elements, checked. @throws when one of them has another form. */
  parseItems(elements: readonly unknown[]): readonly Item[];
  /** All of it: what it is with an empty list, checked, and the items of the list. @throws as above. */
  buildValue(withoutItems: unknown, parseItems: readonly Item[]): Value;
}

/** A body that was read: which part of it each item came from. */
export interface ParsedList<Item> {
  readonly ranges: readonly ByteRange[];
  readonly items: readonly Item[];
}

/** What was read last, and how the body has changed since; null when there is nothing to begin with. */
export type PreviousParse<Item> = { readonly list: ParsedList<Item>; readonly change: BodyDiff } | null;

/** So many bytes are read before others have their turn: a millisecond or two. */
const SLICE_BYTES = 128 * 1024;
/** What stands behind the list is a few words. */
const MAX_TAIL_BYTES = 4_096;

const yieldToEventLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Reads a long list, some elements at a time, so that no key waits for it; of what stood in the last body at the same
 * end of the list the items are taken as they are, the very same objects. Null when the body is not of this form, or no JSON at
 * all: then it has to be read as a whole, which finds the words for it.
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
  const scanner = new JsonArrayScanner(before.ranges.at(-1)?.arrayEnd ?? first, before.ranges.length > 0);
  /** From here on the list is known again. */
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

  const spans = [...before.ranges, ...scanner.elements, ...after.ranges];
  const items = before.items.concat(...parsedItems, after.items);
  const rest = parseRest(bytes, schema.field, spans.at(-1)?.arrayEnd ?? first);
  const value = rest === null ? null : nullIfThrows(() => ({ value: schema.buildValue(rest, items) }));
  return value === null ? null : { list: { ranges: spans, items }, ...value };
}

/** Behind the bracket that opens the list; null when the list is not the first thing in the body. */
function findListStart(bytes: Buffer, field: string): number | null {
  const found = new RegExp(`^\\s*\\{\\s*"${field}"\\s*:\\s*\\[`).exec(bytes.toString('latin1', 0, 64));
  return found?.[0].length ?? null;
}

interface ReusableItems<Item> {
  readonly before: ParsedList<Item>;
  readonly after: ParsedList<Item>;
}

/** The elements at either end of the last list that stand in bytes which have not changed: those at its end where they stand now. */
function reusableItems<Item>(last: PreviousParse<Item>, first: number, length: number): ReusableItems<Item> {
  if (last === null) return { before: { ranges: [], items: [] }, after: { ranges: [], items: [] } };
  const { list, change } = last;
  const { ranges, items } = list;
  const changedFrom = ranges.findIndex(({ arrayEnd }) => arrayEnd > change.prefixBytes);
  const before = change.prefixBytes < first ? 0 : changedFrom === -1 ? ranges.length : changedFrom;
  const sameFrom = length - change.growth - change.suffixBytes;
  const changedTo = ranges.findLastIndex(({ start }) => start < sameFrom) + 1;
  const moved = ranges
    .slice(changedTo)
    .map(({ start, arrayEnd }) => ({ start: start + change.growth, arrayEnd: arrayEnd + change.growth }));
  return {
    before: { ranges: ranges.slice(0, before), items: items.slice(0, before) },
    after: { ranges: moved, items: items.slice(changedTo) },
  };
}

/** The elements that stand next to each other there; null when they are no JSON. */
function parseElements(bytes: Buffer, spans: readonly ByteRange[]): readonly unknown[] | null {
  const [first] = spans;
  const last = spans.at(-1);
  if (first === undefined || last === undefined) return [];
  const elements = nullIfThrows(() => JSON.parse(`[${bytes.toString('utf8', first.start, last.arrayEnd)}]`));
  return elements?.length === spans.length ? elements : null;
}

/** What the body holds beside its list. Null when it is no JSON, or speaks of the list again. */
function parseRest(bytes: Buffer, field: string, from: number): unknown {
  if (bytes.length - from > MAX_TAIL_BYTES) return null;
  const tail = bytes.toString('utf8', from);
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
