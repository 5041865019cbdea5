import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { watchFiles } from '../../src/config/watch-files.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { temporaryDirectory } from '../support/local-server.ts';
import { manualClock } from '../support/manual-clock.ts';

let temporary: ReturnType<typeof temporaryDirectory>;
let stop = (): void => {};
beforeEach(() => {
  temporary = temporaryDirectory();
});
afterEach(() => {
  stop();
  temporary.remove();
});

/** Watches with real time: the system reports the changes. */
function watchHere(): string[] {
  const changed: string[] = [];
  stop = watchFiles(temporary.path, ['one', 'two'], systemClock, (name) => void changed.push(name));
  return changed;
}
const file = (name: string): string => path.join(temporary.path, name);

test('a file that is created, changed, replaced and deleted is reported each time', async () => {
  const changed = watchHere();
  const isReported = (times: number) => expect.poll(() => changed).toEqual(Array(times).fill('one'));
  writeFileSync(file('one'), 'a');
  await isReported(1);
  writeFileSync(file('one'), 'bc');
  await isReported(2);
  writeFileSync(file('one~'), 'def');
  renameSync(file('one~'), file('one'));
  await isReported(3);
  rmSync(file('one'));
  await isReported(4);
});

test('several writes in a row are one change', async () => {
  const changed = watchHere();
  for (const text of ['a', 'ab', 'abc']) writeFileSync(file('two'), text);
  await expect.poll(() => changed).toEqual(['two']);
  writeFileSync(file('one'), 'a');
  await expect.poll(() => changed).toEqual(['two', 'one']);
});

test('without reports of the system a change is found after some seconds, also behind a link', async () => {
  const clock = manualClock();
  const changed: string[] = [];
  const directory = path.join(temporary.path, 'not', 'there', 'yet');
  stop = watchFiles(directory, ['one'], clock, (name) => void changed.push(name));
  await clock.advance(10_000);
  expect(changed).toEqual([]);
  mkdirSync(directory, { recursive: true });
  writeFileSync(file('elsewhere'), 'a');
  symlinkSync(file('elsewhere'), path.join(directory, 'one'));
  await clock.advance(10_000);
  expect(changed).toEqual(['one']);
  writeFileSync(file('elsewhere'), 'other');
  await clock.advance(10_000);
  expect(changed).toEqual(['one', 'one']);
});
