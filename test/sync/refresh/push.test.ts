import { describe, expect, it } from 'vitest';
import { type Message, textOf } from '../../../src/domain/message.ts';
import type { FollowEvent } from '../../../src/domain/ports/source.ts';
import type { Task } from '../../../src/domain/task.ts';
import { mergedTranscriptOf } from '../../../src/store/merged-transcript.ts';
import { dataAge } from '../../../src/store/selectors.ts';
import { createStore } from '../../../src/store/store.ts';
import { isEntry, transcriptItems } from '../../../src/store/transcript-items.ts';
import { startSync } from '../../../src/sync/sync.ts';
import {
  agent,
  live,
  MINUTE,
  makeBuild,
  makeReport,
  makeTask,
  textOrKind,
  you,
} from '../../domain/builders.ts';
import { outboxStorage } from '../../support/outbox-storage.ts';
import { pushingBackend } from '../pushing-backend.ts';
import { failure } from '../scripted-backend.ts';
import { syncFixture } from '../sync-fixture.ts';

const working = (id: string, about: Partial<Task> = {}): Task =>
  makeTask({ id, state: makeReport({ state: 'working' }), ...about });
const A = working('a');
const B = working('b');
const CHANGED: FollowEvent = { type: 'changed' };

const transcript = (revision: number, ...messages: readonly Message[]): FollowEvent => ({
  type: 'transcript',
  revision,
  transcript: live(...messages),
});

/** Sync with a source that pushes. The server answers requests at once with what it holds, unless it `hangs`. */
async function startPushing({
  tasks = [A, B] as readonly Task[],
  random = 0,
  messages = [you(0, 'go')],
} = {}) {
  const fixture = syncFixture();
  const faults: unknown[] = [];
  const store = createStore(fixture.state, (error) => faults.push(error));
  const { clock } = fixture;
  const counts = { list: 0, transcript: 0 };
  const server = { tasks, messages: messages as readonly Message[], hangs: false };
  const hang = (signal: AbortSignal): Promise<never> =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  const unbuilt = {
    ...fixture.backend,
    latestBuild: () => Promise.reject(failure({ kind: 'not-found' })),
  };
  const backend = pushingBackend(unbuilt, {
    async list(_, signal) {
      counts.list++;
      return server.hangs ? hang(signal) : server.tasks;
    },
    async get({ id }) {
      const task = server.tasks.find((each) => each.id === id);
      if (task === undefined) throw failure({ kind: 'not-found' });
      return task;
    },
    async transcript(_, signal) {
      counts.transcript++;
      return server.hangs ? hang(signal) : live(...server.messages);
    },
  });
  const sync = startSync({
    ...fixture,
    store,
    backend,
    random: () => random,
    outboxStorage: outboxStorage().rows(),
  });
  await clock.settle();
  return {
    ...backend,
    clock,
    sync,
    store,
    server,
    counts,
    faults,
    resume: () => fixture.backend.open('resume'),
    select: (taskId: string) => store.dispatch({ type: 'task-selected', taskId }),
    /** The texts of the conversation on the screen. */
    screen: (taskId = 'a') =>
      transcriptItems(mergedTranscriptOf(store.getState(), taskId)).filter(isEntry).map(textOrKind),
    openFollow() {
      const open = backend.follows.filter(({ isOpen }) => isOpen);
      if (open.length !== 1 || open[0] === undefined) throw new Error(`${open.length} streams are open.`);
      return open[0];
    },
    openWatch() {
      const open = backend.watches.filter(({ isOpen }) => isOpen);
      if (open.length !== 1 || open[0] === undefined) throw new Error(`${open.length} streams are open.`);
      return open[0];
    },
    /** The transcript requests while `work` runs. */
    async requestsDuring(work: () => Promise<unknown>): Promise<number> {
      const before = counts.transcript;
      await work();
      return counts.transcript - before;
    },
  };
}

/** With a healthy stream, after the request that its first event needs. */
async function startFollowing(options?: Parameters<typeof startPushing>[0]) {
  const pushing = await startPushing(options);
  pushing.openFollow().push(CHANGED);
  await pushing.clock.advance(1_000);
  return pushing;
}

