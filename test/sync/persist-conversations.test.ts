import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConversationStorage } from '../../src/domain/ports/conversation-storage.ts';
import { messageOf } from '../../src/domain/stored-conversation.ts';
import type { Transcript } from '../../src/domain/transcript.ts';
import { persistConversations } from '../../src/sync/persist-conversations.ts';
import { agent, live, makeTask, snapshot, you } from '../domain/builders.ts';
import { ada, stateDirectory } from '../storage/storage-fixture.ts';
import { type SyncFixture, syncFixture } from './sync-fixture.ts';

let state: ReturnType<typeof stateDirectory>;
let archive: ConversationStorage;
beforeEach(() => {
  state = stateDirectory();
  archive = state.open().conversations(ada);
});
afterEach(() => state.dispose());

const tasks = [makeTask({ id: 'a' }), makeTask({ id: 'b' })];
const go = you(0, 'go', 1);
const one = agent(1, 'one', 2);

const answer = (deck: SyncFixture, transcript: Transcript, taskId = 'a'): void => {
  const now = deck.clock.now();
  deck.store.dispatch({
    type: 'transcript-received',
    taskId,
    transcript,
    startedAt: now,
    refreshMs: 1_000,
    now,
  });
};

const onDisk = (taskId = 'a'): readonly string[] =>
  archive.load(taskId)?.conversation.entries.map((entry) => messageOf(entry)?.content ?? entry.kind) ?? [];

const inView = ({ state: { mergedTranscripts } }: SyncFixture): readonly string[] =>
  mergedTranscripts.get('a')?.conversation.entries.map((entry) => messageOf(entry)?.content ?? entry.kind) ??
  [];

/** How often something was written. */
function counting(): { readonly archive: ConversationStorage; readonly writes: () => number } {
  let writes = 0;
  return {
    archive: {
      ...archive,
      save(taskId, change) {
        writes++;
        return archive.save(taskId, change);
      },
    },
    writes: () => writes,
  };
}

describe('what is seen', () => {
  it('is on disk once it has settled, and written once', async () => {
    const deck = syncFixture({ tasks });
    const { archive: counted, writes } = counting();
    persistConversations(deck.store, counted, deck.clock);
    answer(deck, live(go, one));
    await deck.clock.advance(999);
    expect(onDisk()).toEqual([]);
    await deck.clock.advance(1);
    expect(onDisk()).toEqual(['go', 'one']);
    for (let second = 0; second < 60; second++) {
      answer(deck, live({ ...go }, { ...one }));
      await deck.clock.advance(1_000);
    }
    expect(writes()).toBe(1);
  });

  it('and goes on changing is written every few seconds', async () => {
    const deck = syncFixture({ tasks });
    const { archive: counted, writes } = counting();
    persistConversations(deck.store, counted, deck.clock);
    for (let tick = 0; tick < 200; tick++) {
      answer(deck, live(go, agent(1, 'x'.repeat(tick + 1), 2 + tick)));
      await deck.clock.advance(300);
    }
    expect(writes()).toBeGreaterThanOrEqual(10);
    expect(writes()).toBeLessThanOrEqual(16);
  });

  it('is written at the end, with how far it was read', () => {
    const deck = syncFixture({ tasks });
    const archiving = persistConversations(deck.store, archive, deck.clock);
    answer(deck, live(go, one));
    archiving.stop();
    expect(onDisk()).toEqual(['go', 'one']);
    expect(archive.load('a')?.readUpTo).toEqual({ run: 0, id: 1, length: 3 });
  });

  it('is written when its task goes, at once', async () => {
    const deck = syncFixture({ tasks });
    persistConversations(deck.store, archive, deck.clock);
    await deck.clock.advance(120);
    answer(deck, live(go, one));
    deck.store.dispatch({ type: 'task-deleted', taskId: 'a', now: deck.clock.now() });
    expect(onDisk()).toEqual(['go', 'one']);
    expect(deck.state.mergedTranscripts.has('a')).toBe(false);
  });

  it('of a task that nobody selected is kept, too', async () => {
    archive.save('b', {
      name: 'b',
      owner: 'ada',
      put: [{ kind: 'message', run: 0, id: 0, message: go }],
      remove: [],
      readUpTo: null,
      revision: 0,
      oldestLoaded: null,
      now: 0,
    });
    const deck = syncFixture({ tasks });
    persistConversations(deck.store, archive, deck.clock);
    answer(deck, live(you(0, 'begun anew', 99)), 'b');
    await deck.clock.advance(1_000);
    expect(onDisk('b')).toEqual(['go', 'restart', 'begun anew']);
  });
});

