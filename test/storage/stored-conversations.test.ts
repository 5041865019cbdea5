import { existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mergeTranscript } from '../../src/domain/merge-transcript.ts';
import { type Message, textOf, textParts } from '../../src/domain/message.ts';
import type { ConversationChange, ConversationStorage } from '../../src/domain/ports/conversation-storage.ts';
import { EMPTY_CONVERSATION, type StoredConversation } from '../../src/domain/stored-conversation.ts';
import { agent, live, NOON, textOrKind, you } from '../domain/builders.ts';
import { ada, stateDirectory } from './storage-fixture.ts';

const DAY = 24 * 60 * 60_000;

let state: ReturnType<typeof stateDirectory>;
beforeEach(() => {
  state = stateDirectory();
});
afterEach(() => state.dispose());

const seen = (...messages: readonly Message[]): StoredConversation =>
  mergeTranscript(EMPTY_CONVERSATION, live(...messages));

const change = (
  history: StoredConversation,
  about: Partial<ConversationChange> = {},
): ConversationChange => ({
  name: 'fix-login',
  title: 'Fix the login',
  owner: 'ada',
  put: history.entries,
  remove: [],
  readUpTo: null,
  revision: 0,
  oldestLoaded: null,
  now: NOON,
  ...about,
});

const contents = (archive: ConversationStorage, taskId = 't1'): readonly string[] =>
  archive.load(taskId)?.conversation.entries.map(textOrKind) ?? [];

describe('a stored conversation', () => {
  const history = mergeTranscript(
    mergeTranscript(
      seen(you(0, 'go 🚀\u0000\x1b[31m'), agent(1, 'one\ntwo')),
      live(you(0, 'go 🚀\u0000\x1b[31m'), agent(1, 'one', NOON + 1)),
    ),
    live(you(0, 'again', NOON + 2)),
  );

  test('is restored with restarts, gaps and retracted text', () => {
    state
      .open()
      .conversations(ada)
      .save('t1', change(history, { readUpTo: { run: 1, id: 0, length: 5 } }));
    const recalled = state.open().conversations(ada).load('t1');
    expect(recalled).toEqual({
      conversation: history,
      hasOlder: false,
      revision: 1,
      readUpTo: { run: 1, id: 0, length: 5 },
    });
    expect(history.entries.map(({ kind }) => kind)).toEqual([
      'message',
      'retracted',
      'message',
      'restart',
      'message',
    ]);
  });

  test('is separate for each deployment and user', () => {
    const storage = state.open();
    storage.conversations(ada).save('t1', change(history));
    expect(storage.conversations({ ...ada, user: 'grace' }).load('t1')).toBeNull();
    expect(storage.conversations({ ...ada, origin: 'https://other.example.com' }).load('t1')).toBeNull();
    expect(storage.conversations(ada).load('t2')).toBeNull();
  });

  test('moves from the anonymous user to the user', () => {
    const storage = state.open();
    const anonymousUser = storage.anonymousUser(ada.origin, 'token');
    storage.conversations({ origin: ada.origin, user: anonymousUser }).save('t1', change(history));
    storage.mergeAnonymousData(ada.origin, anonymousUser, ada.user);
    expect(storage.conversations(ada).load('t1')?.conversation).toEqual(history);
  });

  test('is changed and deleted by entry', () => {
    const archive = state.open().conversations(ada);
    archive.save('t1', change(seen(you(0, 'go'), agent(1, 'one'), agent(2, 'x'))));
    const [, one, x] = seen(you(0, 'go'), agent(1, 'one and more'), agent(2, 'x')).entries;
    if (one === undefined || x === undefined) throw new Error('nothing was seen');
    expect(archive.save('t1', change(EMPTY_CONVERSATION, { put: [one], remove: [x], revision: 1 }))).toEqual({
      revision: 2,
    });
    expect(contents(archive)).toEqual(['go', 'one and more']);
  });

  test('has one message at a position, even with another sender', () => {
    const archive = state.open().conversations(ada);
    archive.save('t1', change(seen(agent(0, 'hello'))));
    archive.save('t1', change(seen(you(0, 'go')), { revision: 1 }));
    expect(archive.load('t1')?.conversation.entries).toEqual(seen(you(0, 'go')).entries);
  });

  test('has long messages cut, with a note', () => {
    const archive = state.open().conversations(ada);
    archive.save('t1', change(seen(agent(0, `begin ${'x'.repeat(3_000_000)} end`))));
    const [content = ''] = contents(archive);
    expect(content.length).toBeLessThan(1_000_100);
    expect(content).toMatch(/^\[…cut by taskdeck: the first 2\.0 MB of this message are not stored\]\n/);
    expect(content).toMatch(/ end$/);
  });
});

describe('a long conversation', () => {
  const all = Array.from({ length: 1_000 }, (_, id) => agent(id, `message ${id}`, NOON + id));

  test('is loaded from its end in pages without duplicates', () => {
    const archive = state.open().conversations(ada);
    archive.save('t1', change(seen(...all)));
    const read: string[] = [];
    let part = archive.load('t1');
    let pages = 0;
    while (part !== null && pages++ < 10) {
      read.unshift(...part.conversation.entries.map(textOrKind));
      const [first] = part.conversation.entries;
      if (!part.hasOlder || first === undefined) break;
      part = archive.load('t1', first);
    }
    expect(pages).toBe(4);
    expect(read).toEqual(all.map(textOf));
  });

  test('has shorter pages with long messages', () => {
    const archive = state.open().conversations(ada);
    archive.save(
      't1',
      change(seen(...all.slice(0, 10).map((one) => ({ ...one, parts: textParts('x'.repeat(900_000)) })))),
    );
    expect(archive.load('t1')?.conversation.entries).toHaveLength(2);
    expect(archive.load('t1')?.hasOlder).toBe(true);
  });

  test('loses nothing when entries that were not loaded are written', () => {
    const archive = state.open().conversations(ada);
    archive.save('t1', change(seen(agent(0, 'as it was', NOON), ...all.slice(1, 10))));
    archive.save(
      't1',
      change(seen(agent(0, 'another text', NOON)), { revision: 1, oldestLoaded: { run: 0, id: 5 } }),
    );
    expect(contents(archive).slice(0, 3)).toEqual(['as it was', 'another text', 'message 1']);
  });
});