describe('a followed transcript', () => {
  it('is polled until the stream reports something, then requested once', async () => {
    const { clock, openFollow, requestsDuring } = await startPushing();
    expect(await requestsDuring(() => clock.advance(10_000))).toBe(10);
    openFollow().push(CHANGED);
    expect(await requestsDuring(() => clock.settle())).toBe(1);
    expect(await requestsDuring(() => clock.advance(60 * MINUTE))).toBe(0);
  });

  it('is not requested while the stream pushes it, and is live', async () => {
    const { clock, openFollow, requestsDuring, screen, store } = await startPushing();
    let text = '';
    const requests = await requestsDuring(async () => {
      for (let revision = 1; revision <= 600; revision++) {
        text += '.';
        openFollow().push(transcript(revision, you(0, 'go'), agent(1, text)));
        await clock.advance(200);
        expect(screen()).toEqual(['go', text]);
      }
    });
    expect(requests).toBe(0);
    await clock.advance(10 * MINUTE);
    const entry = store.getState().transcripts.get('a');
    expect(entry && dataAge(entry, clock.now())).toEqual({ kind: 'live' });
  });

  it('is not requested after an action or a change of phase, but by a refresh', async () => {
    const { clock, counts, requestsDuring, resume, server, sync } = await startFollowing();
    const lists = counts.list;
    const requests = await requestsDuring(async () => {
      sync.operations.act('resume', 'b');
      resume().answer(makeBuild());
      await clock.settle();
      expect(counts.list).toBe(lists + 1);
      server.tasks = [makeTask({ id: 'a', state: makeReport({ state: 'idle' }) }), B];
      await clock.advance(MINUTE);
    });
    expect(requests).toBe(0);
    sync.refresh();
    expect(await requestsDuring(() => clock.settle())).toBe(1);
  });

  it('is requested at most once a second for pushed changes', async () => {
    const { clock, openFollow, requestsDuring } = await startFollowing();
    const requests = await requestsDuring(async () => {
      for (let count = 0; count < 500; count++) {
        openFollow().push(CHANGED);
        await clock.advance(20);
      }
      await clock.advance(5_000);
    });
    expect(requests).toBe(11);
  });

  it('is the pushed one, although a request was pending', async () => {
    const { clock, openFollow, screen, server } = await startFollowing();
    server.hangs = true;
    openFollow().push(CHANGED);
    await clock.settle();
    openFollow().push(transcript(1, you(0, 'go'), agent(1, 'pushed')));
    server.hangs = false;
    await clock.advance(MINUTE);
    expect(screen()).toEqual(['go', 'pushed']);
  });

  it('shows each message once and does not go back, when events come twice or late', async () => {
    const { clock, openFollow, screen } = await startPushing();
    const events = ['one', 'one two', 'one two three'].map((text, index) =>
      transcript(index + 1, you(0, 'go'), agent(1, text)),
    );
    const [first, second, third] = events as [FollowEvent, FollowEvent, FollowEvent];
    const shown: (readonly string[])[] = [];
    for (const event of [first, first, third, second, first, third]) {
      openFollow().push(event);
      await clock.settle();
      shown.push(screen());
    }
    const [one, three] = [
      ['go', 'one'],
      ['go', 'one two three'],
    ];
    expect(shown).toEqual([one, one, three, three, three, three]);
  });
});

