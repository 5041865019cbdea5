import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { transaction } from '../../src/platform/sqlite.ts';
import { commitsCannotFail, type FailingCommits, failingCommits } from '../support/failing-commits.ts';

let directory: string;
let database: DatabaseSync;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'taskdeck-sqlite-'));
  database = new DatabaseSync(path.join(directory, 'file.db'));
  database.exec('PRAGMA journal_mode = WAL; CREATE TABLE numbers (number INTEGER)');
});
afterEach(() => {
  database.close();
  rmSync(directory, { recursive: true });
});

const add = (number: number): void => {
  database.prepare('INSERT INTO numbers VALUES (?)').run(number);
};
const numbers = (): readonly unknown[] =>
  database
    .prepare('SELECT number FROM numbers')
    .all()
    .map(({ number }) => number);

describe('a transaction', () => {
  test('stores everything, or nothing when its work throws', () => {
    expect(transaction(database, () => [add(1), add(2)].length)).toBe(2);
    expect(() =>
      transaction(database, () => {
        add(3);
        throw new Error('changed my mind');
      }),
    ).toThrow('changed my mind');
    expect(numbers()).toEqual([1, 2]);
  });

  test('that fills the file reports that, not the failed ROLLBACK', () => {
    // A real SQLITE_FULL: the file may not grow by a single page.
    const pages = Number(database.prepare('PRAGMA page_count').get()?.page_count);
    database.exec(`PRAGMA max_page_count = ${pages}`);
    const fill = () =>
      transaction(database, () => {
        for (let number = 0; number < 10_000; number += 1) add(number);
      });
    expect(fill).toThrow('database or disk is full');
    database.exec('PRAGMA max_page_count = 1000000');
    fill();
    expect(numbers()).toHaveLength(10_000);
  });

  describe.skipIf(commitsCannotFail !== null)(`whose COMMIT fails${commitsCannotFail ?? ''}`, () => {
    let commits: FailingCommits;
    beforeEach(() => {
      commits = failingCommits();
    });
    afterEach(() => commits.restore());

    test.each([1, 3])('%i times in a row reports the reason each time, and works afterwards', (times) => {
      commits.fail(1, times);
      for (let count = 0; count < times; count += 1) {
        // SQLite has rolled back already: a ROLLBACK would report that no transaction is active.
        expect(() => transaction(database, () => add(1))).toThrow('disk I/O error');
      }
      expect(commits.failed).toBe(times);
      transaction(database, () => add(2));
      expect(numbers()).toEqual([2]);
    });
  });
});
