import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
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

test('what is written is read again, and nobody else can read it', () => {
  writeServerFile(temporary.path, RECORD);
  expect(readServerFile(temporary.path)).toEqual(RECORD);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  writeServerFile(temporary.path, { ...RECORD, pid: 1 });
  expect(readServerFile(temporary.path)?.pid).toBe(1);
  expect(readdirSync(temporary.path)).toEqual(['server.json']);
});

test('no file is no server', () => {
  expect(readServerFile(temporary.path)).toBeNull();
});

test.each([
  ['half of it', '{"url":"http://127.0.0.1:1","tok'],
  ['nothing', ''],
  ['another shape', '{"url":1}'],
  ['another machine', JSON.stringify({ ...RECORD, url: 'http://example.com:80' })],
  ['a pid that would be a whole group', JSON.stringify({ ...RECORD, pid: -1 })],
])('a file with %s counts as absent and is kept aside', (_, text) => {
  writeFileSync(file, text);
  expect(readServerFile(temporary.path)).toBeNull();
  expect(existsSync(file)).toBe(false);
  expect(readFileSync(`${file}.unreadable`, 'utf8')).toBe(text);
});

test('a server removes its own record and no other', () => {
  writeServerFile(temporary.path, RECORD);
  removeServerFile(temporary.path, 'other');
  expect(existsSync(file)).toBe(true);
  removeServerFile(temporary.path, RECORD.token);
  expect(existsSync(file)).toBe(false);
  removeServerFile(temporary.path, RECORD.token);
});