describe('a broken stream', () => {
  it.each([
    ['that fails', 'fail'],
    ['that the server ends', 'end'],
  ] as const)('%s is replaced by polling at once, and synchronized once when it is back', async (_, how) => {
    const { clock, counts, openFollow, requestsDuring, screen, server, follows } = await startFollowing();
    server.messages = [you(0, 'go'), agent(1, 'while it was broken')];
    const requests = await requestsDuring(async () => {
      openFollow()[how](failure({ kind: 'unreachable' }));
      await clock.settle();
    });
    expect(requests).toBe(1);
    expect(screen()).toEqual(['go', 'while it was broken']);
    expect(follows).toHaveLength(1);
    await clock.advance(10_000);
    expect(follows).toHaveLength(2);
    expect(counts.transcript).toBeGreaterThan(10);
    openFollow().push(CHANGED);
    expect(await requestsDuring(() => clock.settle())).toBe(1);
    expect(await requestsDuring(() => clock.advance(MINUTE))).toBe(0);
  });

  it('that is open again with the whole conversation needs no request', async () => {
    const { clock, openFollow, requestsDuring, screen } = await startFollowing();
    openFollow().end();
    await clock.advance(500);
    const requests = await requestsDuring(async () => {
      openFollow().push(transcript(1, you(0, 'go'), agent(1, 'all')));
      await clock.advance(MINUTE);
    });
    expect(requests).toBe(0);
    expect(screen()).toEqual(['go', 'all']);
  });

  it.each([
    [0, [500, 1_500, 3_500, 7_500, 15_500, 30_500, 45_500]],
    [0.999_999, [1_000, 3_000, 7_000, 15_000, 31_000, 61_000, 91_000]],
  ])('is opened after delays that double up to 30 s, with jitter (%s)', async (random, times) => {
    const { clock, openFollow, follows } = await startFollowing({ random });
    const from = clock.now();
    const opened: number[] = [];
    openFollow().fail(failure());
    for (let count = 1; opened.length < times.length; ) {
      await clock.advance(100);
      if (follows.length === count) continue;
      count = follows.length;
      opened.push(Math.round((clock.now() - from) / 500) * 500);
      openFollow().fail(failure());
    }
    expect(opened).toEqual(times);
  });

  it.each([
    [29_000, 1_000],
    [30_000, 500],
  ])('that was open for %s ms is opened after %s ms', async (livedMs, delayMs) => {
    const { clock, openFollow, follows } = await startFollowing();
    openFollow().end();
    await clock.advance(500);
    openFollow().push(CHANGED);
    await clock.advance(livedMs);
    openFollow().end();
    await clock.advance(delayMs - 1);
    expect(follows).toHaveLength(2);
    await clock.advance(1);
    expect(follows).toHaveLength(3);
  });

  it('waits for a Retry-After', async () => {
    const { clock, openFollow, follows } = await startFollowing();
    openFollow().fail(failure({ kind: 'rate-limited', retryAfterMs: MINUTE }));
    await clock.advance(MINUTE - 1);
    expect(follows).toHaveLength(1);
    await clock.advance(1);
    expect(follows).toHaveLength(2);
  });

  it('shows that the data gets old when requests hang too', async () => {
    const { clock, openFollow, server, store } = await startFollowing();
    const ageOf = () => dataAge(store.getState().transcripts.get('a') ?? expect.fail(), clock.now()).kind;
    await clock.advance(10 * MINUTE);
    server.hangs = true;
    openFollow().fail(failure({ kind: 'unreachable' }));
    await clock.advance(5_000);
    expect(ageOf()).toBe('live');
    await clock.advance(3_000);
    expect(ageOf()).toBe('stale');
  });

  it('because of a fault of taskdeck is reported, and polling continues', async () => {
    const { clock, faults, openFollow, requestsDuring } = await startFollowing();
    const fault = new TypeError('x is undefined');
    openFollow().fail(fault);
    expect(await requestsDuring(() => clock.advance(5_000))).toBeGreaterThan(3);
    expect(faults).toEqual([fault]);
  });
});

describe('the followed task', () => {
  it('is the selected one alone', async () => {
    const { clock, follows, openFollow, select, screen } = await startFollowing();
    const first = openFollow();
    select('b');
    expect(first.isOpen).toBe(false);
    await clock.advance(119);
    expect(follows).toHaveLength(1);
    await clock.advance(1);
    expect(openFollow().taskId).toBe('b');
    first.push(transcript(9, you(0, 'too late')));
    await clock.settle();
    expect(screen()).toEqual(['go']);
  });

  it('is not opened while a held key passes it', async () => {
    const { clock, follows, select } = await startPushing({ tasks: [A, B, working('c'), working('d')] });
    for (const id of ['b', 'c', 'd']) {
      select(id);
      await clock.advance(33);
    }
    await clock.advance(1_000);
    expect(follows.map(({ taskId }) => taskId)).toEqual(['a', 'd']);
  });

  it.each([
    ['is paused', { status: 'paused' }, 1],
    ['is in error', { status: 'error' }, 0],
  ] as const)('that %s is not followed any more', async (_, about, requests) => {
    const { clock, openFollow, requestsDuring, server } = await startFollowing();
    const stream = openFollow();
    server.tasks = [makeTask({ id: 'a', ...about }), B];
    expect(await requestsDuring(() => clock.advance(5_000))).toBe(requests);
    expect(stream.isOpen).toBe(false);
  });
});

