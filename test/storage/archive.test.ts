import { existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type History, messageOf, NOTHING_SEEN } from '../../src/domain/history.ts';
import type { Archive, ArchiveChange } from '../../src/domain/ports/archive.ts';
import { takeTranscriptInto } from '../../src/domain/take-transcript.ts';
import type { Message } from '../../src/domain/transcript.ts';
import { agent, live, NOON, you } from '../domain/make.ts';
import { ada, stateDirectory } from './saved.ts';

const DAY = 24 * 60 * 60_000;

let state: ReturnType<typeof stateDirectory>;
beforeEach(() => {
  state = stateDirectory();
});
afterEach(() => state.dispose());

const seen = (...messages: readonly Message[]): History =>
  takeTranscriptInto(NOTHING_SEEN, live(...messages));

const change = (history: History, about: Partial<ArchiveChange> = {}): ArchiveChange => ({
  name: 'fix-login',
  owner: 'ada',
  put: history.entries,
  drop: [],
  read: null,
  revision: 0,
  floor: null,
  now: NOON,
  ...about,
});

const contents = (archive: Archive, taskId = 't1'): readonly string[] =>
  archive.recall(taskId)?.history.entries.map((entry) => messageOf(entry)?.content ?? entry.kind) ?? [];

describe('what was seen', () => {
  const history = takeTranscriptInto(
    takeTranscriptInto(
      seen(you(0, 'go 🚀\u0000\x1b[31m'), agent(1, 'one\ntwo')),
      live(you(0, 'go 🚀\u0000\x1b[31m'), agent(1, 'one', NOON + 1)),
    ),
    live(you(0, 'again', NOON + 2)),
  );

  test('is there again as it was, marks and what was taken back too', () => {
    state
      .open()
      .archive(ada)
      .keep('t1', change(history, { read: { run: 1, id: 0, length: 5 } }));
    const recalled = state.open().archive(ada).recall('t1');
    expect(recalled).toEqual({
      history,
      hasOlder: false,
      revision: 1,
      read: { run: 1, id: 0, length: 5 },
    });
    expect(history.entries.map(({ kind }) => kind)).toEqual(['said', 'retracted', 'said', 'restart', 'said']);
  });

  test('is for the user of one deployment, and nobody else', () => {
    const storage = state.open();
    storage.archive(ada).keep('t1', change(history));
    expect(storage.archive({ ...ada, user: 'grace' }).recall('t1')).toBeNull();
    expect(storage.archive({ ...ada, origin: 'https://other.example.com' }).recall('t1')).toBeNull();
    expect(storage.archive(ada).recall('t2')).toBeNull();
  });

  test('goes over to a user who is known only later', () => {
    const storage = state.open();
    const stranger = storage.strangerOf(ada.origin, 'token');
    storage.archive({ origin: ada.origin, user: stranger }).keep('t1', change(history));
    storage.adopt(ada.origin, stranger, ada.user);
    expect(storage.archive(ada).recall('t1')?.history).toEqual(history);
  });

  test('is changed and dropped entry by entry', () => {
    const archive = state.open().archive(ada);
    archive.keep('t1', change(seen(you(0, 'go'), agent(1, 'one'), agent(2, 'x'))));
    const [, one, x] = seen(you(0, 'go'), agent(1, 'one and more'), agent(2, 'x')).entries;
    if (one === undefined || x === undefined) throw new Error('nothing was seen');
    expect(archive.keep('t1', change(NOTHING_SEEN, { put: [one], drop: [x], revision: 1 }))).toEqual({
      revision: 2,
    });
    expect(contents(archive)).toEqual(['go', 'one and more']);
  });

  test('is one message at a place, whoever speaks there', () => {
    const archive = state.open().archive(ada);
    archive.keep('t1', change(seen(agent(0, 'hello'))));
    archive.keep('t1', change(seen(you(0, 'go')), { revision: 1 }));
    expect(archive.recall('t1')?.history.entries).toEqual(seen(you(0, 'go')).entries);
  });

  test('has its long messages cut, with a line that says so', () => {
    const archive = state.open().archive(ada);
    archive.keep('t1', change(seen(agent(0, `begin ${'x'.repeat(3_000_000)} end`))));
    const [content = ''] = contents(archive);
    expect(content.length).toBeLessThan(1_000_100);
    expect(content).toMatch(/^\[…cut by taskdeck: the first 2\.0 MB of this message are not kept\]\n/);
    expect(content).toMatch(/ end$/);
  });
});

describe('a long conversation', () => {
  const all = Array.from({ length: 1_000 }, (_, id) => agent(id, `message ${id}`, NOON + id));

  test('is read from its end, a page at a time, each message once', () => {
    const archive = state.open().archive(ada);
    archive.keep('t1', change(seen(...all)));
    const read: string[] = [];
    let part = archive.recall('t1');
    let pages = 0;
    while (part !== null && pages++ < 10) {
      read.unshift(...part.history.entries.map((entry) => messageOf(entry)?.content ?? ''));
      const [first] = part.history.entries;
      if (!part.hasOlder || first === undefined) break;
      part = archive.recall('t1', first);
    }
    expect(pages).toBe(4);
    expect(read).toEqual(all.map(({ content }) => content));
  });

  test('has shorter pages where messages are long', () => {
    const archive = state.open().archive(ada);
    archive.keep(
      't1',
      change(seen(...all.slice(0, 10).map((one) => ({ ...one, content: 'x'.repeat(900_000) })))),
    );
    expect(archive.recall('t1')?.history.entries).toHaveLength(2);
    expect(archive.recall('t1')?.hasOlder).toBe(true);
  });

  test('loses nothing where it is written without having been read', () => {
    const archive = state.open().archive(ada);
    archive.keep('t1', change(seen(agent(0, 'as it was', NOON), ...all.slice(1, 10))));
    archive.keep(
      't1',
      change(seen(agent(0, 'another text', NOON)), { revision: 1, floor: { run: 0, id: 5 } }),
    );
    expect(contents(archive).slice(0, 3)).toEqual(['as it was', 'another text', 'message 1']);
  });
});

