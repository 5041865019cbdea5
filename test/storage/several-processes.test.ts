import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ada, stateDirectory } from './saved.ts';

const writer = fileURLToPath(new URL('writer.ts', import.meta.url));

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
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  return {
    child,
    lines: () => said.slice(0, said.lastIndexOf('\n')).split('\n'),
    ended: once(child, 'close'),
    saying: async (number: number) => {
      while (!said.includes(`${number}\n`)) await once(child.stdout, 'data');
    },
  };
}

test('three that start at the same moment on no file at all lose nothing', async () => {
  const names = ['a', 'b', 'c'];
  const writers = names.map((name) => start(name, 100));
  await Promise.all(writers.map(({ ended }) => ended));
  expect(writers.map(({ lines }) => lines().at(-1))).toEqual(['done', 'done', 'done']);
  const memory = state.open().memory(ada);
  expect(Object.fromEntries(memory.drafts())).toEqual({ a: '100', b: '100', c: '100' });
  for (const name of names) {
    const own = memory.history().filter((prompt) => prompt.startsWith(name));
    expect(own).toEqual(Array.from({ length: 100 }, (_, index) => `${name} ${index + 1}`));
  }
});

test('one that is killed in the middle of its writes loses none that was done', async () => {
  const killed = start('a', 1_000_000);
  await killed.saying(50);
  killed.child.kill('SIGKILL');
  await killed.ended;
  const acknowledged = Number(killed.lines().at(-1));
  const storage = state.open();
  expect(storage.notice).toBeNull();
  expect(Number(storage.memory(ada).drafts().get('a'))).toBeGreaterThanOrEqual(acknowledged);
});
