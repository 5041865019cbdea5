import { afterAll, describe, expect, it } from 'vitest';
import { watchIdle } from '../../src/local/idle-watch.ts';
import { sleep } from '../../src/platform/sleep.ts';
import { withTimeout } from '../../src/script/for-each-task.ts';
import { dataAge } from '../../src/store/selectors.ts';
import { createBulkRunner } from '../../src/sync/bulk-runner.ts';
import { startMarkingSeen } from '../../src/sync/mark-seen.ts';
import { startNotifications } from '../../src/sync/notifications.ts';
import { createCoalescedTimers } from '../../src/sync/refresh/coalesced-timers.ts';
import { createPollLoop } from '../../src/sync/refresh/poll-loop.ts';
import { guardedBackend } from '../../src/sync/refresh/rate-limit-guard.ts';
import { watchTaskChanges } from '../../src/sync/task-changes.ts';
import { startTicker } from '../../src/sync/ticker.ts';
import { makeReport, makeTask, NOON } from '../domain/builders.ts';
import { addTasks, type TaskIds } from '../reliability/scenarios.ts';
import { type FaultId, RETRY_AFTER_MS } from '../support/faults/faults.ts';
import { type HeadlessApp, openHeadlessApp, temporaryStorage } from '../support/faults/headless-app.ts';
import type { Method } from '../support/faults/recorder.ts';
import { manualTime } from '../support/faults/test-time.ts';
import { CLOCK_EVENTS, type ManualClock, manualClock } from '../support/manual-clock.ts';
import { failure } from './scripted-backend.ts';
import { syncFixture } from './sync-fixture.ts';

const { storage, dispose } = temporaryStorage();
afterAll(dispose);
const never = new AbortController().signal;

/** Sync that polls a real server, with one task selected. */
async function startPolling(
  selects: keyof TaskIds,
): Promise<{ readonly world: HeadlessApp; readonly clock: ManualClock }> {
  let clock: ManualClock | null = null;
  let ids: TaskIds | null = null;
  const world = await openHeadlessApp({
    storage,
    time(isQuiet) {
      const time = manualTime(isQuiet);
      ({ clock } = time);
      return time;
    },
    prepare({ model }) {
      ids = addTasks(model);
    },
  });
  if (clock === null || ids === null) throw new Error('There is no world.');
  await world.time.pass(3_000);
  world.select((ids as TaskIds)[selects]);
  await world.time.pass(7_000);
  return { world, clock };
}

const POLLS: readonly (readonly [method: Method, selects: keyof TaskIds])[] = [
  ['list', 'working'],
  ['get', 'working'],
  ['transcript', 'working'],
  ['latestBuild', 'starting'],
];
const EACH = POLLS.flatMap(([method, selects]) =>
  CLOCK_EVENTS.map(([name, happens]) => ({ method, selects, name, happens })),
);

