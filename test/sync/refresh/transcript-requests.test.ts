import { describe, expect, it } from 'vitest';
import type { AgentState, Task } from '../../../src/domain/task.ts';
import { dataAge, selectedTask } from '../../../src/store/selectors.ts';
import { phaseIn } from '../../../src/store/slices/actions.ts';
import { live, makeReport, makeTask, NOON, snapshot, type TaskFields, you } from '../../domain/builders.ts';
import { failure } from '../scripted-backend.ts';
import { type SyncFixture, scheduleSelectedTask, syncFixture } from '../sync-fixture.ts';

const inState = (state: AgentState, about: TaskFields = {}): Task =>
  makeTask({ id: 'a', state: makeReport({ state }), ...about });

/** A fixture that polls the selected task, which is the first one. */
function polling(...tasks: readonly Task[]): SyncFixture {
  const fixture = syncFixture();
  scheduleSelectedTask(fixture);
  fixture.receiveList(...tasks);
  return fixture;
}

/** The times of requests of this kind within `ms`, each answered at once; ms from now. */
async function timesOf(
  fixture: SyncFixture,
  method: 'get' | 'transcript',
  ms: number,
): Promise<readonly number[]> {
  const { backend, clock } = fixture;
  const times: number[] = [];
  for (let passed = 0; passed <= ms; passed += 500) {
    await clock.advance(passed === 0 ? 0 : 500);
    if (!backend.calls(method).some(({ isOpen }) => isOpen)) continue;
    times.push(passed);
    if (method === 'get') backend.open('get').answer(selectedTask(fixture.state) ?? makeTask());
    else backend.open('transcript').answer(live(you(0, 'go')));
    await clock.settle();
  }
  return times;
}

describe('the poll interval of the transcript', () => {
  it.each<[string, Task, readonly number[]]>([
    ['is 1 s while the agent works', inState('working'), [0, 1_000, 2_000, 3_000, 4_000]],
    ['is 4 s while it is idle', inState('idle'), [0, 4_000]],
    ['is 4 s when it is complete', inState('complete'), [0, 4_000]],
    ['is 4 s when it failed', inState('failed'), [0, 4_000]],
    ['is 4 s while the task starts', makeTask({ id: 'a', status: 'pending' }), [0, 4_000]],
    ['means one request when it is paused', makeTask({ id: 'a', status: 'paused' }), [0]],
    ['means no request in the phase error', makeTask({ id: 'a', status: 'error' }), []],
    ['means no request in the phase unknown', makeTask({ id: 'a', status: 'unknown' }), []],
    [
      'means no request while it pauses',
      makeTask({ id: 'a', status: 'unknown', workspaceStatus: 'stopping' }),
      [],
    ],
    ['means no request while it is deleted', makeTask({ id: 'a', workspaceStatus: 'deleting' }), []],
  ])('%s', async (_, task, times) => {
    expect(await timesOf(polling(task), 'transcript', 4_500)).toEqual(times);
  });

  it('follows the configured interval, and the status in proportion', async () => {
    const fixture = syncFixture();
    scheduleSelectedTask({ ...fixture, pace: { list: 5, transcript: 2 } });
    fixture.receiveList(inState('working'));
    expect(await timesOf(fixture, 'transcript', 4_500)).toEqual([0, 2_000, 4_000]);
    const other = syncFixture();
    scheduleSelectedTask({ ...other, pace: { list: 5, transcript: 2 } });
    other.receiveList(inState('working'));
    expect(await timesOf(other, 'get', 4_500)).toEqual([0, 4_000]);
  });

  it('is no shorter after a failure, even where there is only one request', async () => {
    const fixture = syncFixture();
    scheduleSelectedTask({ ...fixture, pace: { list: 10, transcript: 3 } });
    fixture.receiveList(makeTask({ id: 'a', status: 'paused' }));
    await fixture.clock.settle();
    fixture.backend.open('transcript').refuse(failure());
    await fixture.clock.advance(2_999);
    expect(fixture.backend.calls('transcript')).toHaveLength(1);
    await fixture.clock.advance(1);
    expect(fixture.backend.calls('transcript')).toHaveLength(2);
  });

  it('does not apply while nothing is selected', async () => {
    const fixture = syncFixture();
    scheduleSelectedTask(fixture).wake();
    await fixture.clock.advance(60_000);
    expect(fixture.backend.calls('transcript')).toEqual([]);
    expect(fixture.backend.calls('get')).toEqual([]);
  });
});

