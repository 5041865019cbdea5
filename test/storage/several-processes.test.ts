import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { seededRandom } from '../support/seeded-random.ts';
import { ada, stateDirectory } from './storage-fixture.ts';

const writer = fileURLToPath(new URL('writer-program.ts', import.meta.url));

let state: ReturnType<typeof stateDirectory>;
let children: ChildProcess[];
beforeEach(() => {
  state = stateDirectory();
  children = [];
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  state.dispose();
});

function start(name: string, count: number) {
  const child = spawn(process.execPath, [writer, state.directory, name, String(count)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  return {
    child,
    lines: () => output.slice(0, output.lastIndexOf('\n')).split('\n'),
    ended: once(child, 'close'),
    saying: async (number: number) => {
      while (!output.includes(`${number}\n`)) await once(child.stdout, 'data');
    },
  };
}

test('three taskdecks that start at once without a file lose nothing', async () => {
  const names = ['a', 'b', 'c'];
  const writers = names.map((name) => start(name, 100));
  await Promise.all(writers.map(({ ended }) => ended));
  expect(writers.map(({ lines }) => lines().at(-1))).toEqual(['done', 'done', 'done']);
  const memory = state.open().savedState(ada);
  expect(Object.fromEntries(memory.drafts())).toEqual({ a: '100', b: '100', c: '100' });
  for (const name of names) {
    const own = memory.promptHistory().filter((prompt) => prompt.startsWith(name));
    expect(own).toEqual(Array.from({ length: 100 }, (_, index) => `${name} ${index + 1}`));
  }
});

/** Another taskdeck at its first start on a slow machine. */
const LOCKS = `
  const { DatabaseSync } = require('node:sqlite');
  const database = new DatabaseSync(process.argv[1]);
  database.exec('BEGIN EXCLUSIVE');
  console.log('locked');
  setTimeout(() => database.exec('COMMIT'), 1_500);
`;

test('a taskdeck waits while another creates the file, and loses nothing', async () => {
  const other = spawn(process.execPath, ['-e', LOCKS, state.file], { stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(other);
  await once(other.stdout, 'data');
  const storage = state.open();
  expect(storage.problem).toBeNull();
  expect(storage.savedState(ada).saveDraft('a', 'kept')).toBe(true);
  expect(state.open().savedState(ada).drafts().get('a')).toBe('kept');
});

test('taskdecks killed during their writes lose no completed write', async () => {
  const next = seededRandom(5);
  for (let round = 1; round <= 2; round += 1) {
    const names = [`a${round}`, `b${round}`];
    const killed = names.map((name) => start(name, 1_000_000));
    await Promise.all(killed.map((each) => each.saying(1 + next(60))));
    for (const { child } of killed) child.kill('SIGKILL');
    await Promise.all(killed.map(({ ended }) => ended));
    const storage = state.open();
    expect(storage.problem).toBeNull();
    const memory = storage.savedState(ada);
    for (const [index, name] of names.entries()) {
      const acknowledged = Number(killed[index]?.lines().at(-1));
      expect(Number(memory.drafts().get(name))).toBeGreaterThanOrEqual(acknowledged);
      // The newest thousand prompts remain: the last ones of each process, in order and without gaps.
      const numbers = memory
        .promptHistory()
        .flatMap((prompt) => (prompt.startsWith(`${name} `) ? [Number(prompt.slice(name.length))] : []));
      expect(numbers.at(-1)).toBeGreaterThanOrEqual(acknowledged);
      expect(numbers).toEqual(numbers.map((_, place) => (numbers[0] ?? 0) + place));
    }
    storage.close();
  }
});
