import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTextFiles } from '../../src/storage/text-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'taskdeck-save-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const files = () => createTextFiles({ cwd: folder, home: join(folder, 'home') });
const save = (name: string, text: string, overwrite = false) => files().save(name, text, { overwrite });

test('a file is complete and private', async () => {
  const file = join(folder, 'a.txt');
  expect(await save('a.txt', 'wörds')).toEqual({ kind: 'saved', file, bytes: 6 });
  expect(readFileSync(file, 'utf8')).toBe('wörds');
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('a name may be a path, also with ~', async () => {
  mkdirSync(join(folder, 'home'));
  expect(await save('~/b.txt', 'x')).toMatchObject({ kind: 'saved', file: join(folder, 'home', 'b.txt') });
  expect(await save(join(folder, 'c.txt'), 'x')).toMatchObject({
    kind: 'saved',
    file: join(folder, 'c.txt'),
  });
  expect(await save('~c.txt', 'x')).toMatchObject({ kind: 'saved', file: join(folder, '~c.txt') });
});

test('a file is replaced only with overwrite', async () => {
  const file = join(folder, 'a.txt');
  writeFileSync(file, 'precious', { mode: 0o644 });
  expect(await save('a.txt', 'new')).toEqual({ kind: 'exists', file });
  expect(readFileSync(file, 'utf8')).toBe('precious');
  expect(await save('a.txt', 'new', true)).toMatchObject({ kind: 'saved' });
  expect(readFileSync(file, 'utf8')).toBe('new');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['a.txt']);
});

test('a dangling link is not followed', async () => {
  symlinkSync(join(folder, 'elsewhere.txt'), join(folder, 'link.txt'));
  expect(await save('link.txt', 'x')).toMatchObject({ kind: 'exists' });
});

test.each([
  ['nowhere/a.txt', 'the directory does not exist'],
  ['.', 'it is a directory. Add a file name'],
  ['file/a.txt', 'a part of the path is not a directory'],
  ['x'.repeat(300), 'the name is too long'],
])('%s cannot be written, with the reason', async (name, why) => {
  writeFileSync(join(folder, 'file'), '');
  expect(await save(name, 'x')).toMatchObject({ kind: 'failed', why });
  expect(readdirSync(folder)).toEqual(['file']);
});
