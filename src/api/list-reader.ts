import { ElementScanner, type Span } from './element-scanner.ts';
import type { Change, KeptBody } from './kept-body.ts';

/** What an answer is made of whose first field is a long list. */
export interface ListForm<Item, Value> {
  /** The name of that field, as a key of JSON without anything to escape. */
  readonly field: string;
  /** Some of the list's elements, checked. @throws when one of them has another form. */
  items(elements: readonly unknown[]): readonly Item[];
  /** All of it: what it is with an empty list, checked, and the items of the list. @throws as above. */
  value(withoutItems: unknown, items: readonly Item[]): Value;
}

/** A body that was read: which part of it each item came from. */
export interface ReadList<Item> {
  readonly spans: readonly Span[];
  readonly items: readonly Item[];
}

/** What was read last, and how the body has changed since; null when there is nothing to begin with. */
export type Last<Item> = { readonly list: ReadList<Item>; readonly change: Change } | null;

/** So many bytes are read before others have their turn: a millisecond or two. */
const SLICE = 128 * 1024;
/** What stands behind the list is a few words. */
const LONGEST_TAIL = 4_096;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Reads a long list, some elements at a time, so that no key waits for it; of what stood in the last body at the same
 * end of the list the items are taken as they are, the very same objects. Null when the body is not of this form, or no JSON at
 * all: then it has to be read as a whole, which finds the words for it.
 */
export async function readList<Item, Value>(
  body: KeptBody,
  form: ListForm<Item, Value>,
  last: Last<Item>,
  signal: AbortSignal,
): Promise<{ readonly list: ReadList<Item>; readonly value: Value } | null> {
  const { bytes } = body;
  const first = firstElementAt(bytes, form.field);
  if (first === null) return null;
  const { before, after } = known(last, first, bytes.length);
  const scanner = new ElementScanner(before.spans.at(-1)?.end ?? first, before.spans.length > 0);
  /** From here on the list is known again. */
  const stop = after.spans[0]?.start ?? bytes.length;

  const fresh: (readonly Item[])[] = [];
  let read = 0;
  while (scanner.end === null && scanner.at < stop) {
    if (read > 0) await turn();
    signal.throwIfAborted();
    scanner.scan(bytes, Math.min(scanner.at + SLICE, stop));
    const elements = scanner.failed ? null : elementsOf(bytes, scanner.found.slice(read));
    const items = elements === null ? null : checked(() => form.items(elements));
    if (items === null) return null;
    fresh.push(items);
    read = scanner.found.length;
  }
  const isWhole =
    after.spans.length === 0 ? scanner.end !== null : scanner.isBeforeElement && scanner.at === stop;
  if (!isWhole) return null;

  const spans = [...before.spans, ...scanner.found, ...after.spans];
  const items = before.items.concat(...fresh, after.items);
  const rest = restOf(bytes, form.field, spans.at(-1)?.end ?? first);
  const value = rest === null ? null : checked(() => ({ value: form.value(rest, items) }));
  return value === null ? null : { list: { spans, items }, ...value };
}

/** Behind the bracket that opens the list; null when the list is not the first thing in the body. */
function firstElementAt(bytes: Buffer, field: string): number | null {
  const found = new RegExp(`^\\s*\\{\\s*"${field}"\\s*:\\s*\\[`).exec(bytes.toString('latin1', 0, 64));
  return found?.[0].length ?? null;
}

interface Known<Item> {
  readonly before: ReadList<Item>;
  readonly after: ReadList<Item>;
}

/** The elements at either end of the last list that stand in bytes which have not changed: those at its end where they stand now. */
function known<Item>(last: Last<Item>, first: number, length: number): Known<Item> {
  if (last === null) return { before: { spans: [], items: [] }, after: { spans: [], items: [] } };
  const { list, change } = last;
  const { spans, items } = list;
  const changedFrom = spans.findIndex(({ end }) => end > change.before);
  const before = change.before < first ? 0 : changedFrom === -1 ? spans.length : changedFrom;
  const sameFrom = length - change.grown - change.after;
  const changedTo = spans.findLastIndex(({ start }) => start < sameFrom) + 1;
  const moved = spans
    .slice(changedTo)
    .map(({ start, end }) => ({ start: start + change.grown, end: end + change.grown }));
  return {
    before: { spans: spans.slice(0, before), items: items.slice(0, before) },
    after: { spans: moved, items: items.slice(changedTo) },
  };
}

/** The elements that stand next to each other there; null when they are no JSON. */
function elementsOf(bytes: Buffer, spans: readonly Span[]): readonly unknown[] | null {
  const [first] = spans;
  const last = spans.at(-1);
  if (first === undefined || last === undefined) return [];
  const elements = checked(() => JSON.parse(`[${bytes.toString('utf8', first.start, last.end)}]`));
  return elements?.length === spans.length ? elements : null;
}

/** What the body holds beside its list. Null when it is no JSON, or speaks of the list again. */
function restOf(bytes: Buffer, field: string, from: number): unknown {
  if (bytes.length - from > LONGEST_TAIL) return null;
  const tail = bytes.toString('utf8', from);
  if (tail.includes(`"${field}"`) || tail.includes('\\')) return null;
  return checked(() => JSON.parse(`{"${field}":[${tail}`));
}

function checked<Result>(work: () => Result): Result | null {
  try {
    return work();
  } catch {
    return null;
  }
}
