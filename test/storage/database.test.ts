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

test('the file and the other files of SQLite are private', () => {
  const storage = state.open();
  storage.savedState(ada).saveDraft('new', 'secret plan');
  expect(files()).toEqual(['taskdeck.db', 'taskdeck.db-shm', 'taskdeck.db-wal']);
  for (const name of files()) expect([name, modeOf(join(state.directory, name))]).toEqual([name, 0o600]);
  expect(storage.problem).toBeNull();
});

test('a readable file becomes private', () => {
  state.open().close();
  chmodSync(state.file, 0o644);
  state.open();
  expect(modeOf(state.file)).toBe(0o600);
});

test('the directory is created as private', () => {
  const directory = join(state.directory, 'deep', 'state');
  openStorage({ directory }).close();
  expect(modeOf(directory)).toBe(0o700);
});

describe('a damaged file', () => {
  test('that is not a database is renamed and replaced, with a notice', () => {
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

  test('with overwritten pages is detected at the start', () => {
    fill();
    overwrite(2);
    const storage = state.open();
    expect(storage.problem).toMatch(/was damaged\. It was renamed to taskdeck\.db\.damaged-/);
    expect(storage.savedState(ada).promptHistory()).toEqual([]);
  });

  test('that is detected later is renamed then, and the write succeeds', () => {
    fill();
    const storage = state.open();
    const memory = storage.savedState(ada);
    // Only the deepest page, which opening does not read.
    overwriteLast();
    expect(storage.problem).toBeNull();
    memory.promptHistory();
    memory.savedList();
    memory.saveDraft('a', 'after');
    expect(storage.problem).toMatch(/was damaged/);
    expect(memory.drafts().get('a')).toBe('after');
    expect(files().some((name) => name.includes('damaged'))).toBe(true);
  });

  test('is renamed each time', () => {
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

/** A file of many pages with an empty write-ahead log. */
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

  test('is only read, as far as this version knows it', () => {
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

describe('an unwritable directory', () => {
  test('makes this run use memory, with a notice', () => {
    // A file in place of the directory stops root as well.
    const directory = join(state.directory, 'blocked');
    writeFileSync(directory, '');
    const storage = openStorage({ directory });
    expect(storage.problem).toMatch(/^Nothing is saved in this run\. Cannot use the directory .*blocked: /);
    const memory = storage.savedState(ada);
    memory.saveDraft('new', 'still here');
    memory.saveList([aTask], 7);
    expect([memory.drafts().get('new'), memory.savedList()?.tasks]).toEqual(['still here', [aTask]]);
    storage.close();
  });

  test('keeps a directory in place of the file', () => {
    mkdirSync(state.file);
    expect(state.open().problem).toMatch(/Cannot use the directory .* \(taskdeck\.db\): it is a directory\./);
    expect(statSync(state.file).isDirectory()).toBe(true);
  });
});

test('a blocked write is reported until a write succeeds', () => {
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

test('each new problem is reported at once, and withdrawn when it is over', () => {
  const storage = state.open();
  const notices: (string | null)[] = [];
  storage.onProblem((notice) => notices.push(notice));
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
  expect(notices).toEqual([
    expect.stringMatching(/Cannot save drafts and messages: .*locked/),
    null,
    expect.stringMatching(/Cannot save drafts and messages: .*locked/),
  ]);
  other.close();
});
