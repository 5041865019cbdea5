import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Message } from '../../src/domain/message.ts';
import { textParts } from '../../src/domain/message.ts';
import type {
  ConversationSearch,
  FoundMessage,
  SearchFilter,
} from '../../src/domain/ports/conversation-search.ts';
import type { Storage } from '../../src/domain/ports/storage.ts';
import { parseSearchTerms } from '../../src/domain/search-terms.ts';
import { migrations } from '../../src/storage/migrations.ts';
import { agent, NOON, toolCall, you } from '../domain/builders.ts';
import { ada, stateDirectory } from './storage-fixture.ts';

let state: ReturnType<typeof stateDirectory>;
let storage: Storage;
let search: ConversationSearch;
beforeEach(async () => {
  state = stateDirectory();
  storage = state.open();
  search = await storage.conversationSearch(ada);
});
afterEach(() => state.dispose());

const bob = { ...ada, user: 'bob' };

/** Stores messages of a task after those that it has. */
function save(taskId: string, messages: readonly Message[], { by = ada, from = storage } = {}): void {
  const conversations = from.conversations(by);
  const revision = conversations.load(taskId)?.revision ?? 0;
  const result = conversations.save(taskId, {
    name: `${taskId}-name`,
    title: `Title of ${taskId}`,
    owner: by.user,
    put: messages.map((message) => ({ kind: 'message', run: 0, id: message.id, message })),
    remove: [],
    readUpTo: null,
    revision,
    oldestLoaded: null,
    now: NOON,
  });
  expect(result).toEqual({ revision: revision + 1 });
}

function indexAll(of = search): void {
  while ((of.indexMore() ?? 0) > 0);
  expect(of.unindexed()).toBe(0);
}

function findAll(
  text: string,
  { of = search, filter = {} as SearchFilter, limit = 100 } = {},
): readonly FoundMessage[] {
  indexAll(of);
  const found: FoundMessage[] = [];
  let before: number | null = null;
  do {
    const page = of.find(parseSearchTerms(text), before, limit - found.length, filter);
    if (page === null) throw new Error(storage.problem ?? '');
    found.push(...page.messages);
    before = page.next;
  } while (before !== null && found.length < limit);
  return found;
}

const texts = (text: string, options = {}): readonly string[] =>
  findAll(text, options).map(({ excerpt }) => excerpt.text);