describe('the poll interval of the status', () => {
  it.each<[string, Task, readonly number[]]>([
    ['is 2 s while the agent works', inState('working'), [0, 2_000, 4_000]],
    [
      'is 1 s while the task starts',
      makeTask({ id: 'a', status: 'pending' }),
      [0, 1_000, 2_000, 3_000, 4_000],
    ],
    [
      'is 1 s while it pauses',
      makeTask({ id: 'a', status: 'unknown', workspaceStatus: 'stopping' }),
      [0, 1_000, 2_000, 3_000, 4_000],
    ],
    ['means no request while it is idle', inState('idle'), []],
    ['means no request when it is paused', makeTask({ id: 'a', status: 'paused' }), []],
  ])('%s', async (_, task, times) => {
    expect(await timesOf(polling(task), 'get', 4_500)).toEqual(times);
  });

  it('follows the phase of the last response', async () => {
    const fixture = polling(inState('working'));
    await fixture.clock.settle();
    fixture.backend.open('get').answer(inState('idle'));
    await fixture.clock.advance(60_000);
    expect(fixture.backend.calls('get')).toHaveLength(1);
  });

  it('stays the same when its own response changes the phase', async () => {
    const fixture = polling(makeTask({ id: 'a', status: 'pending' }));
    await fixture.clock.settle();
    fixture.backend.open('get').answer(makeTask({ id: 'a', status: 'initializing' }));
    await fixture.clock.advance(999);
    expect(fixture.backend.calls('get')).toHaveLength(1);
    await fixture.clock.advance(1);
    expect(fixture.backend.calls('get')).toHaveLength(2);
  });

  it('starts again when the list shows a transition', async () => {
    const fixture = polling(inState('idle'));
    await fixture.clock.advance(10_000);
    expect(fixture.backend.calls('get')).toEqual([]);
    fixture.receiveList(inState('working'));
    await fixture.clock.settle();
    expect(fixture.backend.calls('get')).toHaveLength(1);
  });
});

describe('the selection', () => {
  const tasks = ['a', 'b', 'c', 'd'].map((id) => makeTask({ id, state: makeReport({ state: 'working' }) }));
  const requestedIds = (fixture: SyncFixture, method: 'get' | 'transcript') =>
    fixture.backend.calls(method).map(({ args }) => (args[0] as Task).id);

  it('requests nothing while a held key passes', async () => {
    const fixture = polling(...tasks);
    await fixture.clock.settle();
    expect(requestedIds(fixture, 'transcript')).toEqual(['a']);
    for (const id of ['b', 'c', 'd']) {
      fixture.select(id);
      await fixture.clock.advance(33);
    }
    await fixture.clock.advance(86);
    expect(requestedIds(fixture, 'transcript')).toEqual(['a']);
    expect(requestedIds(fixture, 'get')).toEqual(['a']);
    await fixture.clock.advance(1);
    expect(requestedIds(fixture, 'transcript')).toEqual(['a', 'd']);
    expect(requestedIds(fixture, 'get')).toEqual(['a', 'd']);
  });

  it('aborts the requests for the task before', async () => {
    const fixture = polling(...tasks);
    await fixture.clock.settle();
    const before = fixture.backend.open('transcript');
    fixture.select('b');
    expect(before.signal.aborted).toBe(true);
    await fixture.clock.advance(1_000);
    expect(fixture.backend.maxOpen('transcript')).toBe(1);
    expect(fixture.state.transcripts.has('a')).toBe(false);
  });

  it('ignores a failure of the task before', async () => {
    const fixture = polling(...tasks);
    await fixture.clock.settle();
    fixture.select('b');
    await fixture.clock.advance(1_000);
    expect(fixture.state.transcripts.get('b')).toBeUndefined();
    fixture.backend.open('transcript').refuse(failure());
    await fixture.clock.settle();
    expect(fixture.state.transcripts.get('b')?.error).toMatchObject({ kind: 'server' });
    expect(fixture.state.transcripts.has('a')).toBe(false);
  });
});

