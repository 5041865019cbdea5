import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { textOf } from '../../src/domain/message.ts';
import type { ConversationStorage } from '../../src/domain/ports/conversation-storage.ts';
import type { Transcript } from '../../src/domain/transcript.ts';
import { persistConversations } from '../../src/sync/persist-conversations.ts';
import { agent, live, makeTask, snapshot, textOrKind, you } from '../domain/builders.ts';
import { ada, stateDirectory } from '../storage/storage-fixture.ts';
import { type SyncFixture, syncFixture } from './sync-fixture.ts';

let state: ReturnType<typeof stateDirectory>;
let conversations: ConversationStorage;
beforeEach(() => {
  state = stateDirectory();
  conversations = state.open().conversations(ada);
});
afterEach(() => state.dispose());

const tasks = [makeTask({ id: 'a' }), makeTask({ id: 'b' })];
const go = you(0, 'go', 1);
const one = agent(1, 'one', 2);

const answer = (fixture: SyncFixture, transcript: Transcript, taskId = 'a'): void => {
  const now = fixture.clock.now();
  fixture.store.dispatch({
    type: 'transcript-received',
    taskId,
    transcript,
    startedAt: now,
    refreshMs: 1_000,
    now,
  });
};

const onDisk = (taskId = 'a'): readonly string[] =>
  conversations.load(taskId)?.conversation.entries.map(textOrKind) ?? [];

const inView = ({ state: { mergedTranscripts } }: SyncFixture): readonly string[] =>
  mergedTranscripts.get('a')?.conversation.entries.map(textOrKind) ?? [];

/** A storage that counts its writes. */
function countingStorage(): { readonly conversations: ConversationStorage; readonly writes: () => number } {
  let writes = 0;
  return {
    conversations: {
      ...conversations,
      save(taskId, change) {
        writes++;
        return conversations.save(taskId, change);
      },
    },
    writes: () => writes,
  };
}

describe('a conversation on screen', () => {
  it('is saved once when it stops changing', async () => {
    const fixture = syncFixture({ tasks });
    const { conversations: counted, writes } = countingStorage();
    persistConversations(fixture.store, counted, fixture.clock);
    answer(fixture, live(go, one));
    await fixture.clock.advance(999);
    expect(onDisk()).toEqual([]);
    await fixture.clock.advance(1);
    expect(onDisk()).toEqual(['go', 'one']);
    for (let second = 0; second < 60; second++) {
      answer(fixture, live({ ...go }, { ...one }));
      await fixture.clock.advance(1_000);
    }
    expect(writes()).toBe(1);
  });

  it('is saved every few seconds while it changes', async () => {
    const fixture = syncFixture({ tasks });
    const { conversations: counted, writes } = countingStorage();
    persistConversations(fixture.store, counted, fixture.clock);
    for (let tick = 0; tick < 200; tick++) {
      answer(fixture, live(go, agent(1, 'x'.repeat(tick + 1), 2 + tick)));
      await fixture.clock.advance(300);
    }
    expect(writes()).toBeGreaterThanOrEqual(10);
    expect(writes()).toBeLessThanOrEqual(16);
  });

  it('is saved at the end, with the read position', () => {
    const fixture = syncFixture({ tasks });
    const persistence = persistConversations(fixture.store, conversations, fixture.clock);
    answer(fixture, live(go, one));
    persistence.stop();
    expect(onDisk()).toEqual(['go', 'one']);
    expect(conversations.load('a')?.readUpTo).toEqual({ run: 0, id: 1, length: 3 });
  });

  it('is saved at once when its task goes', async () => {
    const fixture = syncFixture({ tasks });
    persistConversations(fixture.store, conversations, fixture.clock);
    await fixture.clock.advance(120);
    answer(fixture, live(go, one));
    fixture.store.dispatch({
      type: 'action-accepted',
      taskId: 'a',
      action: 'delete',
      patch: { isRemoved: true },
      now: fixture.clock.now(),
    });
    expect(onDisk()).toEqual(['go', 'one']);
    expect(fixture.state.mergedTranscripts.has('a')).toBe(false);
  });

  it('is saved even when its task was never selected', async () => {
    conversations.save('b', {
      name: 'b',
      title: '',
      owner: 'ada',
      put: [{ kind: 'message', run: 0, id: 0, message: go }],
      remove: [],
      readUpTo: null,
      revision: 0,
      oldestLoaded: null,
      now: 0,
    });
    const fixture = syncFixture({ tasks });
    persistConversations(fixture.store, conversations, fixture.clock);
    answer(fixture, live(you(0, 'restarted', 99)), 'b');
    await fixture.clock.advance(1_000);
    expect(onDisk('b')).toEqual(['go', 'restart', 'restarted']);
  });
});

