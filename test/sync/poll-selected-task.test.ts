import { describe, expect, it } from 'vitest';
import type { AgentState, Task } from '../../src/domain/task.ts';
import { dataAge, phaseIn, selectedTask } from '../../src/store/selectors.ts';
import { pollSelectedTask } from '../../src/sync/poll-selected-task.ts';
import { live, makeReport, makeTask, NOON, snapshot, you } from '../domain/builders.ts';
import { failure } from './scripted-backend.ts';
import { type SyncFixture, syncFixture } from './sync-fixture.ts';

const inState = (state: AgentState, about: Partial<Task> = {}): Task =>
  makeTask({ id: 'a', state: makeReport({ state }), ...about });

/** A deck whose detail is polled from the moment its first task is listed and selected. */
function polling(...tasks: readonly Task[]): SyncFixture {
  const deck = syncFixture();
  pollSelectedTask(deck);
  deck.receiveList(...tasks);
  return deck;
}

/** When requests of this kind were made within `ms`, if each is answered at once with what is known; ms from now. */
async function timesOf(
  deck: SyncFixture,
  method: 'get' | 'transcript',
  ms: number,
): Promise<readonly number[]> {
  const { backend, clock } = deck;
  const times: number[] = [];
  for (let passed = 0; passed <= ms; passed += 500) {
    await clock.advance(passed === 0 ? 0 : 500);
    if (!backend.calls(method).some(({ isOpen }) => isOpen)) continue;
    times.push(passed);
    if (method === 'get') backend.open('get').answer(selectedTask(deck.state) ?? makeTask());
    else backend.open('transcript').answer(live(you(0, 'go')));
    await clock.settle();
  }
  return times;
}

describe('how often the transcript is asked for', () => {
  it.each<[string, Task, readonly number[]]>([
    ['each second while the agent works', inState('working'), [0, 1_000, 2_000, 3_000, 4_000]],
    ['more slowly while it is idle', inState('idle'), [0, 4_000]],
    ['more slowly when it is complete', inState('complete'), [0, 4_000]],
    ['more slowly when it failed', inState('failed'), [0, 4_000]],
    ['more slowly while the task starts', makeTask({ id: 'a', status: 'pending' }), [0, 4_000]],
    ['once when it is paused', makeTask({ id: 'a', status: 'paused' }), [0]],
    ['not at all when it cannot be read: error', makeTask({ id: 'a', status: 'error' }), []],
    ['not at all when it cannot be read: unknown', makeTask({ id: 'a', status: 'unknown' }), []],
    ['not at all while it pauses', makeTask({ id: 'a', status: 'unknown', workspaceStatus: 'stopping' }), []],
    ['not at all while it is deleted', makeTask({ id: 'a', workspaceStatus: 'deleting' }), []],
  ])('%s', async (_, task, times) => {
    expect(await timesOf(polling(task), 'transcript', 4_500)).toEqual(times);
  });

  it('as seldom as the user wants, and the status in proportion', async () => {
    const deck = syncFixture();
    pollSelectedTask({ ...deck, pace: { list: 5, transcript: 2 } });
    deck.receiveList(inState('working'));
    expect(await timesOf(deck, 'transcript', 4_500)).toEqual([0, 2_000, 4_000]);
    const other = syncFixture();
    pollSelectedTask({ ...other, pace: { list: 5, transcript: 2 } });
    other.receiveList(inState('working'));
    expect(await timesOf(other, 'get', 4_500)).toEqual([0, 4_000]);
  });

  it('after a failure no sooner than usual, even where it is asked for only once', async () => {
    const deck = syncFixture();
    pollSelectedTask({ ...deck, pace: { list: 10, transcript: 3 } });
    deck.receiveList(makeTask({ id: 'a', status: 'paused' }));
    await deck.clock.settle();
    deck.backend.open('transcript').refuse(failure());
    await deck.clock.advance(2_999);
    expect(deck.backend.calls('transcript')).toHaveLength(1);
    await deck.clock.advance(1);
    expect(deck.backend.calls('transcript')).toHaveLength(2);
  });

  it('not at all while nothing is selected', async () => {
    const deck = syncFixture();
    pollSelectedTask(deck).wake();
    await deck.clock.advance(60_000);
    expect(deck.backend.calls('transcript')).toEqual([]);
    expect(deck.backend.calls('get')).toEqual([]);
  });
});