describe('what was kept', () => {
  const keepBefore = (): void => {
    const deck = syncFixture({ tasks });
    const archiving = persistConversations(deck.store, archive, deck.clock);
    answer(deck, live(go, one));
    archiving.stop();
  };

  it('is back a moment after the task was selected, and not asked for on the way of a held key', async () => {
    keepBefore();
    const deck = syncFixture({ tasks });
    deck.select('b');
    persistConversations(deck.store, archive, deck.clock);
    deck.select('a');
    await deck.clock.advance(119);
    expect(inView(deck)).toEqual([]);
    await deck.clock.advance(1);
    expect(inView(deck)).toEqual(['go', 'one']);
  });

  it('goes on with what the server says', async () => {
    keepBefore();
    const deck = syncFixture({ tasks });
    persistConversations(deck.store, archive, deck.clock);
    await deck.clock.advance(120);
    answer(deck, snapshot(agent(5, 'five', 9)));
    await deck.clock.advance(1_000);
    expect(onDisk()).toEqual(['go', 'one', 'gap', 'five']);
    answer(deck, live(go, one, agent(5, 'five', 9)));
    await deck.clock.advance(1_000);
    expect(onDisk()).toEqual(['go', 'one', 'five']);
  });

  it('is fetched page by page by whoever scrolls up to it', async () => {
    const long = Array.from({ length: 700 }, (_, id) => agent(id, `message ${id}`, id));
    const before = syncFixture({ tasks });
    const archiving = persistConversations(before.store, archive, before.clock);
    answer(before, live(...long));
    archiving.stop();
    const deck = syncFixture({ tasks });
    persistConversations(deck.store, archive, deck.clock);
    await deck.clock.advance(120);
    expect(inView(deck)).toHaveLength(300);
    for (const expected of [600, 700, 700]) {
      deck.store.dispatch({ type: 'transcript-scrolled', taskId: 'a', anchor: { message: 2, line: 0 } });
      // Who looks at the third message of a page goes on doing so.
      await deck.clock.advance(1);
      expect(inView(deck)).toHaveLength(expected);
    }
    expect(inView(deck)).toEqual(long.map(({ content }) => content));
  });
});

describe('what is purged', () => {
  it('while its reader scrolls up to it is simply not there', async () => {
    const long = Array.from({ length: 400 }, (_, id) => agent(id, `message ${id}`, id));
    const before = syncFixture({ tasks });
    const archiving = persistConversations(before.store, archive, before.clock);
    answer(before, live(...long));
    archiving.stop();
    const deck = syncFixture({ tasks });
    persistConversations(deck.store, archive, deck.clock);
    await deck.clock.advance(120);
    state.open().purge({});
    deck.store.dispatch({ type: 'transcript-scrolled', taskId: 'a', anchor: { message: 2, line: 0 } });
    await deck.clock.advance(1);
    expect(inView(deck)).toHaveLength(300);
    expect(deck.state.mergedTranscripts.get('a')?.older).toBe('none');
    await deck.clock.advance(10_000);
    expect(deck.clock.due).toEqual([]);
  });
});

describe('two taskdecks at once', () => {
  it('write what both saw, once', async () => {
    const [mine, yours] = [syncFixture({ tasks }), syncFixture({ tasks })];
    persistConversations(mine.store, archive, mine.clock);
    persistConversations(yours.store, state.open().conversations(ada), yours.clock);
    for (const deck of [mine, yours]) {
      await deck.clock.advance(120);
      answer(deck, live(go, one));
      await deck.clock.advance(1_000);
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
  it('stays one, though the text is on screen; what comes later is kept', async () => {
    const deck = syncFixture({ tasks });
    const archiving = persistConversations(deck.store, archive, deck.clock);
    answer(deck, live(go, one));
    await deck.clock.advance(1_000);
    state.open().purge({});
    answer(deck, live(go, one, you(2, 'more', 3)));
    await deck.clock.advance(1_000);
    expect(onDisk()).toEqual([]);
    answer(deck, live(go, one, you(2, 'more', 3), agent(3, 'and more', 4)));
    archiving.stop();
    expect(onDisk()).toEqual(['and more']);
  });
});

describe('a task that left the list', () => {
  it('is noted by what the server says, and not by the last run', async () => {
    const noted: (readonly string[])[] = [];
    const noting: ConversationStorage = { ...archive, recordTasks: (ids) => noted.push(ids) > 0 };
    const deck = syncFixture();
    deck.store.dispatch({ type: 'list-restored', tasks, at: 1 });
    persistConversations(deck.store, noting, deck.clock);
    await deck.clock.advance(10_000);
    expect(noted).toEqual([]);
    deck.store.dispatch({ type: 'user-received', user: { id: 'u1', username: 'ada', name: 'Ada' } });
    deck.receiveList(...tasks);
    deck.receiveList(...tasks.slice(0, 1));
    await deck.clock.advance(2_000);
    expect(noted).toEqual([['a']]);
    await deck.clock.advance(1);
    deck.receiveList(makeTask({ id: 'a' }));
    await deck.clock.advance(10_000);
    expect(noted).toHaveLength(1);
  });
});