describe('a search', () => {
  it('finds messages that have all words, newest first over all tasks', () => {
    save('t1', [you(0, 'Fix the login', NOON), agent(1, 'The LOGIN works', NOON + 60_000)]);
    save('t2', [you(0, 'login, but later fix', NOON + 120_000), agent(1, 'nothing', NOON)]);
    expect(texts('login')).toEqual(['login, but later fix', 'The LOGIN works', 'Fix the login']);
    expect(texts('fix LOGIN')).toEqual(['login, but later fix', 'Fix the login']);
    expect(texts('"the login"')).toEqual(['The LOGIN works', 'Fix the login']);
    expect(texts('logon')).toEqual([]);
    expect(texts('')).toEqual([]);
  });

  it('says task, role, time and place', () => {
    save('t1', [you(0, 'one'), agent(7, 'needle', NOON + 5)]);
    expect(findAll('needle')).toMatchObject([
      {
        taskId: 't1',
        taskName: 't1-name',
        taskTitle: 'Title of t1',
        owner: 'ada',
        goneAt: null,
        role: 'agent',
        run: 0,
        id: 7,
        at: NOON + 5,
        origin: ada.origin,
        user: 'ada',
        excerpt: { text: 'needle', marks: [{ start: 0, end: 6 }] },
      },
    ]);
  });

  it('finds parts of words, and words of one and two characters in any script', () => {
    save('t1', [
      you(0, '请修复登录页面', NOON),
      agent(1, 'ログインを直しました', NOON + 1_000),
      you(2, 'an Öl 100% a_b c\\d', NOON + 2_000),
      agent(3, 'Übernommen', NOON + 3_000),
    ]);
    expect(texts('登录')).toEqual(['请修复登录页面']);
    expect(texts('登录页面')).toEqual(['请修复登录页面']);
    expect(texts('グイ')).toEqual(['ログインを直しました']);
    expect(texts('öl')).toHaveLength(1);
    expect(texts('ÜB')).toEqual(['Übernommen']);
    expect(texts('0%')).toHaveLength(1);
    expect(texts('_')).toHaveLength(1);
    expect(texts('\\')).toHaveLength(1);
    expect(texts('nomm')).toEqual(['Übernommen']);
    expect(texts('an 100%')).toHaveLength(1);
  });

  it('finds the words of tool calls, and no escape sequence', () => {
    const call = toolCall({
      title: 'Run tests',
      input: { command: 'npm test' },
      output: 'Segfault\x1b[31m here',
    });
    save('t1', [{ id: 0, role: 'agent', at: NOON, parts: [...textParts('done'), call] }]);
    expect(texts('segfault here')[0]).toContain('Segfault here');
    expect(texts('np')[0]).toContain('npm test');
    expect(texts('[31m')).toEqual([]);
  });

  it('does not join what is apart: the trigrams of a word may be scattered', () => {
    save('t1', [you(0, 'abc bcd'), agent(1, 'abcd')]);
    expect(texts('abcd')).toEqual(['abcd']);
  });

  it('finds only what this user of this deployment has seen, or everything', async () => {
    save('t1', [you(0, 'secret of ada')]);
    save('t2', [you(0, 'secret of bob')], { by: bob });
    expect(texts('secret')).toEqual(['secret of ada']);
    const everything = await storage.conversationSearch(null);
    expect(
      findAll('secret', { of: everything })
        .map(({ user }) => user)
        .toSorted(),
    ).toEqual(['ada', 'bob']);
  });

  it('can be limited to a task, a time and a number', () => {
    save('t1', [you(0, 'same', NOON), agent(1, 'same later', NOON + 60_000)]);
    save('t2', [you(0, 'same elsewhere', NOON + 30_000)]);
    for (const task of ['t2', 't2-name', 'ada/t2-name', 'Title of t2'])
      expect(texts('same', { filter: { task } })).toEqual(['same elsewhere']);
    expect(texts('same', { filter: { since: NOON + 30_000 } })).toEqual(['same later', 'same elsewhere']);
    expect(texts('same', { limit: 1 })).toEqual(['same later']);
    expect(texts('same', { filter: { task: 'none' } })).toEqual([]);
  });

  it('knows which tasks are gone', () => {
    save('t1', [you(0, 'old words')]);
    storage.conversations(ada).recordTasks(['t9'], ['ada'], NOON + 1);
    expect(findAll('words')).toMatchObject([{ goneAt: NOON + 1 }]);
  });

  it('goes on where a step ended, with many candidates', () => {
    const many = Array.from({ length: 1_500 }, (_, id) =>
      you(id, id % 300 === 0 ? `needle ${id}` : `nee eed edl dle ${id}`, NOON + id * 1_000),
    );
    save('t1', many);
    expect(texts('needle')).toEqual(['needle 1200', 'needle 900', 'needle 600', 'needle 300', 'needle 0']);
    expect(texts('dl 12', { limit: 2 })).toHaveLength(2);
    indexAll();
    expect(search.find(['needle'], null, 100)?.next).not.toBeNull();
  });

  it('keeps many messages of one second, and of no time, apart', () => {
    save(
      't1',
      Array.from({ length: 300 }, (_, id) => you(id, `word ${id}`, NOON)),
    );
    save(
      't2',
      Array.from({ length: 300 }, (_, id) => you(id, `word ${id}`, 0)),
    );
    expect(findAll('word', { limit: 1_000 })).toHaveLength(600);
    expect(new Set(findAll('word', { limit: 1_000 }).map(({ key }) => key)).size).toBe(600);
  });
});

