import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mergeTranscript } from '../../src/domain/merge-transcript.ts';
import type { Message, MessagePart } from '../../src/domain/message.ts';
import { DEFAULT_PANES } from '../../src/domain/pane-layout.ts';
import type { ConversationChange, ConversationStorage } from '../../src/domain/ports/conversation-storage.ts';
import { EMPTY_CONVERSATION, messageOf } from '../../src/domain/stored-conversation.ts';
import { fromColumns, toColumns, truncateParts } from '../../src/storage/stored-parts.ts';
import { agent, hostileParts, live, NOON, textOrKind, toolCall, you } from '../domain/builders.ts';
import { hostileText } from '../support/hostile-text.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { ada, stateDirectory } from './storage-fixture.ts';

let state: ReturnType<typeof stateDirectory>;
beforeEach(() => {
  state = stateDirectory();
});
afterEach(() => state.dispose());

const save = (
  archive: ConversationStorage,
  messages: readonly Message[],
  about: Partial<ConversationChange> = {},
) =>
  archive.save('t1', {
    name: 'fix-login',
    title: '',
    owner: 'ada',
    put: mergeTranscript(EMPTY_CONVERSATION, live(...messages)).entries,
    remove: [],
    readUpTo: null,
    revision: 0,
    oldestLoaded: null,
    now: NOON,
    ...about,
  });

const messagesOf = (archive: ConversationStorage): readonly (Message | null)[] =>
  archive.load('t1')?.conversation.entries.map(messageOf) ?? [];

const withParts = (id: number, ...parts: readonly MessagePart[]): Message => ({ ...agent(id, ''), parts });

describe('the parts of a message', () => {
  const call = toolCall({
    input: { command: ['go', 'test'], timeout: 5 },
    output: 'ok',
    status: 'failed',
    diffs: [{ path: 'a.go', oldText: null, newText: 'b' }],
    places: [
      { path: 'a.go', line: 3 },
      { path: 'b.go', line: null },
    ],
    startedAt: NOON,
    endedAt: NOON + 5,
  });

  test('are restored', () => {
    const next = seededRandom(3);
    const messages = [
      you(0, 'Fix it 🚀'),
      withParts(1, { type: 'reasoning', text: 'Hm' }, call, { type: 'text', text: 'Done' }),
      withParts(2),
      ...Array.from({ length: 20 }, (_, index) =>
        withParts(3 + index, ...hostileParts(() => hostileText(next))),
      ),
    ];
    save(state.open().conversations(ada), messages);
    expect(messagesOf(state.open().conversations(ada))).toEqual(messages);
  });

  test('count for the size of a page', () => {
    const archive = state.open().conversations(ada);
    const long = toolCall({ output: 'x'.repeat(900_000) });
    save(
      archive,
      Array.from({ length: 10 }, (_, id) => withParts(id, long)),
    );
    expect(archive.load('t1')?.conversation.entries).toHaveLength(2);
  });

  test('count for the size of a purge', () => {
    const storage = state.open();
    save(storage.conversations(ada), [withParts(0, call)]);
    expect(storage.purge({})).toMatchObject({ messages: 1, bytes: JSON.stringify([call]).length });
  });

  test('of another version are restored as far as this version knows them', () => {
    const parts = JSON.stringify([
      { type: 'hologram', text: 'x' },
      { type: 'tool-call', name: 'execute', kind: 'dance', status: 'paused' },
      { type: 'text' },
      'nonsense',
    ]);
    expect(fromColumns({ content: '', parts })).toEqual([
      { type: 'unknown', name: 'hologram' },
      toolCall({ id: '', kind: 'other' }),
      { type: 'text', text: '' },
    ]);
    expect(fromColumns({ content: 'words', parts: '[{"type":' })).toEqual([{ type: 'text', text: 'words' }]);
  });

  test('that are only text are stored as text', () => {
    expect(toColumns([{ type: 'text', text: 'Hello' }])).toEqual({ content: 'Hello', parts: null });
  });
});

