import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  readServerFile,
  removeServerFile,
  type ServerRecord,
  writeServerFile,
} from '../../src/config/server-file.ts';
import { temporaryDirectory } from '../support/local-server.ts';

const RECORD: ServerRecord = {
  url: 'http://127.0.0.1:4711',
  token: 'secret',
  pid: 4711,
  version: '1.2.3',
  startedAt: 1_700_000_000_000,
};

let temporary: ReturnType<typeof temporaryDirectory>;
let file: string;
beforeEach(() => {
  temporary = temporaryDirectory();
  file = path.join(temporary.path, 'server.json');
});
afterEach(() => temporary.remove());

test('the record is read as written, and others cannot read it', () => {
  writeServerFile(temporary.path, RECORD);
  expect(readServerFile(temporary.path)).toEqual(RECORD);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  writeServerFile(temporary.path, { ...RECORD, pid: 1 });
  expect(readServerFile(temporary.path)?.pid).toBe(1);
  expect(readdirSync(temporary.path)).toEqual(['server.json']);
});

test('without a file there is no record', () => {
  expect(readServerFile(temporary.path)).toBeNull();
});

test.each([
  ['half of it', '{"url":"http://127.0.0.1:1","tok'],
  ['nothing', ''],
  ['another shape', '{"url":1}'],
  ['another machine', JSON.stringify({ ...RECORD, url: 'http://example.com:80' })],
  ['a pid that would be a whole group', JSON.stringify({ ...RECORD, pid: -1 })],
])('a file with %s counts as missing and is renamed', (_, text) => {
  writeFileSync(file, text, { mode: 0o600 });
  expect(readServerFile(temporary.path)).toBeNull();
  expect(existsSync(file)).toBe(false);
  expect(readFileSync(`${file}.unreadable`, 'utf8')).toBe(text);
});

test.each([0o620, 0o602, 0o666])('a file that others can write is rejected with a chmod hint: %o', (mode) => {
  writeServerFile(temporary.path, RECORD);
  chmodSync(file, mode);
  expect(() => readServerFile(temporary.path)).toThrow(
    /Cannot use .*server\.json: others can write it.*chmod 600/,
  );
  // The file stays, so that its owner can check it.
  removeServerFile(temporary.path, RECORD.token);
  expect(existsSync(file)).toBe(true);
  // A starting server writes its own file.
  writeServerFile(temporary.path, RECORD);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('a readable file is made unreadable for others', () => {
  writeServerFile(temporary.path, RECORD);
  chmodSync(file, 0o644);
  expect(readServerFile(temporary.path)).toEqual(RECORD);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('a server removes only its own record', () => {
  writeServerFile(temporary.path, RECORD);
  removeServerFile(temporary.path, 'other');
  expect(existsSync(file)).toBe(true);
  removeServerFile(temporary.path, RECORD.token);
  expect(existsSync(file)).toBe(false);
  removeServerFile(temporary.path, RECORD.token);
});