describe('a task of a stream', () => {
  it('changes what the stream reports, and keeps what the list reported meanwhile', async () => {
    const { clock, openFollow, server, store } = await startFollowing();
    const stream = openFollow();
    const shown = () => store.getState().tasks.find(({ id }) => id === 'a');
    server.tasks = [working('a', { displayName: 'Renamed' }), B];
    await clock.advance(MINUTE);
    expect(shown()?.displayName).toBe('Renamed');
    const idle = { ...A, state: makeReport({ state: 'idle' }) };
    stream.push({ type: 'task', task: idle });
    expect(shown()).toMatchObject({ displayName: 'Renamed', state: { state: 'idle' } });
    stream.push({ type: 'task', task: A });
    expect(shown()).toMatchObject({ displayName: 'Renamed', state: { state: 'working' } });
  });
});

describe('a watched list', () => {
  it('is requested early after a hint, at most once a second, and every 30 s otherwise', async () => {
    const { clock, counts, openWatch } = await startPushing();
    openWatch().push();
    await clock.advance(1_000);
    const before = counts.list;
    openWatch().push();
    await clock.settle();
    expect(counts.list).toBe(before + 1);
    for (let hint = 0; hint < 500; hint++) {
      openWatch().push();
      await clock.advance(20);
    }
    expect(counts.list).toBe(before + 11);
    await clock.advance(MINUTE);
    expect(counts.list).toBe(before + 11 + 2);
  });

  it('is requested once when the stream is open again, and polled meanwhile', async () => {
    const { clock, counts, openWatch, watches } = await startPushing({ tasks: [makeTask({ id: 'a' })] });
    openWatch().push();
    await clock.advance(12_000);
    openWatch().fail(failure({ kind: 'unreachable' }));
    await clock.advance(1_000);
    expect(watches).toHaveLength(2);
    const before = counts.list;
    openWatch().push();
    await clock.advance(4_999);
    expect(counts.list).toBe(before + 1);
    await clock.advance(MINUTE);
    expect(counts.list).toBe(before + 3);
  });

  it('is not watched before its first answer: the server may not have the source', async () => {
    const { watches } = await startPushing();
    expect(watches).toHaveLength(1);
    const fixture = syncFixture();
    const pushing = pushingBackend(fixture.backend, {
      list: () => Promise.reject(failure({ kind: 'no-tasks' })),
    });
    startSync({ ...fixture, backend: pushing, outboxStorage: outboxStorage().rows() });
    await fixture.clock.advance(MINUTE);
    expect(pushing.watches).toHaveLength(0);
  });

  it('is polled every 5 s again from the moment when the stream breaks', async () => {
    const { clock, counts, openWatch } = await startPushing({ tasks: [makeTask({ id: 'a' })] });
    openWatch().push();
    await clock.advance(20_000);
    const before = counts.list;
    openWatch().fail(failure({ kind: 'unreachable' }));
    await clock.settle();
    expect(counts.list).toBe(before + 1);
    await clock.advance(20_000);
    expect(counts.list).toBe(before + 5);
  });

  it('is stale as early as without a stream when the stream breaks and the server hangs', async () => {
    const { clock, openWatch, server, store } = await startPushing({ tasks: [makeTask({ id: 'a' })] });
    const age = () => dataAge(store.getState().listFreshness, clock.now()).kind;
    openWatch().push();
    await clock.advance(25_000);
    expect(age()).toBe('live');
    server.hangs = true;
    openWatch().fail(failure({ kind: 'unreachable' }));
    await clock.advance(9_000);
    expect(age()).toBe('live');
    await clock.advance(3_000);
    expect(age()).toBe('stale');
  });

  it.each([
    ['all users', { kind: 'everyone' }],
    ['another user', { kind: 'owner', name: 'bob' }],
    ['archived tasks', { kind: 'mine', archived: true }],
  ] as const)('of %s is polled every 5 s: hints are about own tasks', async (_, scope) => {
    const { clock, counts, openWatch, store } = await startPushing({ tasks: [makeTask({ id: 'a' })] });
    openWatch().push();
    store.dispatch({ type: 'scope-selected', scope, now: clock.now() });
    await clock.settle();
    const before = counts.list;
    await clock.advance(30_000);
    expect(counts.list).toBe(before + 6);
  });
});

