import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const OLD = ['1111111111111111', '2222222222222222', '3333333333333333', '4444444444444444'];

/** A folder with earlier builds, newest last, and a file of the old layout without directories. */
function buildFolder() {
  const folder = mkdtempSync(path.join(tmpdir(), 'taskdeck-builds-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const dist = path.join(folder, 'dist');
  for (const [index, name] of OLD.entries()) {
    mkdirSync(path.join(dist, name), { recursive: true });
    writeFileSync(path.join(dist, name, 'cli.cjs'), '');
    utimesSync(path.join(dist, name), 1_000 + index, 1_000 + index);
  }
  writeFileSync(path.join(dist, 'cli.cjs'), '');
  return {
    dist,
    build: (...flags: readonly string[]) =>
      execFileSync(process.execPath, ['scripts/build.mjs', dist, ...flags], { stdio: 'inherit' }),
    current: () => readFileSync(path.join(dist, 'current'), 'utf8').trim(),
  };
}

it('a build leaves the two previous ones, which may be running, and removes older ones', () => {
  const { dist, build, current } = buildFolder();
  build();
  expect(current()).toMatch(/^[0-9a-f]{16}$/);
  expect(readdirSync(dist).sort()).toEqual([...OLD.slice(-2), current(), 'current'].sort());
  expect(readdirSync(path.join(dist, current()))).toContain('cli.cjs');
});

it('building the same sources again restores missing files of the same build', () => {
  const { dist, build, current } = buildFolder();
  build();
  const first = current();
  const { ino } = statSync(path.join(dist, first));
  rmSync(path.join(dist, first, 'tui.cjs'));
  build();
  expect(current()).toBe(first);
  // Files are replaced, but the directory stays, so that it always exists.
  expect(statSync(path.join(dist, first)).ino).toBe(ino);
  expect(readdirSync(path.join(dist, first))).toContain('tui.cjs');
  expect(readdirSync(dist).sort()).toEqual([...OLD.slice(-2), first, 'current'].sort());
});

it('a build stays complete while two processes build the same sources again', async () => {
  const { dist, build, current } = buildFolder();
  build();
  const files = readdirSync(path.join(dist, current()));
  const again = () =>
    once(spawn(process.execPath, ['scripts/build.mjs', dist], { stdio: 'inherit' }), 'exit');
  let ended = false;
  const both = Promise.all([again(), again()]).finally(() => {
    ended = true;
  });
  const missing = new Set<string>();
  while (!ended) {
    for (const file of files) if (!existsSync(path.join(dist, current(), file))) missing.add(file);
    await new Promise(setImmediate);
  }
  expect(await both).toEqual([
    [0, null],
    [0, null],
  ]);
  expect([...missing]).toEqual([]);
});

it('a package contains one build', () => {
  const { dist, build, current } = buildFolder();
  build('--only');
  expect(readdirSync(dist).sort()).toEqual([current(), 'current'].sort());
});
