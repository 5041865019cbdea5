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
  writeFileSync(file, text, { mode: 0o600 });
  expect(readServerFile(temporary.path)).toBeNull();
  expect(existsSync(file)).toBe(false);
  expect(readFileSync(`${file}.unreadable`, 'utf8')).toBe(text);
});

test.each([0o620, 0o602, 0o666])(
  'a file that others can write is not used, and the sentence says chmod: %o',
  (mode) => {
    writeServerFile(temporary.path, RECORD);
    chmodSync(file, mode);
    expect(() => readServerFile(temporary.path)).toThrow(/Others can write .*server\.json.* chmod 600/);
    // Its owner is to look at it: nobody takes it away.
    removeServerFile(temporary.path, RECORD.token);
    expect(existsSync(file)).toBe(true);
    // A server that starts has a file of its own.
    writeServerFile(temporary.path, RECORD);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  },
);

test('a file that others could read is closed to them', () => {
  writeServerFile(temporary.path, RECORD);
  chmodSync(file, 0o644);
  expect(readServerFile(temporary.path)).toEqual(RECORD);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('a server removes its own record and no other', () => {
  writeServerFile(temporary.path, RECORD);
  removeServerFile(temporary.path, 'other');
  expect(existsSync(file)).toBe(true);
  removeServerFile(temporary.path, RECORD.token);
  expect(existsSync(file)).toBe(false);
  removeServerFile(temporary.path, RECORD.token);
});
