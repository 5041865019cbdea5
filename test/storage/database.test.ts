import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStorage } from '../../src/storage/storage.ts';
import { ada, aTask, stateDirectory } from './storage-fixture.ts';

let state: ReturnType<typeof stateDirectory>;
beforeEach(() => {
  state = stateDirectory();
});
afterEach(() => state.dispose());

const files = () => readdirSync(state.directory).sort();
const modeOf = (path: string) => statSync(path).mode & 0o777;

test('the file and what SQLite keeps beside it are for the owner only', () => {
  const storage = state.open();
  storage.savedState(ada).saveDraft('new', 'secret plan');
  expect(files()).toEqual(['taskdeck.db', 'taskdeck.db-shm', 'taskdeck.db-wal']);
  for (const name of files()) expect([name, modeOf(join(state.directory, name))]).toEqual([name, 0o600]);
  expect(storage.problem).toBeNull();
});

test('a file that others could read is closed to them', () => {
  state.open().close();
  chmodSync(state.file, 0o644);
  state.open();
  expect(modeOf(state.file)).toBe(0o600);
});

test('the directory is made, for the owner only', () => {
  const directory = join(state.directory, 'deep', 'state');
  openStorage({ directory }).close();
  expect(modeOf(directory)).toBe(0o700);
});

describe('a damaged file', () => {
  test('that is no database is kept aside, a fresh one begun, and both are said', () => {
    writeFileSync(state.file, 'this was my shopping list\n'.repeat(100));
    const storage = state.open();
    const [aside] = files().filter((name) => name.includes('damaged'));
    expect(storage.problem).toContain(aside);
    expect(readFileSync(join(state.directory, aside ?? ''), 'utf8')).toContain('shopping list');
    storage.savedState(ada).saveDraft('new', 'kept');
    storage.close();
    const next = state.open();
    expect([next.problem, next.savedState(ada).drafts().get('new')]).toEqual([null, 'kept']);
  });

  test('whose pages are overwritten is noticed at the start', () => {
    fill();
    overwrite(2);
    const storage = state.open();
    expect(storage.problem).toMatch(/was damaged\. It was renamed to taskdeck\.db\.damaged-/);
    expect(storage.savedState(ada).promptHistory()).toEqual([]);
  });

  test('whose damage shows only later is set aside then, and the write that met it is done', () => {
    fill();
    const storage = state.open();
    const memory = storage.savedState(ada);
    // Only the deepest page: the first look does not come by there.
    overwriteLast();
    expect(storage.problem).toBeNull();
    memory.promptHistory();
    memory.savedList();
    memory.saveDraft('a', 'after');
    expect(storage.problem).toMatch(/was damaged/);
    expect(memory.drafts().get('a')).toBe('after');
    expect(files().some((name) => name.includes('damaged'))).toBe(true);
  });

  test('twice in a row keeps both', () => {
    for (const text of ['one', 'two']) {
      writeFileSync(state.file, text.repeat(1_000));
      state.open().close();
    }
    const kept = files().filter((name) => name.includes('damaged'));
    expect(kept.map((name) => readFileSync(join(state.directory, name), 'utf8').slice(0, 3))).toEqual([
      'one',
      'two',
    ]);
  });
});

/** A file of many pages, nothing of it left in the write-ahead log. */
function fill(): void {
  const storage = state.open();
  const memory = storage.savedState(ada);
  for (let count = 0; count < 300; count += 1) memory.addPrompt(`prompt ${count} ${'x'.repeat(500)}`);
  memory.saveList(
    Array.from({ length: 200 }, () => aTask),
    1,
  );
  storage.close();
}

const PAGE = 4_096;

function overwrite(fromPage: number): void {
  const bytes = readFileSync(state.file);
  bytes.fill(0xff, PAGE * (fromPage - 1));
  writeFileSync(state.file, bytes);
}

function overwriteLast(): void {
  const bytes = readFileSync(state.file);
  const database = new DatabaseSync(state.file, { readOnly: true });
  const roots = database
    .prepare('SELECT rootpage FROM sqlite_schema')
    .all()
    .map((row) => Number(row.rootpage));
  database.close();
  for (let page = 2; page * PAGE <= bytes.length; page += 1) {
    if (!roots.includes(page)) bytes.fill(0xff, PAGE * (page - 1), PAGE * page);
  }
  writeFileSync(state.file, bytes);
}