describe('all streams', () => {
  it('close when taskdeck is suspended, and open with the refresh after it', async () => {
    const { clock, follows, openFollow, openWatch, requestsDuring, sync, watches } = await startFollowing();
    const [follow, watch] = [openFollow(), openWatch()];
    sync.suspend();
    expect([follow.isOpen, watch.isOpen]).toEqual([false, false]);
    follow.push(CHANGED);
    watch.push();
    expect(await requestsDuring(() => clock.advance(MINUTE))).toBe(0);
    expect([follows.length, watches.length]).toEqual([1, 1]);
    sync.refresh();
    await clock.settle();
    expect([openFollow().taskId, openWatch().isOpen]).toEqual(['a', true]);
  });

  it('open again after the machine slept', async () => {
    const { clock, openFollow, openWatch } = await startFollowing();
    const [follow, watch] = [openFollow(), openWatch()];
    clock.sleep(60 * MINUTE);
    await clock.advance(10_000);
    expect([follow.isOpen, watch.isOpen]).toEqual([false, false]);
    expect([openFollow().isOpen, openWatch().isOpen]).toEqual([true, true]);
  });

  it.each([
    ['healthy', () => {}],
    ['broken', (stream: { fail(error: unknown): void }) => stream.fail(failure())],
  ])('that are %s leave nothing behind at the end', async (_, happens) => {
    const { clock, follows, openFollow, openWatch, requestsDuring, store, sync, watches } =
      await startFollowing();
    const [follow, watch] = [openFollow(), openWatch()];
    happens(follow);
    happens(watch);
    await clock.settle();
    sync.stop();
    sync.refresh();
    await clock.settle();
    expect(clock.due).toEqual([]);
    expect([...follows, ...watches].filter(({ isOpen }) => isOpen)).toEqual([]);
    const state = store.getState();
    follow.push(transcript(9, you(0, 'late')));
    watch.push();
    expect(await requestsDuring(() => clock.advance(MINUTE))).toBe(0);
    expect(store.getState()).toBe(state);
  });

  it('that the server refuses change nothing about polling', async () => {
    const { clock, follows, requestsDuring, watches, counts } = await startPushing();
    const before = counts.list;
    const requests = await requestsDuring(async () => {
      for (let second = 0; second < 60; second++) {
        for (const stream of [...follows, ...watches])
          if (stream.isOpen) stream.fail(failure({ kind: 'not-found' }));
        await clock.advance(1_000);
      }
    });
    expect([requests, counts.list - before]).toEqual([60, 20]);
    expect(follows.length).toBeLessThan(12);
  });
});

it('a random stream that loses, repeats and delays events, and breaks, never shows a message twice', async () => {
  let seed = 7;
  const next = (limit: number): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % limit;
  };
  const { clock, follows, screen, server } = await startPushing();
  const delayed: FollowEvent[] = [];
  let revision = 0;
  for (let step = 1; step <= 800; step++) {
    if (next(3) > 0) server.messages = [...server.messages, agent(server.messages.length, `message ${step}`)];
    const stream = follows.findLast(({ isOpen }) => isOpen);
    const event = next(4) === 0 ? CHANGED : transcript(++revision, ...server.messages);
    switch (next(8)) {
      case 0:
        break;
      case 1:
        delayed.push(event);
        break;
      case 2:
        stream?.push(event);
        stream?.push(event);
        break;
      case 3:
        if (next(10) === 0) stream?.fail(failure({ kind: 'unreachable' }));
        break;
      default:
        stream?.push(event);
    }
    if (next(5) === 0 && delayed.length > 0) stream?.push(delayed.shift() as FollowEvent);
    await clock.advance(next(700));
    const shown = screen();
    expect(new Set(shown).size).toBe(shown.length);
    expect(follows.filter(({ isOpen }) => isOpen).length).toBeLessThan(2);
  }
  follows.findLast(({ isOpen }) => isOpen)?.push(transcript(++revision, ...server.messages));
  await clock.advance(1_000);
  expect(screen()).toEqual(server.messages.map(textOf));
  expect(follows.length).toBeGreaterThan(5);
});
