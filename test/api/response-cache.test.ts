import { expect, test } from 'vitest';
import type { BodyConsumer } from '../../src/api/call.ts';
import { ResponseCache } from '../../src/api/response-cache.ts';

interface Value {
  readonly items: readonly unknown[];
  readonly rest: unknown;
}

const schema = {
  field: 'logs',
  parseItems: (elements: readonly unknown[]) => elements,
  buildValue: (rest: unknown, items: readonly unknown[]): Value => ({ items, rest }),
};
const patience = new AbortController().signal;

const give = (sink: BodyConsumer, body: string | Buffer, pieces = 1): Buffer => {
  const bytes = Buffer.from(body);
  sink.start();
  const size = Math.max(1, Math.ceil(bytes.length / pieces));
  for (let at = 0; at < bytes.length; at += size) sink.write(Buffer.from(bytes.subarray(at, at + size)));
  return sink.end();
};

/** Fetches a body, and returns whether it was parsed as a whole. */
async function read(answers: ResponseCache<unknown, Value>, key: string, body: string, pieces = 1) {
  let whole = 0;
  const value = await answers.fetch(
    key,
    async (sink) => Buffer.from(give(sink, body, pieces)),
    (bytes) => {
      whole++;
      return { items: JSON.parse(bytes.toString()), rest: null };
    },
    patience,
  );
  return { value, whole };
}

const small = (budget?: number) =>
  new ResponseCache<unknown, Value>(schema, { ...(budget && { maxBytes: budget }) });
const inParts = () => new ResponseCache<unknown, Value>(schema, { minParsedInParts: 0 });
const logs = (...entries: readonly unknown[]): string =>
  `${JSON.stringify({ logs: entries, snapshot: false })}\n`;

test('equal bytes are not parsed again, regardless of their chunks', async () => {
  const answers = small();
  const first = await read(answers, 'a', '[1,2,3]');
  const again = await read(answers, 'a', '[1,2,3]', 3);
  expect([first.whole, again.whole]).toEqual([1, 0]);
  expect(again.value).toBe(first.value);
  for (const body of ['[1,2,3', '[1,2,4]', '[1,2,3] ']) {
    const other = await read(answers, 'a', body === '[1,2,3' ? '[1,2]' : body, 2);
    expect(other.whole).toBe(1);
  }
});

test('the least recently used bodies are dropped when the cache is full', async () => {
  const answers = small(10);
  const parsed: number[] = [];
  for (const [key, body] of [
    ['a', '[11]'],
    ['b', '[22]'],
    ['a', '[11]'],
    ['c', '[33]'],
    ['a', '[11]'],
    ['b', '[22]'],
  ] as const) {
    parsed.push((await read(answers, key, body)).whole);
  }
  expect(parsed).toEqual([1, 1, 0, 1, 0, 1]);
});

test('the newest body stays even when it exceeds the limit', async () => {
  const answers = small(3);
  expect((await read(answers, 'a', '[1234567]')).whole).toBe(1);
  expect((await read(answers, 'a', '[1234567]')).whole).toBe(0);
  expect((await read(answers, 'b', '[12345]')).whole).toBe(1);
  expect((await read(answers, 'a', '[1234567]')).whole).toBe(1);
});

test('an invalid body drops the last result as well', async () => {
  const answers = small();
  await read(answers, 'a', '[1]');
  await expect(read(answers, 'a', '[2')).rejects.toThrow(SyntaxError);
  await expect(read(answers, 'a', '[2')).rejects.toThrow(SyntaxError);
  expect((await read(answers, 'a', '[1]')).whole).toBe(1);
});

test('a response that is cut off leaves the last result unchanged', async () => {
  const answers = small();
  const { value } = await read(answers, 'a', '[1]');
  const cut = async (sink: BodyConsumer): Promise<Buffer> => {
    sink.start();
    sink.write(Buffer.from('[2'));
    throw new Error('cut off');
  };
  await expect(answers.fetch('a', cut, () => ({ items: [], rest: 0 }), patience)).rejects.toThrow('cut off');
  const again = await read(answers, 'a', '[1]');
  expect(again).toEqual({ value, whole: 0 });
  expect(again.value).toBe(value);
});

test('two simultaneous responses to one request do not mix', async () => {
  const answers = inParts();
  const first = logs({ id: 0 }, { id: 1 });
  await read(answers, 'a', first);
  let release = (): void => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const slow = answers.fetch(
    'a',
    async (sink) => {
      sink.start();
      sink.write(Buffer.from(first.slice(0, 12)));
      await gate;
      sink.write(Buffer.from(first.slice(12)));
      return sink.end();
    },
    () => ({ items: [], rest: 'whole' }),
    patience,
  );
  const quick = await read(answers, 'a', logs({ id: 5 }));
  release();
  expect(quick.value.items).toEqual([{ id: 5 }]);
  expect((await slow).items).toEqual([{ id: 0 }, { id: 1 }]);
});

test('only new messages of a growing conversation are parsed; the others keep their identity', async () => {
  const answers = inParts();
  const entries = Array.from({ length: 50 }, (_, id) => ({ id, content: `line ${id}\n"quoted" \\ ü 🙂` }));
  const before = await read(answers, 'a', logs(...entries), 7);
  entries.push({ id: 50, content: 'new' });
  entries[49] = { id: 49, content: 'longer' };
  const { value, whole } = await read(answers, 'a', logs(...entries), 5);
  expect(whole).toBe(0);
  expect(value.items).toEqual(entries);
  expect(value.items.slice(0, 49).every((item, index) => item === before.value.items[index])).toBe(true);
  expect(value.items[49]).not.toBe(before.value.items[49]);
  expect(value.rest).toEqual({ logs: [], snapshot: false });
});

test('unchanged items keep their identity', async () => {
  const answers = inParts();
  const entries = Array.from({ length: 50 }, (_, id) => ({ id, content: `line ${id}` }));
  const before = await read(answers, 'a', logs(...entries));
  const changed = entries.map((entry) => (entry.id === 20 ? { id: 20, content: 'a longer line' } : entry));
  const { value } = await read(answers, 'a', logs(...changed), 3);
  expect(value.items).toEqual(changed);
  const reused = value.items.filter((item, index) => item === before.value.items[index]);
  expect(reused).toHaveLength(49);
  // Again, at the new offset.
  expect((await read(answers, 'a', logs(...changed))).value).toBe(value);
  const shorter = changed.filter(({ id }) => id !== 3);
  const after = await read(answers, 'a', logs(...shorter));
  expect(after.value.items).toEqual(shorter);
  expect(after.value.items.at(-1)).toBe(value.items.at(-1));
});

test('other formats are parsed as a whole', async () => {
  for (const body of [
    '[1]',
    '{"logs":null}',
    '{"snapshot":true,"logs":[]}',
    '{"logs":[1]}',
    '{"logs":[],"logs":[]}',
  ]) {
    expect((await read(inParts(), 'a', body)).whole, body).toBe(1);
  }
});
