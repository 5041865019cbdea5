import { expect, test } from 'vitest';
import { CachedBody, UNCHANGED } from '../../src/api/cached-body.ts';
import {
  type ListSchema,
  type ParsedList,
  type PreviousParse,
  parseList,
} from '../../src/api/incremental-list-parser.ts';
import { seededRandom } from '../support/seeded-random.ts';

const ROUNDS = 1_000;

/** An element and its JSON. */
interface Value {
  readonly items: readonly unknown[];
  readonly rest: unknown;
}

const form: ListSchema<unknown, Value> = {
  field: 'logs',
  parseItems: (elements) => elements,
  buildValue: (rest, items) => ({ rest, items }),
};
const patience = new AbortController().signal;

type Below = (below: number) => number;

const pick = <Item>(below: Below, from: readonly Item[]): Item => from[below(from.length)] as Item;

const TEXTS = [
  '',
  'a',
  '"',
  '\\',
  '\\"',
  '],[',
  '},{',
  '{"logs":[',
  '\n\t',
  'ü',
  '🙂',
  '\u2028',
  '\\u005d',
  ',,',
  ']}',
];

function value(below: Below, depth: number): unknown {
  const kind = below(depth > 2 ? 4 : 6);
  if (kind === 0) return below(1_000) - 500;
  if (kind === 1) return pick(below, [null, true, false]);
  if (kind < 4) return Array.from({ length: below(4) }, () => pick(below, TEXTS)).join('');
  if (kind === 4) return Array.from({ length: below(4) }, () => value(below, depth + 1));
  return object(below, depth);
}

const object = (below: Below, depth = 0): Record<string, unknown> =>
  Object.fromEntries(
    Array.from({ length: below(4) }, (_, index) => [
      `${pick(below, TEXTS)}${index}`,
      value(below, depth + 1),
    ]),
  );

const write = (below: Below, entries: readonly unknown[], rest: object): string => {
  const blank = pick(below, [undefined, undefined, 1, '\t']);
  return JSON.stringify({ logs: entries, ...rest }, null, blank) + pick(below, ['', '\n', ' \n']);
};

/** Adds, removes or changes entries, mostly at the end. */
function changed(below: Below, entries: readonly unknown[]): readonly unknown[] {
  const at = pick(below, [entries.length, entries.length - 1, below(entries.length + 1)]);
  return entries.toSpliced(
    Math.max(0, at),
    below(3),
    ...Array.from({ length: below(3) }, () => object(below)),
  );
}

/** The body may also be invalid JSON. */
function spoilt(below: Below, text: string): Buffer {
  const body = Buffer.from(text);
  const at = below(body.length + 1);
  const instead = pick(below, ['', ',', ']', '}', '"', '\\', '{', '[', ' ', 'x']);
  return Buffer.concat([body.subarray(0, at), Buffer.from(instead), body.subarray(at + below(3))]);
}

function receive(below: Below, cachedBody: CachedBody, bytes: Buffer) {
  const comparison = cachedBody.compareNext();
  comparison.start();
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + below(pick(below, [3, 40, 400]));
    comparison.write(Buffer.from(bytes.subarray(at, at + size)));
    at += size;
  }
  comparison.end();
  return comparison.diff;
}

function whole(body: string): Value | null {
  try {
    const { logs, ...rest } = JSON.parse(body);
    return { items: logs, rest };
  } catch {
    return null;
  }
}

test('incremental parsing equals parsing as a whole for every change and every chunk size', async () => {
  const below = seededRandom(20_261_122);
  let inParts = 0;
  let reused = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const cachedBody = new CachedBody();
    let list: ParsedList<unknown> | null = null;
    let entries: readonly unknown[] = Array.from({ length: below(6) }, () => object(below));
    for (let poll = 0; poll < 4; poll++) {
      const rest = pick(below, [{}, { snapshot: false }, { snapshot: true, snapshot_at: 'then' }]);
      const good = write(below, entries, rest);
      const bytes = below(4) === 0 ? spoilt(below, good) : Buffer.from(good);
      const body = bytes.toString();
      const change = receive(below, cachedBody, bytes);
      expect(cachedBody.bytes.equals(bytes)).toBe(true);
      if (change !== UNCHANGED || list === null) {
        const before: ParsedList<unknown> | null = list;
        const last: PreviousParse<unknown> =
          before === null || change === UNCHANGED || change === null ? null : { list: before, change };
        const read: { readonly list: ParsedList<unknown>; readonly value: Value } | null = await parseList(
          cachedBody,
          form,
          last,
          patience,
        );
        list = read?.list ?? null;
        if (read !== null) {
          const { logs, ...others } = read.value.rest as { readonly logs: unknown };
          expect(logs).toEqual([]);
          expect({ items: read.value.items, rest: others }, body).toEqual(whole(body));
          inParts++;
          reused += read.list.items.filter((item) => before?.items.includes(item)).length;
        } else if (body === good) {
          throw new Error(`not read in parts: ${body}`);
        }
      }
      entries = changed(below, entries);
    }
  }
  // Proves that the random bodies reached this code.
  expect(inParts).toBeGreaterThan(ROUNDS);
  expect(reused).toBeGreaterThan(ROUNDS);
});

test('parsing a long list yields to the event loop', async () => {
  const cachedBody = new CachedBody();
  const entries = Array.from({ length: 2_000 }, (_, id) => ({ id, content: 'x'.repeat(500) }));
  const comparison = cachedBody.compareNext();
  comparison.start();
  comparison.write(Buffer.from(JSON.stringify({ logs: entries })));
  comparison.end();
  let turns = 0;
  const count = (): void => {
    turns++;
    next = setImmediate(count);
  };
  let next = setImmediate(count);
  const read = await parseList(cachedBody, form, null, patience);
  clearImmediate(next);
  expect(read?.value.items).toEqual(entries);
  expect(turns).toBeGreaterThan(4);
});

test('parsing stops when the signal aborts', async () => {
  const cachedBody = new CachedBody();
  const comparison = cachedBody.compareNext();
  comparison.start();
  comparison.write(
    Buffer.from(JSON.stringify({ logs: Array.from({ length: 2_000 }, () => ({ x: 'x'.repeat(500) })) })),
  );
  comparison.end();
  const controller = new AbortController();
  const reading = parseList(cachedBody, form, null, controller.signal);
  controller.abort();
  await expect(reading).rejects.toThrow('abort');
});