describe('a poll', () => {
  it.each(EACH)(
    'of $method continues, and its data is live, when $name',
    async ({ method, selects, happens }) => {
      const { world, clock } = await startPolling(selects);
      happens(clock);
      const from = world.calls.length;
      for (let seconds = 0; seconds < 60; seconds += 6) {
        const count = world.calls.length;
        await world.time.pass(6_000);
        expect(world.calls.slice(count).some((each) => each.method === method)).toBe(true);
        expect(dataAge(world.state.listFreshness, world.state.now).kind).toBe('live');
      }
      expect(world.calls.slice(from).every(({ error }) => error === null)).toBe(true);
      await world.close();
    },
  );

  it('comes at the same moments whether the clock is set back or not', async () => {
    const moments = async (happens: (clock: ManualClock) => void) => {
      const { world, clock } = await startPolling('working');
      happens(clock);
      await world.time.pass(60_000);
      await world.close();
      return world.calls.map(({ method, at }) => `${at - NOON} ${method}`);
    };
    const still = await moments(() => undefined);
    expect(await moments((clock) => clock.step(-3_600_000))).toEqual(still);
  });

  it('comes at once after a sleep, over a new connection, and the data is stale until then', async () => {
    const { world, clock } = await startPolling('working');
    // The machine wakes up in another network.
    world.server.loseConnections();
    clock.sleep(3_600_000);
    const from = world.calls.length;
    let shown = '';
    const unsubscribe = world.onChange((state) => {
      if (shown === '' && state.now - NOON > 3_600_000) shown = dataAge(state.listFreshness, state.now).kind;
    });
    await world.time.pass(5_000);
    unsubscribe();
    expect(shown).toBe('stale');
    expect(dataAge(world.state.listFreshness, world.state.now).kind).toBe('live');
    const after = world.calls.slice(from);
    expect(after.filter(({ error, method }) => method === 'list' && error === null).length).toBeGreaterThan(
      0,
    );
    expect(after.filter(({ error }) => error?.kind === 'timeout')).toEqual([]);
    await world.close();
  });

  it('does not come when the laptop wakes up while taskdeck is suspended', async () => {
    const { world, clock } = await startPolling('working');
    world.sync.suspend();
    const from = world.calls.length;
    clock.sleep(3_600_000);
    await world.time.pass(120_000);
    expect(world.calls.length).toBe(from);
    await world.close();
  });
});

/** Something that waits for `ms`. `isOver`: the wait has ended. */
interface Waiter {
  readonly name: string;
  readonly ms: number;
  begin(clock: ManualClock): () => boolean;
}

const WAITERS: readonly Waiter[] = [
  {
    name: 'the pause of a script',
    ms: 10_000,
    begin(clock) {
      let isOver = false;
      void sleep(clock, 10_000, never).then(() => {
        isOver = true;
      });
      return () => isOver;
    },
  },
  {
    name: '--timeout',
    ms: 60_000,
    begin(clock) {
      let isOver = false;
      const context = { clock, signal: never };
      void withTimeout(context, 60_000, async (signal) => {
        await sleep(clock, 10 * 60_000, signal);
        signal.throwIfAborted();
      }).catch(() => {
        isOver = true;
      });
      return () => isOver;
    },
  },
  {
    name: 'the back-off of a poll',
    ms: 500,
    begin(clock) {
      let pollCount = 0;
      const loop = createPollLoop({
        clock,
        timers: createCoalescedTimers(clock),
        probes: { watch: () => () => undefined, stop: () => undefined },
        random: () => 0,
        poll: () => (++pollCount === 1 ? Promise.reject(failure()) : new Promise(() => undefined)),
        onFailure: () => undefined,
        onInternalError: () => undefined,
      });
      loop.wake();
      return () => pollCount === 2;
    },
  },
  {
    name: 'the idle time of the local server',
    ms: 3_600_000,
    begin(clock) {
      let isOver = false;
      void watchIdle({ clock, afterMs: 3_600_000, isBusy: () => false }).idle.then(() => {
        isOver = true;
      });
      return () => isOver;
    },
  },
];