describe('how often the status is asked for', () => {
  it.each<[string, Task, readonly number[]]>([
    ['every two seconds while the agent works', inState('working'), [0, 2_000, 4_000]],
    [
      'each second while the task starts',
      makeTask({ id: 'a', status: 'pending' }),
      [0, 1_000, 2_000, 3_000, 4_000],
    ],
    [
      'each second while it pauses',
      makeTask({ id: 'a', status: 'unknown', workspaceStatus: 'stopping' }),
      [0, 1_000, 2_000, 3_000, 4_000],
    ],
    ['not beside the list while it is idle', inState('idle'), []],
    ['not beside the list when it is paused', makeTask({ id: 'a', status: 'paused' }), []],
  ])('%s', async (_, task, times) => {
    expect(await timesOf(polling(task), 'get', 4_500)).toEqual(times);
  });

  it('by what the last answer said', async () => {
    const deck = polling(inState('working'));
    await deck.clock.settle();
    deck.backend.open('get').answer(inState('idle'));
    await deck.clock.advance(60_000);
    expect(deck.backend.calls('get')).toHaveLength(1);
  });

  it('at its own pace, although its own answer brought another phase', async () => {
    const deck = polling(makeTask({ id: 'a', status: 'pending' }));
    await deck.clock.settle();
    deck.backend.open('get').answer(makeTask({ id: 'a', status: 'initializing' }));
    await deck.clock.advance(999);
    expect(deck.backend.calls('get')).toHaveLength(1);
    await deck.clock.advance(1);
    expect(deck.backend.calls('get')).toHaveLength(2);
  });

  it('again when the list says that something has begun', async () => {
    const deck = polling(inState('idle'));
    await deck.clock.advance(10_000);
    expect(deck.backend.calls('get')).toEqual([]);
    deck.receiveList(inState('working'));
    await deck.clock.settle();
    expect(deck.backend.calls('get')).toHaveLength(1);
  });
});

describe('the selection', () => {
  const tasks = ['a', 'b', 'c', 'd'].map((id) => makeTask({ id, state: makeReport({ state: 'working' }) }));
  const asked = (deck: SyncFixture, method: 'get' | 'transcript') =>
    deck.backend.calls(method).map(({ args }) => (args[0] as Task).id);

  it('held down asks only where it comes to rest', async () => {
    const deck = polling(...tasks);
    await deck.clock.settle();
    expect(asked(deck, 'transcript')).toEqual(['a']);
    for (const id of ['b', 'c', 'd']) {
      deck.select(id);
      await deck.clock.advance(33);
    }
    await deck.clock.advance(86);
    expect(asked(deck, 'transcript')).toEqual(['a']);
    expect(asked(deck, 'get')).toEqual(['a']);
    await deck.clock.advance(1);
    expect(asked(deck, 'transcript')).toEqual(['a', 'd']);
    expect(asked(deck, 'get')).toEqual(['a', 'd']);
  });

  it('that moves on gives up what was asked about the task before', async () => {
    const deck = polling(...tasks);
    await deck.clock.settle();
    const before = deck.backend.open('transcript');
    deck.select('b');
    expect(before.signal.aborted).toBe(true);
    await deck.clock.advance(1_000);
    expect(deck.backend.mostOpen('transcript')).toBe(1);
    expect(deck.state.transcripts.has('a')).toBe(false);
  });

  it('that moves on does not take a failure of the task before for its own', async () => {
    const deck = polling(...tasks);
    await deck.clock.settle();
    deck.select('b');
    await deck.clock.advance(1_000);
    expect(deck.state.transcripts.get('b')).toBeUndefined();
    deck.backend.open('transcript').refuse(failure());
    await deck.clock.settle();
    expect(deck.state.transcripts.get('b')?.error).toMatchObject({ kind: 'server' });
    expect(deck.state.transcripts.has('a')).toBe(false);
  });
});