describe('two taskdecks at once', () => {
  test('never overwrite what the other one wrote since', () => {
    const [one, two] = [state.open().archive(ada), state.open().archive(ada)];
    expect(one.keep('t1', change(seen(you(0, 'go'))))).toEqual({ revision: 1 });
    expect(two.keep('t1', change(seen(you(0, 'other'))))).toBe('changed');
    expect(two.recall('t1')?.revision).toBe(1);
    expect(two.keep('t1', change(seen(agent(1, 'more')), { revision: 1 }))).toEqual({ revision: 2 });
    expect(contents(one)).toEqual(['go', 'more']);
  });
});

describe('a task that is gone', () => {
  test('has its conversation kept for 30 days', () => {
    const archive = state.open().archive(ada);
    for (const id of ['t1', 't2', 't3']) archive.keep(id, change(seen(you(0, id))));
    archive.noteTasks(['t1', 't2'], null, NOON);
    archive.noteTasks(['t1'], null, NOON + 10 * DAY);
    archive.noteTasks(['t1', 't2'], null, NOON + 30 * DAY);
    expect(contents(archive, 't3')).toEqual(['t3']);
    archive.noteTasks(['t1'], null, NOON + 31 * DAY);
    expect(contents(archive, 't3')).toEqual([]);
    expect([contents(archive, 't1'), contents(archive, 't2')]).toEqual([['t1'], ['t2']]);
  });
});

describe('a list of some owners', () => {
  test('says nothing of the tasks of others', () => {
    const archive = state.open().archive(ada);
    archive.keep('mine', change(seen(you(0, 'mine')), { owner: 'Ada' }));
    archive.keep('bobs', change(seen(you(0, 'bobs')), { owner: 'bob' }));
    archive.keep('old', change(seen(you(0, 'old')), { owner: '' }));
    const left = () => ['mine', 'bobs', 'old'].filter((id) => archive.recall(id) !== null);
    const gone = (owners: readonly string[] | null) => {
      archive.noteTasks([], owners, NOON);
      archive.noteTasks([], owners, NOON + 31 * DAY);
      return left();
    };
    expect(gone(['eve'])).toEqual(['mine', 'bobs', 'old']);
    expect(gone(['BOB'])).toEqual(['mine', 'old']);
    expect(gone(['ada', ''])).toEqual([]);
    archive.keep('more', change(seen(you(0, 'more')), { owner: 'eve' }));
    gone(null);
    expect(archive.recall('more')).toBeNull();
  });
});

describe('a purge', () => {
  const SECRET = 'the launch code is swordfish';
  const textOnDisk = (): string =>
    ['', '-wal']
      .map((end) => `${state.file}${end}`)
      .filter((file) => existsSync(file))
      .map((file) => readFileSync(file, 'latin1'))
      .join('');

  test('leaves nothing of the text in the file, nor in its log', () => {
    const storage = state.open();
    const archive = storage.archive(ada);
    archive.keep('t1', change(seen(you(0, SECRET))));
    archive.keep('t1', change(seen(you(0, `${SECRET} no more`)), { revision: 1 }));
    storage.memory(ada).saveDraft('new', 'a draft');
    expect(textOnDisk()).toContain(SECRET);
    expect(storage.purge({})).toEqual({ tasks: 1, messages: 1, bytes: SECRET.length + 8, unfinished: false });
    expect(textOnDisk()).not.toContain('swordfish');
    expect(storage.memory(ada).drafts().get('new')).toBe('a draft');
    expect(storage.purge({})).toMatchObject({ tasks: 0, messages: 0, bytes: 0 });
  });

  test('can be of one deployment, one task by its id or name, or what is old', () => {
    const storage = state.open();
    const elsewhere = storage.archive({ origin: 'https://coder.example.com.evil', user: 'ada' });
    const archive = storage.archive(ada);
    elsewhere.keep('t0', change(seen(you(0, 'a'))));
    archive.keep('t1', change(seen(you(0, 'a')), { name: 'one' }));
    archive.keep('t2', change(seen(you(0, 'a')), { name: 'two', now: NOON + DAY }));
    archive.keep('t3', change(seen(you(0, 'a')), { name: 'three', now: NOON + DAY }));
    expect(storage.purge({ task: 'four' })?.tasks).toBe(0);
    expect(storage.purge({ task: 'two' })?.tasks).toBe(1);
    expect(contents(archive, 't2')).toEqual([]);
    expect(storage.purge({ task: 't3', before: NOON })?.tasks).toBe(0);
    expect(storage.purge({ origin: ada.origin, before: NOON + 1 })?.tasks).toBe(1);
    expect([contents(archive, 't1'), contents(archive, 't3')]).toEqual([[], ['a']]);
    expect(storage.purge({ origin: ada.origin })?.tasks).toBe(1);
    expect(contents(elsewhere, 't0')).toEqual(['a']);
  });

  test('is not undone by another taskdeck that has it on screen', () => {
    const [one, two] = [state.open(), state.open()];
    one.archive(ada).keep('t1', change(seen(you(0, SECRET))));
    two.purge({});
    expect(one.archive(ada).keep('t1', change(seen(you(0, SECRET)), { revision: 1 }))).toBe('purged');
    expect(textOnDisk()).not.toContain('swordfish');
  });
});