describe('a file of a newer taskdeck', () => {
  beforeEach(() => {
    const storage = state.open();
    storage.savedState(ada).saveDraft('new', 'from the future');
    storage.savedState(ada).addPrompt('prompt');
    storage.close();
    const database = new DatabaseSync(state.file);
    database.exec(`
      ALTER TABLE draft ADD COLUMN colour TEXT DEFAULT 'red';
      DROP TABLE prompt;
      CREATE TABLE prompt (what TEXT);
      PRAGMA user_version = 999`);
    database.close();
  });

  test('is only read: what it understands is there, nothing of this run gets in', () => {
    const storage = state.open();
    const memory = storage.savedState(ada);
    expect(storage.problem).toMatch(/newer taskdeck \(schema 999; this one supports \d+\)\. It is only read/);
    expect(memory.drafts().get('new')).toBe('from the future');
    expect(memory.promptHistory()).toEqual([]);
    memory.saveDraft('new', 'changed');
    expect(memory.drafts().get('new')).toBe('changed');
    storage.close();
    const database = new DatabaseSync(state.file, { readOnly: true });
    const row = database.prepare('SELECT text, colour FROM draft').get();
    database.close();
    expect({ ...row }).toEqual({ text: 'from the future', colour: 'red' });
  });
});

describe('where nothing can be written', () => {
  test('this run works from memory, and says so', () => {
    // A file where the directory should be: root is stopped by it too.
    const directory = join(state.directory, 'blocked');
    writeFileSync(directory, '');
    const storage = openStorage({ directory });
    expect(storage.problem).toMatch(
      /^Nothing is saved in this run\. taskdeck cannot use the directory .*blocked: /,
    );
    const memory = storage.savedState(ada);
    memory.saveDraft('new', 'still here');
    memory.saveList([aTask], 7);
    expect([memory.drafts().get('new'), memory.savedList()?.tasks]).toEqual(['still here', [aTask]]);
    storage.close();
  });

  test('a directory in the place of the file is left alone', () => {
    mkdirSync(state.file);
    expect(state.open().problem).toMatch(/cannot use the directory .* \(taskdeck\.db\): it is a directory\./);
    expect(statSync(state.file).isDirectory()).toBe(true);
  });
});

test('a write that another program blocks is told, and told no more once one works', () => {
  const storage = state.open();
  const memory = storage.savedState(ada);
  const other = new DatabaseSync(state.file);
  other.exec('BEGIN EXCLUSIVE');
  memory.saveDraft('new', 'lost');
  expect(storage.problem).toMatch(/Cannot save drafts and messages: .*locked/);
  other.exec('ROLLBACK');
  other.close();
  memory.saveDraft('new', 'kept');
  expect([storage.problem, memory.drafts().get('new')]).toEqual([null, 'kept']);
});

test('after close, nothing throws', () => {
  const storage = state.open();
  const memory = storage.savedState(ada);
  storage.close();
  storage.close();
  memory.saveDraft('new', 'late');
  expect(memory.drafts().size).toBe(0);
});

test('whatever is new to say is said at once, taken back when it is over, and said again when it comes again', () => {
  const storage = state.open();
  const told: (string | null)[] = [];
  storage.onProblem((notice) => told.push(notice));
  const memory = storage.savedState(ada);
  const other = new DatabaseSync(state.file);
  const blocked = (): void => {
    other.exec('BEGIN EXCLUSIVE');
    expect(memory.saveDraft('new', 'lost')).toBe(false);
    other.exec('ROLLBACK');
  };
  blocked();
  expect(memory.saveDraft('new', 'kept')).toBe(true);
  blocked();
  expect(told).toEqual([
    expect.stringMatching(/Cannot save drafts and messages: .*locked/),
    null,
    expect.stringMatching(/Cannot save drafts and messages: .*locked/),
  ]);
  other.close();
});