describe('the answers', () => {
  it('are taken, with what was promised of the next one', async () => {
    const deck = polling(inState('working'));
    await deck.clock.settle();
    deck.backend.open('transcript').answer(live(you(0, 'go')));
    deck.backend.open('get').answer(inState('working', { displayName: 'renamed' }));
    await deck.clock.settle();
    expect(deck.state.transcripts.get('a')).toMatchObject({
      requestedAt: NOON,
      refreshMs: 1_100,
      error: null,
    });
    expect(selectedTask(deck.state)?.displayName).toBe('renamed');
  });

  it('of a paused task promise nothing, and are never late', async () => {
    const deck = polling(makeTask({ id: 'a', status: 'paused' }));
    await deck.clock.settle();
    deck.backend.open('transcript').answer(snapshot(you(0, 'go')));
    await deck.clock.advance(60_000);
    const entry = deck.state.transcripts.get('a');
    expect(entry && dataAge(entry, deck.clock.now())).toEqual({ kind: 'live' });
  });

  it('that come after they were given up are not taken', async () => {
    const deck = syncFixture({ deaf: true });
    pollSelectedTask(deck);
    deck.receiveList(inState('working'), makeTask({ id: 'b' }));
    await deck.clock.settle();
    const [status] = deck.backend.calls('get');
    const [transcript] = deck.backend.calls('transcript');
    deck.select('b');
    status?.answer(inState('failed'));
    transcript?.answer(live(you(0, 'go')));
    await deck.clock.settle();
    expect(deck.state.tasks[0]?.state?.state).toBe('working');
    expect(deck.state.transcripts.has('a')).toBe(false);
  });

  it('that the task begins to need the user are reported', async () => {
    const deck = syncFixture();
    let reported = 0;
    pollSelectedTask({
      ...deck,
      onNeedsAttention() {
        reported += 1;
      },
    });
    deck.receiveList(inState('working'));
    await deck.clock.settle();
    for (const [state, count] of [
      ['working', 0],
      ['idle', 1],
    ] as const) {
      deck.backend.open('get').answer(inState(state));
      await deck.clock.settle();
      expect(reported).toBe(count);
      await deck.clock.advance(10_000);
    }
  });

  it('that there is no such task takes it out of the list', async () => {
    const deck = polling(inState('working'), makeTask({ id: 'b' }));
    await deck.clock.settle();
    deck.backend.open('get').refuse(failure({ kind: 'not-found' }));
    await deck.clock.settle();
    expect(deck.state.tasks.map(({ id }) => id)).toEqual(['b']);
    expect(deck.state.view.selected).toBe('b');
    await deck.clock.advance(60_000);
    expect(deck.backend.calls('get')).toHaveLength(1);
  });

  it('that there are no Tasks at all, or any other failure, do not', async () => {
    const deck = polling(inState('working'));
    await deck.clock.settle();
    deck.backend.open('get').refuse(failure({ kind: 'no-tasks' }));
    await deck.clock.advance(2_000);
    expect(deck.state.tasks).toHaveLength(1);
    expect(deck.backend.calls('get')).toHaveLength(2);
  });
});