describe('two taskdecks at once', () => {
  test('never overwrite each other', () => {
    const [one, two] = [state.open().conversations(ada), state.open().conversations(ada)];
    expect(one.save('t1', change(seen(you(0, 'go'))))).toEqual({ revision: 1 });
    expect(two.save('t1', change(seen(you(0, 'other'))))).toBe('changed');
    expect(two.load('t1')?.revision).toBe(1);
    expect(two.save('t1', change(seen(agent(1, 'more')), { revision: 1 }))).toEqual({ revision: 2 });
    expect(contents(one)).toEqual(['go', 'more']);
  });
});

describe('a deleted task', () => {
  test('has its conversation stored for 30 days', () => {
    const archive = state.open().conversations(ada);
    for (const id of ['t1', 't2', 't3']) archive.save(id, change(seen(you(0, id))));
    archive.recordTasks(['t1', 't2'], null, NOON);
    archive.recordTasks(['t1'], null, NOON + 10 * DAY);
    archive.recordTasks(['t1', 't2'], null, NOON + 30 * DAY);
    expect(contents(archive, 't3')).toEqual(['t3']);
    archive.recordTasks(['t1'], null, NOON + 31 * DAY);
    expect(contents(archive, 't3')).toEqual([]);
    expect([contents(archive, 't1'), contents(archive, 't2')]).toEqual([['t1'], ['t2']]);
  });
});

describe('a list of some owners', () => {
  test('keeps the conversations of others', () => {
    const archive = state.open().conversations(ada);
    archive.save('mine', change(seen(you(0, 'mine')), { owner: 'Ada' }));
    archive.save('bobs', change(seen(you(0, 'bobs')), { owner: 'bob' }));
    archive.save('old', change(seen(you(0, 'old')), { owner: '' }));
    const left = () => ['mine', 'bobs', 'old'].filter((id) => archive.load(id) !== null);
    const gone = (owners: readonly string[] | null) => {
      archive.recordTasks([], owners, NOON);
      archive.recordTasks([], owners, NOON + 31 * DAY);
      return left();
    };
    expect(gone(['eve'])).toEqual(['mine', 'bobs', 'old']);
    expect(gone(['BOB'])).toEqual(['mine', 'old']);
    expect(gone(['ada', ''])).toEqual([]);
    archive.save('more', change(seen(you(0, 'more')), { owner: 'eve' }));
    gone(null);
    expect(archive.load('more')).toBeNull();
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

  test('leaves no text in the file or its log', () => {
    const storage = state.open();
    const archive = storage.conversations(ada);
    archive.save('t1', change(seen(you(0, SECRET))));
    archive.save('t1', change(seen(you(0, `${SECRET} no more`)), { revision: 1 }));
    storage.savedState(ada).saveDraft('new', 'a draft');
    expect(textOnDisk()).toContain(SECRET);
    expect(storage.purge({})).toEqual({ tasks: 1, messages: 1, bytes: SECRET.length + 8, unfinished: false });
    expect(textOnDisk()).not.toContain('swordfish');
    expect(storage.savedState(ada).drafts().get('new')).toBe('a draft');
    expect(storage.purge({})).toMatchObject({ tasks: 0, messages: 0, bytes: 0 });
  });

  test('can be limited to a deployment, a task by id or name, or old conversations', () => {
    const storage = state.open();
    const elsewhere = storage.conversations({ origin: 'https://coder.example.com.evil', user: 'ada' });
    const archive = storage.conversations(ada);
    elsewhere.save('t0', change(seen(you(0, 'a'))));
    archive.save('t1', change(seen(you(0, 'a')), { name: 'one' }));
    archive.save('t2', change(seen(you(0, 'a')), { name: 'two', now: NOON + DAY }));
    archive.save('t3', change(seen(you(0, 'a')), { name: 'three', now: NOON + DAY }));
    expect(storage.purge({ task: 'four' })?.tasks).toBe(0);
    expect(storage.purge({ task: 'two' })?.tasks).toBe(1);
    expect(contents(archive, 't2')).toEqual([]);
    expect(storage.purge({ task: 't3', before: NOON })?.tasks).toBe(0);
    expect(storage.purge({ origin: ada.origin, before: NOON + 1 })?.tasks).toBe(1);
    expect([contents(archive, 't1'), contents(archive, 't3')]).toEqual([[], ['a']]);
    expect(storage.purge({ origin: ada.origin })?.tasks).toBe(1);
    expect(contents(elsewhere, 't0')).toEqual(['a']);
  });

  test('is not undone by another taskdeck that shows the conversation', () => {
    const [one, two] = [state.open(), state.open()];
    one.conversations(ada).save('t1', change(seen(you(0, SECRET))));
    two.purge({});
    expect(one.conversations(ada).save('t1', change(seen(you(0, SECRET)), { revision: 1 }))).toBe('purged');
    expect(textOnDisk()).not.toContain('swordfish');
  });
});