describe('a message that is too long', () => {
  const text = (words: string): MessagePart => ({ type: 'text', text: words });

  test.each<[name: string, parts: readonly MessagePart[]]>([
    ['short parts', [text('a'), toolCall({}), text('b')]],
    ['no parts', []],
  ])('is unchanged with %s', (_, parts) => {
    expect(truncateParts(parts, 1_000)).toBe(parts);
  });

  test('loses its first parts, which a notice says', () => {
    const parts = truncateParts([text('a'), toolCall({}), text('x'.repeat(2_000)), text('end')], 1_000);
    expect(parts).toHaveLength(3);
    expect(parts[0]).toEqual({ type: 'notice', text: 'The first 2 parts of this message are not stored.' });
    expect(parts[1]).toMatchObject({ type: 'text' });
    expect(JSON.stringify(parts[1]).length).toBeLessThan(1_200);
    expect(parts[2]).toEqual(text('end'));
  });

  test('loses the results of its tool calls', () => {
    const long = 'x'.repeat(5_000);
    const call = toolCall({
      input: 'ls',
      output: long,
      diffs: [{ path: 'a', oldText: long, newText: long }],
    });
    expect(truncateParts([text('a'), call], 1_000)).toEqual([
      text('a'),
      { ...call, output: '', diffs: [{ path: 'a', oldText: null, newText: '' }] },
    ]);
  });

  test('has the length of the limit, about, with any parts', () => {
    const next = seededRandom(5);
    for (let round = 0; round < 50; round++) {
      const parts = hostileParts(() => hostileText(next).repeat(20));
      expect(JSON.stringify(truncateParts(parts, 3_000)).length).toBeLessThan(12_000);
    }
  });
});

describe('a file without parts', () => {
  /** The schema in which a message was only text. */
  const BEFORE_PARTS = 10;

  test('keeps every message', () => {
    state.writeVersion(BEFORE_PARTS, (database) => {
      database.exec(
        `INSERT INTO archived_task (id, deployment, task, name, revision, touched_at, owner)
           VALUES (1, '${ada.origin} ${ada.user}', 't1', 'fix-login', 4, 5, 'ada')`,
      );
      const insert = database.prepare('INSERT INTO archived_entry VALUES (1, ?, ?, ?, ?, ?, ?)');
      insert.run(0, 0, 3, 'you', NOON, 'Fix it 🚀');
      insert.run(0, 1, 2, 'agent', NOON, 'gone');
      insert.run(0, 1, 3, 'agent', NOON + 1, 'Done\n\n{"parts": []}');
      insert.run(1, -1, 0, '', NOON + 2, '');
      insert.run(1, 0, 3, 'agent', NOON + 2, '');
    });
    const archive = state.open().conversations(ada);
    const { conversation, revision } = archive.load('t1') ?? {};
    expect(conversation?.entries).toEqual([
      { kind: 'message', run: 0, id: 0, message: you(0, 'Fix it 🚀') },
      { kind: 'retracted', run: 0, id: 1, message: agent(1, 'gone') },
      { kind: 'message', run: 0, id: 1, message: agent(1, 'Done\n\n{"parts": []}', NOON + 1) },
      { kind: 'restart', run: 1, id: -1, at: NOON + 2 },
      { kind: 'message', run: 1, id: 0, message: agent(0, '', NOON + 2) },
    ]);
    expect(revision).toBe(4);
    expect(save(archive, [withParts(1, toolCall({}))], { revision: 4 })).toEqual({ revision: 5 });
    expect(archive.load('t1')?.conversation.entries.map(textOrKind)).toContain('gone');
  });

  test('keeps the scroll positions', () => {
    const positions = [
      ['a', { run: 0, id: 1, from: 'you', offset: 2 }],
      ['b', { run: 0, id: 2, from: 'agent', offset: 0 }],
      ['c', { run: 1, id: -1, from: null, offset: 0 }],
    ];
    const view = { pane: 'list', zoomed: false, filter: '"from":"you"', needing: false };
    state.writeVersion(7, (database) => {
      const layout = JSON.stringify({ selectedTask: 'a', view, places: positions });
      database.prepare('INSERT INTO layout VALUES (?, ?)').run(`${ada.origin} ${ada.user}`, layout);
    });
    const layout = state.open().savedState(ada).layout();
    expect(layout.view).toEqual({
      pane: 'list',
      panes: DEFAULT_PANES,
      filter: '"from":"you"',
      needing: false,
    });
    expect([...(layout.places ?? [])]).toEqual([
      ['a', { run: 0, id: 1, role: 'user', offset: 2 }],
      ['b', { run: 0, id: 2, role: 'agent', offset: 0 }],
      ['c', { run: 1, id: -1, role: null, offset: 0 }],
    ]);
  });
});
