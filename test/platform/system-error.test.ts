import { openSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { describeSystemError, isSystemError, systemReason } from '../../src/platform/system-error.ts';

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

test.each<[string, () => unknown, string]>([
  [
    'a missing file',
    () => openSync('/nonexistent/file', 'r'),
    'Cannot use /nonexistent/file: it does not exist.',
  ],
  [
    'a file for a directory',
    () => openSync(`${import.meta.filename}/x`, 'r'),
    `Cannot use ${import.meta.filename}/x: a part of the path is not a directory.`,
  ],
  ['a directory', () => readFileSync('/'), 'System error: it is a directory.'],
  [
    'a database without a directory',
    () => new DatabaseSync('/nonexistent/file.db'),
    'System error: the database cannot be opened.',
  ],
])('%s is reported without a code', (_, run, sentence) => {
  const error = thrownBy(run);
  expect(isSystemError(error)).toBe(true);
  expect(describeSystemError(error)).toBe(sentence);
});

test('another error is reported with its message', () => {
  expect(isSystemError(new Error('No.'))).toBe(false);
  expect([describeSystemError(new Error('No.')), systemReason('No.')]).toEqual(['No.', 'No.']);
  const ofSql = thrownBy(() => new DatabaseSync(':memory:').exec('SELECT column_x'));
  expect(isSystemError(ofSql)).toBe(false);
  expect(describeSystemError(ofSql)).toMatch(/no such column/);
});