describe('the index', () => {
  it('follows changed and removed messages', () => {
    save('t1', [you(0, 'first words'), agent(1, 'stays')]);
    expect(texts('words')).toHaveLength(1);
    save('t1', [you(0, 'other text')]);
    expect(texts('words')).toEqual([]);
    expect(texts('other')).toEqual(['other text']);
    expect(texts('stays')).toEqual(['stays']);
  });

  it('is built from a file of an older taskdeck, which opens at once, and after a crash goes on', async () => {
    state.dispose();
    state = stateDirectory();
    const before = migrations.findIndex((step) => step.includes('search_index'));
    state.writeVersion(before, (database) => {
      database.exec(`INSERT INTO archived_task (id, deployment, task, name, revision, touched_at, owner)
        VALUES (1, '${ada.origin} ada', 't1', 'fix', 1, ${NOON}, 'ada')`);
      const insert = database.prepare(
        `INSERT INTO archived_entry (task, run, id, kind, sender, at, content) VALUES (1, 0, ?, 3, 'you', ?, ?)`,
      );
      for (let id = 0; id < 450; id++) insert.run(id, NOON + id * 1_000, `stored words ${id}`);
    });
    storage = state.open();
    search = await storage.conversationSearch(ada);
    expect(search.unindexed()).toBe(450);
    expect(search.indexMore()).toBe(100);
    expect(search.find(['words'], null, 500)?.messages.map(({ id }) => id)[0]).toBe(449);
    storage.close();
    const other = state.open();
    search = await other.conversationSearch(ada);
    expect(search.unindexed()).toBe(350);
    expect(findAll('words', { limit: 1_000 })).toHaveLength(450);
    expect(findAll('fix', { filter: { task: 'fix' } })).toEqual([]);
  });

  it('of two taskdecks is the same one', async () => {
    const other = state.open();
    const otherSearch = await other.conversationSearch(ada);
    save('t1', [you(0, 'from the first')]);
    indexAll();
    save('t2', [you(0, 'from the second')], { from: other });
    indexAll(otherSearch);
    expect(texts('from')).toHaveLength(2);
    expect(findAll('from', { of: otherSearch })).toHaveLength(2);
  });

  it('that is damaged is built again, and the conversations stay', () => {
    save('t1', [you(0, 'kept words')]);
    indexAll();
    const raw = new DatabaseSync(state.file, { defensive: false });
    raw.exec(`UPDATE search_index_data SET block = x'00112233445566778899'`);
    raw.close();
    expect(search.find(['words'], null, 10)).toBeNull();
    save('t1', [you(1, 'new words', NOON + 1)]);
    expect(texts('words')).toHaveLength(2);
    expect(storage.conversations(ada).load('t1')?.conversation.entries).toHaveLength(2);
  });

  it('finds nothing in a database in memory, and does not fail', async () => {
    const memory = state.open();
    expect((await memory.conversationSearch(ada)).find(['any'], null, 10)).toEqual({
      messages: [],
      next: null,
    });
  });
});

it('finds nothing in a file of a newer taskdeck, whose conversations are not read', async () => {
  save('t1', [you(0, 'words')]);
  indexAll();
  storage.close();
  const raw = new DatabaseSync(state.file);
  raw.exec('PRAGMA user_version = 999');
  raw.close();
  storage = state.open();
  search = await storage.conversationSearch(ada);
  expect(texts('words')).toEqual([]);
  expect(storage.problem).toContain('newer taskdeck');
});

describe('purge', () => {
  const bytes = (): string => readFileSync(state.file, 'latin1');
  const latin1 = (text: string): string => Buffer.from(text).toString('latin1');

  it('removes the text from the index, its free pages included', () => {
    save('t1', [you(0, 'ƪƺȹƥ qzx'), agent(1, 'answer')]);
    save('t2', [you(0, 'stays here')]);
    indexAll();
    expect(texts('ƪƺȹƥ')).toHaveLength(1);
    expect(storage.purge({ task: 't1' })).toMatchObject({ tasks: 1, messages: 2 });
    expect(texts('ƪƺȹ')).toEqual([]);
    expect(texts('stays')).toEqual(['stays here']);
    storage.close();
    for (const trace of ['ƪƺȹ', 'ƺȹƥ', 'ƪƺ']) expect(bytes()).not.toContain(latin1(trace));
    expect(bytes()).not.toContain('qzx');
  });

  it('removes the text of messages that changed earlier', () => {
    save('t1', [you(0, 'ƪƺȹƥ before')]);
    indexAll();
    save('t1', [you(0, 'after')]);
    storage.purge({ task: 't1' });
    storage.close();
    expect(bytes()).not.toContain(latin1('ƪƺȹ'));
    expect(bytes()).not.toContain(latin1('ƺȹƥ'));
  });
});