describe('a wait', () => {
  it.each(
    WAITERS.flatMap((waiter) => CLOCK_EVENTS.map(([name, happens]) => ({ ...waiter, event: name, happens }))),
  )('$name is neither longer nor shorter when $event', async ({ ms, begin, happens }) => {
    const clock = manualClock(NOON);
    const isOver = begin(clock);
    await clock.advance(ms / 2);
    happens(clock);
    await clock.advance(ms / 2 - 1);
    expect(isOver()).toBe(false);
    await clock.advance(1);
    expect(isOver()).toBe(true);
  });

  it.each(CLOCK_EVENTS)('for a Retry-After ends in time when %s', async (_, happens) => {
    const { backend, clock } = syncFixture();
    const guarded = guardedBackend(backend, clock);
    const first = guarded.me(never).catch(() => undefined);
    backend.open('me').refuse(failure({ kind: 'rate-limited', retryAfterMs: 60_000 }));
    await first;
    happens(clock);
    // A timer detects the sleep.
    clock.after(60_000, () => undefined);
    await clock.advance(60_000);
    void guarded.me(never);
    expect(backend.calls('me')).toHaveLength(2);
  });

  it.each(CLOCK_EVENTS)('for the undo of a delete is long enough, and ends, when %s', async (_, happens) => {
    const tasks = [makeTask({ id: 'a' })];
    const { store, clock } = syncFixture({ tasks });
    let pollCount = 0;
    const several = createBulkRunner({
      store,
      clock,
      operations: {
        act: async () => true,
        async request() {
          pollCount++;
          return { failure: null, isSettled: true };
        },
      },
      changed: () => undefined,
    });
    several.start('delete', tasks);
    await clock.advance(2_000);
    happens(clock);
    await clock.advance(2_999);
    expect(pollCount).toBe(0);
    await clock.advance(6_000);
    expect(pollCount).toBe(1);
    several.stop();
  });

  it.each(CLOCK_EVENTS)('until ages on the screen move on is not longer when %s', async (_, happens) => {
    const { store, clock } = syncFixture({ tasks: [makeTask({ id: 'a' })] });
    const stop = startTicker(store, clock);
    await clock.advance(1_000);
    happens(clock);
    await clock.advance(61_000);
    expect(clock.now() - store.getState().now).toBeLessThan(60_000);
    stop();
  });

  it.each(CLOCK_EVENTS)('until a task counts as seen is not longer when %s', async (_, happens) => {
    const { store, clock, taskInView } = syncFixture({ tasks: [makeTask({ id: 'a' })] });
    const stop = startMarkingSeen({ store, clock, taskInView });
    await clock.advance(300);
    happens(clock);
    await clock.advance(400);
    expect(store.getState().viewedTaskId).toBe('a');
    stop();
  });

  it.each(CLOCK_EVENTS)('until a notice comes is not longer when %s', async (_, happens) => {
    const report = (state: 'working' | 'idle') => makeReport({ state, at: NOON });
    const { store, clock, taskInView, isMenuPending, receiveList } = syncFixture({
      tasks: [makeTask({ id: 'a', state: report('working') })],
    });
    const sent: unknown[] = [];
    const notifications = startNotifications({
      store,
      clock,
      changes: watchTaskChanges({ store, clock }),
      notifier: { notify: (text) => sent.push(text) },
      taskInView,
      isMenuPending,
    });
    const stop = startTicker(store, clock);
    receiveList(makeTask({ id: 'a', state: report('working'), displayName: 'One' }));
    receiveList(makeTask({ id: 'a', state: report('idle') }));
    await clock.advance(1_000);
    happens(clock);
    await clock.advance(4_000);
    expect(sent).toHaveLength(1);
    stop();
    notifications.stop();
  });
});

describe('a message', () => {
  const TEXT = 'please use the branch main';

  /** A message whose send to a real server failed; the server works again. */
  async function sent(fault: FaultId) {
    const { world, clock } = await startPolling('login');
    await world.server.injectFault(fault, ['send']);
    world.press('i');
    world.type(TEXT);
    world.press('enter');
    await world.time.pass(2_000);
    await world.server.injectFault(null);
    expect(world.server.model.sent).toEqual([]);
    return { world, clock };
  }

  it.each(CLOCK_EVENTS)('that was refused is sent after the Retry-After when %s', async (_, happens) => {
    const { world, clock } = await sent('429-seconds');
    happens(clock);
    await world.time.pass(RETRY_AFTER_MS + 5_000);
    expect(world.server.model.sent).toEqual([TEXT]);
    await world.close();
  });

  it.each(CLOCK_EVENTS)('without a response has exactly a minute to arrive when %s', async (_, happens) => {
    const { world, clock } = await sent('reset-before');
    await world.time.pass(8_000);
    happens(clock);
    await world.time.pass(45_000);
    expect(world.server.model.sent).toEqual([]);
    await world.time.pass(35_000);
    expect(world.server.model.sent).toEqual([TEXT]);
    await world.close();
  });
});