describe('a response', () => {
  it('is stored, with the age at which it is stale', async () => {
    const fixture = polling(inState('working'));
    await fixture.clock.settle();
    fixture.backend.open('transcript').answer(live(you(0, 'go')));
    fixture.backend.open('get').answer(inState('working', { displayName: 'renamed' }));
    await fixture.clock.settle();
    expect(fixture.state.transcripts.get('a')).toMatchObject({
      requestedAt: NOON,
      refreshMs: 1_100,
      error: null,
    });
    expect(selectedTask(fixture.state)?.displayName).toBe('renamed');
  });

  it('for a paused task is never stale', async () => {
    const fixture = polling(makeTask({ id: 'a', status: 'paused' }));
    await fixture.clock.settle();
    fixture.backend.open('transcript').answer(snapshot(you(0, 'go')));
    await fixture.clock.advance(60_000);
    const entry = fixture.state.transcripts.get('a');
    expect(entry && dataAge(entry, fixture.clock.now())).toEqual({ kind: 'live' });
  });

  it('to an aborted request is ignored', async () => {
    const fixture = syncFixture({ deaf: true });
    scheduleSelectedTask(fixture);
    fixture.receiveList(inState('working'), makeTask({ id: 'b' }));
    await fixture.clock.settle();
    const [status] = fixture.backend.calls('get');
    const [transcript] = fixture.backend.calls('transcript');
    fixture.select('b');
    status?.answer(inState('failed'));
    transcript?.answer(live(you(0, 'go')));
    await fixture.clock.settle();
    expect(fixture.state.tasks[0]?.state?.state).toBe('working');
    expect(fixture.state.transcripts.has('a')).toBe(false);
  });

  it('that shows that the task needs the user wakes the list', async () => {
    const fixture = syncFixture();
    let lists = 0;
    scheduleSelectedTask(fixture, {
      name: 'list',
      retryMs: () => 0,
      async request() {
        lists += 1;
        return null;
      },
    });
    fixture.receiveList(inState('working'));
    await fixture.clock.settle();
    for (const [state, count] of [
      ['working', 0],
      ['idle', 1],
    ] as const) {
      fixture.backend.open('get').answer(inState(state));
      await fixture.clock.settle();
      expect(lists).toBe(count);
      await fixture.clock.advance(10_000);
    }
  });

  it('of "not found" removes the task from the list', async () => {
    const fixture = polling(inState('working'), makeTask({ id: 'b' }));
    await fixture.clock.settle();
    fixture.backend.open('get').refuse(failure({ kind: 'not-found' }));
    await fixture.clock.settle();
    expect(fixture.state.tasks.map(({ id }) => id)).toEqual(['b']);
    expect(fixture.state.view.selected).toBe('b');
    await fixture.clock.advance(60_000);
    expect(fixture.backend.calls('get')).toHaveLength(1);
  });

  it('of another failure does not remove the task', async () => {
    const fixture = polling(inState('working'));
    await fixture.clock.settle();
    fixture.backend.open('get').refuse(failure({ kind: 'no-tasks' }));
    await fixture.clock.advance(2_000);
    expect(fixture.state.tasks).toHaveLength(1);
    expect(fixture.backend.calls('get')).toHaveLength(2);
  });
});

