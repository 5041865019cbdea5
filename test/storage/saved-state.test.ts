import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EVERYONE, MINE, scopeKey, scopeOfOwner } from '../../src/domain/owner-scope.ts';
import type { CoderTaskFacts, Task } from '../../src/domain/task.ts';
import { makeQuestion } from '../domain/builders.ts';
import { aChat, ada, aTask, stateDirectory } from './storage-fixture.ts';

let state: ReturnType<typeof stateDirectory>;
beforeEach(() => {
  state = stateDirectory();
});
afterEach(() => state.dispose());

/** The schema in which a stored task was one flat record of Coder's fields. */
const BEFORE_FACTS = 9;

/** The storage of the next run. */
const nextRun = (deployment = ada) => state.open().savedState(deployment);

describe('drafts', () => {
  test('are restored in the next run with any text', () => {
    const texts = { new: 'two\nlines', a: '修正 👩‍👩‍👧 \u0000 \u001b[31m', b: "'; DROP TABLE draft; --" };
    const memory = state.open().savedState(ada);
    for (const [key, text] of Object.entries(texts)) memory.saveDraft(key, text);
    expect(Object.fromEntries(nextRun().drafts())).toEqual(texts);
  });

  test('have the last text, and are deleted by an empty one', () => {
    const memory = state.open().savedState(ada);
    memory.saveDraft('a', 'first');
    memory.saveDraft('a', 'second');
    memory.saveDraft('b', 'gone soon');
    memory.saveDraft('b', '');
    expect([...nextRun().drafts()]).toEqual([['a', 'second']]);
  });

  test('are separate for each deployment and user', () => {
    const storage = state.open();
    const others = [
      { origin: 'https://coder.example.com', user: 'bob' },
      { origin: 'https://other.example.com', user: 'ada' },
    ];
    storage.savedState(ada).saveDraft('new', 'for ada');
    for (const other of others) {
      expect(storage.savedState(other).drafts().size).toBe(0);
      storage.savedState(other).saveDraft('new', `${other.origin} ${other.user}`);
    }
    expect(nextRun().drafts().get('new')).toBe('for ada');
  });
});

describe('prompt history', () => {
  test('is oldest first, without blanks and repeats in a row', () => {
    const memory = state.open().savedState(ada);
    for (const prompt of ['yes', 'yes', ' \n', '', 'no', 'yes']) memory.addPrompt(prompt);
    expect(nextRun().promptHistory()).toEqual(['yes', 'no', 'yes']);
  });

  test('has the newest thousand of each deployment', () => {
    const storage = state.open();
    const other = storage.savedState({ ...ada, user: 'bob' });
    other.addPrompt('from bob');
    const memory = storage.savedState(ada);
    for (let count = 1; count <= 1_005; count += 1) memory.addPrompt(`prompt ${count}`);
    const history = memory.promptHistory();
    expect([history.length, history[0], history.at(-1)]).toEqual([1_000, 'prompt 6', 'prompt 1005']);
    expect(other.promptHistory()).toEqual(['from bob']);
  });
});