describe('a change of phase', () => {
  const stopping = makeTask({ id: 'a', buildNumber: 2, status: 'unknown', workspaceStatus: 'stopping' });
  const paused = makeTask({ id: 'a', buildNumber: 2, status: 'paused' });

  it('to paused asks for the transcript once more', async () => {
    const deck = polling(inState('working'));
    await deck.clock.settle();
    deck.backend.open('transcript').answer(live(you(0, 'go')));
    deck.backend.open('get').answer(stopping);
    await deck.clock.advance(1_000);
    expect(deck.backend.calls('transcript')).toHaveLength(1);
    deck.backend.open('get').answer(paused);
    await deck.clock.settle();
    deck.backend.open('transcript').answer(snapshot(you(0, 'go')));
    await deck.clock.advance(60_000);
    expect(deck.backend.calls('transcript')).toHaveLength(2);
    expect(deck.backend.calls('get')).toHaveLength(2);
    expect(deck.state.transcripts.get('a')?.transcript?.snapshot).toBe(true);
  });

  it('while the transcript is under way asks once more after it, never at the same time', async () => {
    const deck = polling(inState('working'));
    await deck.clock.settle();
    deck.receiveList(makeTask({ id: 'a', state: makeReport({ state: 'complete', at: NOON }) }));
    await deck.clock.advance(300);
    expect(deck.backend.calls('transcript')).toHaveLength(1);
    deck.backend.open('transcript').answer(live(you(0, 'go')));
    // The server has earned its rest all the same.
    await deck.clock.advance(2_699);
    expect(deck.backend.calls('transcript')).toHaveLength(1);
    await deck.clock.advance(1);
    expect(deck.backend.calls('transcript')).toHaveLength(2);
    expect(deck.backend.mostOpen('transcript')).toBe(1);
  });

  it('to one in which nothing can be read leaves nothing late, and no failure standing', async () => {
    const deck = polling(inState('working'));
    await deck.clock.settle();
    deck.backend.open('transcript').answer(live(you(0, 'go')));
    await deck.clock.advance(1_000);
    deck.backend.open('transcript').refuse(failure({ kind: 'conflict' }));
    await deck.clock.settle();
    expect(deck.state.transcripts.get('a')?.error).not.toBeNull();
    deck.receiveList(makeTask({ id: 'a', status: 'error' }));
    await deck.clock.advance(60_000);
    const entry = deck.state.transcripts.get('a');
    expect(entry && dataAge(entry, deck.clock.now())).toEqual({ kind: 'live' });
    expect(entry?.transcript?.messages).toHaveLength(1);
  });

  it('that only a refused transcript tells of is asked about at once, though nothing is expected to change', async () => {
    const deck = polling(inState('idle'));
    await deck.clock.settle();
    deck.backend.open('transcript').refuse(failure({ kind: 'server' }));
    await deck.clock.settle();
    expect(deck.backend.calls('get')).toEqual([]);
    await deck.clock.advance(4_000);
    deck.backend.open('transcript').refuse(failure({ kind: 'conflict' }));
    await deck.clock.settle();
    deck.backend.open('get').answer(inState('idle', { status: 'unknown', workspaceStatus: 'stopping' }));
    await deck.clock.settle();
    expect(deck.state.transcripts.get('a')?.error ?? null).toBeNull();
  });

  it('by a new build asks once more, although the phase has the same name', async () => {
    const deck = polling(makeTask({ id: 'a', status: 'paused', buildNumber: 2 }));
    await deck.clock.settle();
    deck.backend.open('transcript').answer(snapshot());
    await deck.clock.advance(60_000);
    deck.receiveList(makeTask({ id: 'a', status: 'paused', buildNumber: 4 }));
    await deck.clock.settle();
    expect(deck.backend.calls('transcript')).toHaveLength(2);
  });

  it('that we asked for polls the status at once', async () => {
    const deck = polling(inState('idle'));
    await deck.clock.settle();
    deck.store.dispatch({ type: 'action-started', taskId: 'a', action: 'pause', now: deck.clock.now() });
    await deck.clock.settle();
    const task = selectedTask(deck.state);
    expect(task && phaseIn(deck.state, task)).toBe('pausing');
    expect(deck.backend.calls('get')).toHaveLength(1);
  });
});

describe('the end', () => {
  it('gives up both, and follows the selection no more', async () => {
    const deck = syncFixture();
    const poller = pollSelectedTask(deck);
    deck.receiveList(inState('working'), makeTask({ id: 'b' }));
    await deck.clock.settle();
    const [status, transcript] = [deck.backend.open('get'), deck.backend.open('transcript')];
    poller.stop();
    expect([status.signal.aborted, transcript.signal.aborted]).toEqual([true, true]);
    deck.select('b');
    await deck.clock.advance(60_000);
    expect(deck.backend.calls('transcript')).toHaveLength(1);
    expect(deck.clock.due).toEqual([]);
  });
});