describe('a change of phase', () => {
  const stopping = makeTask({ id: 'a', buildNumber: 2, status: 'unknown', workspaceStatus: 'stopping' });
  const paused = makeTask({ id: 'a', buildNumber: 2, status: 'paused' });

  it('to paused requests the transcript once more', async () => {
    const fixture = polling(inState('working'));
    await fixture.clock.settle();
    fixture.backend.open('transcript').answer(live(you(0, 'go')));
    fixture.backend.open('get').answer(stopping);
    await fixture.clock.advance(1_000);
    expect(fixture.backend.calls('transcript')).toHaveLength(1);
    fixture.backend.open('get').answer(paused);
    await fixture.clock.settle();
    fixture.backend.open('transcript').answer(snapshot(you(0, 'go')));
    await fixture.clock.advance(60_000);
    expect(fixture.backend.calls('transcript')).toHaveLength(2);
    expect(fixture.backend.calls('get')).toHaveLength(2);
    expect(fixture.state.transcripts.get('a')?.transcript?.snapshot).toBe(true);
  });

  it('during a transcript request sends one more after it, never at the same time', async () => {
    const fixture = polling(inState('working'));
    await fixture.clock.settle();
    fixture.receiveList(makeTask({ id: 'a', state: makeReport({ state: 'complete', at: NOON }) }));
    await fixture.clock.advance(300);
    expect(fixture.backend.calls('transcript')).toHaveLength(1);
    fixture.backend.open('transcript').answer(live(you(0, 'go')));
    // The delay after a slow response still applies.
    await fixture.clock.advance(2_699);
    expect(fixture.backend.calls('transcript')).toHaveLength(1);
    await fixture.clock.advance(1);
    expect(fixture.backend.calls('transcript')).toHaveLength(2);
    expect(fixture.backend.maxOpen('transcript')).toBe(1);
  });

  it('to one without a readable transcript clears staleness and failures', async () => {
    const fixture = polling(inState('working'));
    await fixture.clock.settle();
    fixture.backend.open('transcript').answer(live(you(0, 'go')));
    await fixture.clock.advance(1_000);
    fixture.backend.open('transcript').refuse(failure({ kind: 'conflict' }));
    await fixture.clock.settle();
    expect(fixture.state.transcripts.get('a')?.error).not.toBeNull();
    fixture.receiveList(makeTask({ id: 'a', status: 'error' }));
    await fixture.clock.advance(60_000);
    const entry = fixture.state.transcripts.get('a');
    expect(entry && dataAge(entry, fixture.clock.now())).toEqual({ kind: 'live' });
    expect(entry?.transcript?.messages).toHaveLength(1);
  });

  it('that only a refused transcript request shows makes the status poll at once', async () => {
    const fixture = polling(inState('idle'));
    await fixture.clock.settle();
    fixture.backend.open('transcript').refuse(failure({ kind: 'server' }));
    await fixture.clock.settle();
    expect(fixture.backend.calls('get')).toEqual([]);
    await fixture.clock.advance(4_000);
    fixture.backend.open('transcript').refuse(failure({ kind: 'conflict' }));
    await fixture.clock.settle();
    fixture.backend.open('get').answer(inState('idle', { status: 'unknown', workspaceStatus: 'stopping' }));
    await fixture.clock.settle();
    expect(fixture.state.transcripts.get('a')?.error ?? null).toBeNull();
  });

  it('by a new build sends one more request, although the phase is the same', async () => {
    const fixture = polling(makeTask({ id: 'a', status: 'paused', buildNumber: 2 }));
    await fixture.clock.settle();
    fixture.backend.open('transcript').answer(snapshot());
    await fixture.clock.advance(60_000);
    fixture.receiveList(makeTask({ id: 'a', status: 'paused', buildNumber: 4 }));
    await fixture.clock.settle();
    expect(fixture.backend.calls('transcript')).toHaveLength(2);
  });

  it('that the user requested polls the status after its interval: the answer to the action comes first', async () => {
    const fixture = polling(inState('idle'));
    await fixture.clock.settle();
    fixture.store.dispatch({
      type: 'action-started',
      taskId: 'a',
      action: 'pause',
      now: fixture.clock.now(),
    });
    await fixture.clock.settle();
    const task = selectedTask(fixture.state);
    expect(task && phaseIn(fixture.state, task)).toBe('pausing');
    await fixture.clock.advance(999);
    expect(fixture.backend.calls('get')).toHaveLength(0);
    await fixture.clock.advance(1);
    expect(fixture.backend.calls('get')).toHaveLength(1);
  });
});

describe('the end', () => {
  it('aborts both requests, and ignores the selection', async () => {
    const fixture = syncFixture();
    const scheduler = scheduleSelectedTask(fixture);
    fixture.receiveList(inState('working'), makeTask({ id: 'b' }));
    await fixture.clock.settle();
    const [status, transcript] = [fixture.backend.open('get'), fixture.backend.open('transcript')];
    scheduler.stop();
    expect([status.signal.aborted, transcript.signal.aborted]).toEqual([true, true]);
    fixture.select('b');
    await fixture.clock.advance(60_000);
    expect(fixture.backend.calls('transcript')).toHaveLength(1);
    expect(fixture.clock.due).toEqual([]);
  });
});