describe('the last list', () => {
  test('is restored with its time', () => {
    state.open().savedState(ada).saveList([aTask], 1_700_000_200_000);
    expect(nextRun().savedList()).toEqual({ tasks: [aTask], at: 1_700_000_200_000 });
  });

  test('moves from the anonymous user to the user', () => {
    const storage = state.open();
    const user = storage.anonymousUser(ada.origin, 'token');
    storage.savedState(ada).saveList([], 5);
    storage.savedState({ ...ada, user }).saveList([aTask], 7);
    storage.mergeAnonymousData(ada.origin, user, ada.user);
    expect(nextRun().savedList()).toEqual({ tasks: [aTask], at: 7 });
    expect(storage.savedState({ ...ada, user }).savedList()).toBeNull();
  });

  test('is null before the first', () => {
    expect(nextRun().savedList()).toBeNull();
  });

  test('is restored with tasks of each kind', () => {
    state.open().savedState(ada).saveList([aChat, aTask], 7);
    expect(nextRun().savedList()?.tasks).toEqual([aChat, aTask]);
  });

  test('shows no question as open: it may have an answer by now', () => {
    const asking = { ...aChat, facts: { ...aChat.facts, questions: [makeQuestion()] } };
    const old = { ...aChat, facts: { ...aChat.facts, hasQuestion: true } } as unknown as Task;
    state
      .open()
      .savedState(ada)
      .saveList([asking as Task, old], 7);
    expect(nextRun().savedList()?.tasks).toEqual([aChat, aChat]);
  });

  test('of another taskdeck gets empty values for missing fields, without rows that are no task', () => {
    const core = { id: 'x', name: 'n', ownerName: 'ada', state: { state: 'napping' } };
    const task = { ...core, facts: { kind: 'coder-task', status: 'active' } };
    const chat = {
      ...core,
      source: 'chats',
      facts: { kind: 'chat', status: 'waiting', lastError: 'failed' },
    };
    const unusable = [
      { id: 1 },
      'nonsense',
      null,
      core,
      { ...core, facts: { kind: 'robot', status: 'active' } },
      { ...core, facts: { kind: 'chat' } },
    ];
    const list = JSON.parse(JSON.stringify([task, ...unusable, chat]));
    state.open().savedState(ada).saveList(list, 5);
    const tasks = nextRun().savedList()?.tasks;
    expect(tasks).toHaveLength(2);
    expect(tasks?.[0]).toMatchObject({
      id: 'x',
      source: 'tasks',
      displayName: '',
      state: { state: 'unknown', message: '', uri: '', at: 0 },
      facts: { kind: 'coder-task', status: 'active', workspaceId: null, buildNumber: 0, directory: null },
    });
    expect(tasks?.[1]).toMatchObject({
      source: 'chats',
      facts: { kind: 'chat', status: 'waiting', unread: null, archived: false, lastError: null },
    });
  });

  test('of a version without facts is migrated', () => {
    const { facts, source, ...core } = aTask;
    const { kind, ...coderFields } = facts as CoderTaskFacts;
    const flat = { ...core, ...coderFields };
    const key = `${ada.origin} ${ada.user}`;
    const sparse = { id: 'x', name: 'n', ownerName: 'ada', status: 'paused', state: null };
    state.writeVersion(BEFORE_FACTS, (database) => {
      const insert = database.prepare('INSERT INTO listing VALUES (?, ?, 5, ?)');
      insert.run(key, scopeKey(MINE), JSON.stringify([flat, { id: 1 }, 'nonsense', null, [], sparse]));
      insert.run(key, scopeKey(EVERYONE), '[]');
      insert.run(key, scopeKey(scopeOfOwner('bob')), '{"not": "a list"}');
      insert.run(key, scopeKey(scopeOfOwner('eve')), '[{"id": "cut of');
    });
    const memory = nextRun();
    const tasks = memory.savedList()?.tasks;
    expect(tasks).toHaveLength(2);
    expect(tasks?.[0]).toEqual(aTask);
    expect(tasks?.[1]).toMatchObject({ id: 'x', facts: { status: 'paused', templateName: '' } });
    expect(memory.savedList(EVERYONE)?.tasks).toEqual([]);
    expect([memory.savedList(scopeOfOwner('bob')), memory.savedList(scopeOfOwner('eve'))]).toEqual([
      null,
      null,
    ]);
  });
});

test('the layout is restored', () => {
  const memory = state.open().savedState(ada);
  expect(memory.layout()).toEqual({ selectedTask: null });
  memory.saveLayout({ selectedTask: aTask.id, sort: 'name' });
  expect(nextRun().layout()).toEqual({ selectedTask: aTask.id, sort: 'name' });
  const groups = { sortReversed: true, grouping: 'phase', collapsedGroups: ['phase paused'] } as const;
  memory.saveLayout({ selectedTask: null, ...groups });
  expect(nextRun().layout()).toEqual({ selectedTask: null, ...groups });
  memory.saveLayout({ selectedTask: null, scope: scopeOfOwner('bob') });
  expect(nextRun().layout()).toEqual({ selectedTask: null, scope: scopeOfOwner('bob') });
  const reading = { wrap: false, raw: true, times: false };
  memory.saveLayout({ selectedTask: null, reading });
  expect(nextRun().layout()).toEqual({ selectedTask: null, reading });
  const panes = {
    alone: 'list',
    arrangement: { small: 'stacked', large: null },
    share: { side: 0.25, stacked: null },
  } as const;
  const view = {
    pane: 'transcript',
    panes,
    filter: 'phase:idle',
    needing: true,
    rowLines: 2,
    columns: ['age', 'owner'],
  } as const;
  const places = new Map([
    ['__proto__', { run: 1, id: 7, role: null, offset: 0 }],
    [aTask.id, { run: 0, id: 3, role: 'agent', offset: 120 } as const],
  ]);
  memory.saveLayout({ selectedTask: null, view, places });
  expect(nextRun().layout()).toEqual({ selectedTask: null, view, places });
});

test('a token is recognised for its deployment only, and is not stored', async () => {
  const token = 'abcdefghij-ABCDEFGHIJKLMNOPQRSTUV';
  const storage = state.open();
  storage.saveUser(ada.origin, token, 'ada');
  storage.close();
  const next = state.open();
  expect(next.knownUser(ada.origin, token)).toBe('ada');
  expect(next.knownUser('https://other.example.com', token)).toBeNull();
  expect(next.knownUser(ada.origin, `${token}x`)).toBeNull();
  next.close();
  const { readFileSync } = await import('node:fs');
  expect(readFileSync(state.file).includes(token)).toBe(false);
});