describe('a stored conversation', () => {
  const keepBefore = (): void => {
    const fixture = syncFixture({ tasks });
    const persistence = persistConversations(fixture.store, conversations, fixture.clock);
    answer(fixture, live(go, one));
    persistence.stop();
  };

  it('is loaded a moment after the selection, and not while a held key passes', async () => {
    keepBefore();
    const fixture = syncFixture({ tasks });
    fixture.select('b');
    persistConversations(fixture.store, conversations, fixture.clock);
    fixture.select('a');
    await fixture.clock.advance(119);
    expect(inView(fixture)).toEqual([]);
    await fixture.clock.advance(1);
    expect(inView(fixture)).toEqual(['go', 'one']);
  });

  it('continues with messages from the server', async () => {
    keepBefore();
    const fixture = syncFixture({ tasks });
    persistConversations(fixture.store, conversations, fixture.clock);
    await fixture.clock.advance(120);
    answer(fixture, snapshot(agent(5, 'five', 9)));
    await fixture.clock.advance(1_000);
    expect(onDisk()).toEqual(['go', 'one', 'gap', 'five']);
    answer(fixture, live(go, one, agent(5, 'five', 9)));
    await fixture.clock.advance(1_000);
    expect(onDisk()).toEqual(['go', 'one', 'five']);
  });

  it('is loaded page by page when the user scrolls up', async () => {
    const long = Array.from({ length: 700 }, (_, id) => agent(id, `message ${id}`, id));
    const before = syncFixture({ tasks });
    const persistence = persistConversations(before.store, conversations, before.clock);
    answer(before, live(...long));
    persistence.stop();
    const fixture = syncFixture({ tasks });
    persistConversations(fixture.store, conversations, fixture.clock);
    await fixture.clock.advance(120);
    expect(inView(fixture)).toHaveLength(300);
    for (const expected of [600, 700, 700]) {
      fixture.store.dispatch({ type: 'transcript-scrolled', taskId: 'a', anchor: { message: 2, line: 0 } });
      // The third message of the page stays in view.
      await fixture.clock.advance(1);
      expect(inView(fixture)).toHaveLength(expected);
    }
    expect(inView(fixture)).toEqual(long.map(textOf));
  });
});

describe('a purged conversation', () => {
  it('is empty for a user who scrolls up to it', async () => {
    const long = Array.from({ length: 400 }, (_, id) => agent(id, `message ${id}`, id));
    const before = syncFixture({ tasks });
    const persistence = persistConversations(before.store, conversations, before.clock);
    answer(before, live(...long));
    persistence.stop();
    const fixture = syncFixture({ tasks });
    persistConversations(fixture.store, conversations, fixture.clock);
    await fixture.clock.advance(120);
    state.open().purge({});
    fixture.store.dispatch({ type: 'transcript-scrolled', taskId: 'a', anchor: { message: 2, line: 0 } });
    await fixture.clock.advance(1);
    expect(inView(fixture)).toHaveLength(300);
    expect(fixture.state.mergedTranscripts.get('a')?.older).toBe('none');
    await fixture.clock.advance(10_000);
    expect(fixture.clock.due).toEqual([]);
  });
});

describe('two instances at once', () => {
  it('save what both saw, once', async () => {
    const [mine, yours] = [syncFixture({ tasks }), syncFixture({ tasks })];
    persistConversations(mine.store, conversations, mine.clock);
    persistConversations(yours.store, state.open().conversations(ada), yours.clock);
    for (const fixture of [mine, yours]) {
      await fixture.clock.advance(120);
      answer(fixture, live(go, one));
      await fixture.clock.advance(1_000);
    }
    expect(onDisk()).toEqual(['go', 'one']);
    answer(mine, live(go, agent(1, 'gone', 3)));
    await mine.clock.advance(1_000);
    answer(mine, live(go, agent(1, 'there', 4)));
    await mine.clock.advance(1_000);
    answer(yours, live(go, agent(1, 'there', 4), you(2, 'more', 5)));
    await yours.clock.advance(1_000);
    answer(mine, live(go, agent(1, 'there', 4), you(2, 'more', 5)));
    await mine.clock.advance(1_000);
    expect(onDisk()).toEqual(['go', 'one\ngone', 'there', 'more']);
    expect(inView(mine)).toEqual(onDisk());
    expect(inView(yours)).toEqual(onDisk());
  });
});

describe('a purge', () => {
  it('stays one although the text is on screen; later messages are saved', async () => {
    const fixture = syncFixture({ tasks });
    const persistence = persistConversations(fixture.store, conversations, fixture.clock);
    answer(fixture, live(go, one));
    await fixture.clock.advance(1_000);
    state.open().purge({});
    answer(fixture, live(go, one, you(2, 'more', 3)));
    await fixture.clock.advance(1_000);
    expect(onDisk()).toEqual([]);
    answer(fixture, live(go, one, you(2, 'more', 3), agent(3, 'and more', 4)));
    persistence.stop();
    expect(onDisk()).toEqual(['and more']);
  });
});

describe('a task that left the list', () => {
  it('is recorded from the list of the server, not from disk', async () => {
    const recorded: (readonly string[])[] = [];
    const storage: ConversationStorage = { ...conversations, recordTasks: (ids) => recorded.push(ids) > 0 };
    const fixture = syncFixture();
    fixture.store.dispatch({ type: 'list-restored', tasks, at: 1 });
    persistConversations(fixture.store, storage, fixture.clock);
    await fixture.clock.advance(10_000);
    expect(recorded).toEqual([]);
    fixture.store.dispatch({ type: 'user-received', user: { id: 'u1', username: 'ada', name: 'Ada' } });
    fixture.receiveList(...tasks);
    fixture.receiveList(...tasks.slice(0, 1));
    await fixture.clock.advance(2_000);
    expect(recorded).toEqual([['a']]);
    await fixture.clock.advance(1);
    fixture.receiveList(makeTask({ id: 'a' }));
    await fixture.clock.advance(10_000);
    expect(recorded).toHaveLength(1);
  });
});
