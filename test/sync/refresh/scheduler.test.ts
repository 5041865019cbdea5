import { describe, expect, it } from 'vitest';
import { DEFAULT_PACE, type Interval, type Pace } from '../../../src/sync/refresh/intervals.ts';
import type {
  Reaction,
  RequestCall,
  RequestKind,
  RequestName,
} from '../../../src/sync/refresh/request-kind.ts';
import { createScheduler } from '../../../src/sync/refresh/scheduler.ts';
import { makeTask, NOON } from '../../domain/builders.ts';
import { failure } from '../scripted-backend.ts';
import { syncFixture } from '../sync-fixture.ts';

interface TestKind extends RequestKind {
  /** When requests were sent, ms after the start. */
  readonly times: readonly number[];
  readonly calls: readonly RequestCall[];
}

function startScheduler(pace: Pace = DEFAULT_PACE) {
  const fixture = syncFixture();
  const { clock } = fixture;
  let refreshes = 0;

  /** A kind of requests that are answered at once. */
  function kind(
    name: RequestName,
    answer: () => Interval = () => 1_000,
    reaction: Reaction = null,
  ): TestKind {
    const times: number[] = [];
    const calls: RequestCall[] = [];
    return {
      name,
      times,
      calls,
      onChange: () => reaction,
      retryMs: () => 0,
      async request(call) {
        times.push(clock.now() - NOON);
        calls.push(call);
        return answer();
      },
    };
  }

  const start = (...kinds: readonly RequestKind[]) =>
    createScheduler({ ...fixture, pace, onRefresh: () => void refreshes++ }, kinds);
  return { ...fixture, kind, start, refreshCount: () => refreshes };
}

const refuse = (): never => {
  throw failure();
};

describe('the scheduler', () => {
  it('sends nothing before it is woken', async () => {
    const { clock, kind, start } = startScheduler();
    const list = kind('list');
    start(list);
    await clock.advance(10_000);
    expect(list.times).toEqual([]);
    expect(clock.due).toEqual([]);
  });

  it('wakes the kinds of a name alone, or all', async () => {
    const { clock, kind, start } = startScheduler();
    const [tasks, chats, build] = [
      kind('list', () => null),
      kind('list', () => null),
      kind('build', () => null),
    ];
    const scheduler = start(tasks, chats, build);
    scheduler.wake('list');
    await clock.advance(1_000);
    expect([tasks.times, chats.times, build.times]).toEqual([[0], [0], []]);
    scheduler.wake();
    await clock.settle();
    expect([tasks.times, chats.times, build.times]).toEqual([[0, 1_000], [0, 1_000], [1_000]]);
  });

  it('lets a kind wake another', async () => {
    const { clock, kind, start } = startScheduler();
    const [status, list] = [kind('status', () => null), kind('list', () => null)];
    start(status, list).wake('status');
    await clock.settle();
    expect(list.times).toEqual([]);
    status.calls[0]?.wake('list');
    await clock.settle();
    expect(list.times).toEqual([0]);
  });

  it('does not slow one kind down when another fails', async () => {
    const { clock, kind, start } = startScheduler();
    const [tasks, chats] = [kind('list'), kind('list', refuse)];
    start(tasks, chats).wake();
    await clock.advance(8_000);
    expect(tasks.times).toEqual([0, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000, 8_000]);
    expect(chats.times).toEqual([0, 500, 1_500, 3_500, 7_500]);
  });

  it('sends requests together where their jitter allows it', async () => {
    const { clock, kind, start } = startScheduler();
    const [tasks, chats] = [kind('list', () => 5_000), kind('list', () => 5_000)];
    const scheduler = start(tasks, chats);
    scheduler.wake('list');
    await clock.advance(400);
    scheduler.wake('list');
    await clock.advance(5_200);
    expect(tasks.times).toEqual(chats.times);
  });
});

describe('a change of the state', () => {
  it.each<[string, Reaction, readonly number[]]>([
    ['that means nothing to a kind', null, [0]],
    ['that wakes it', 'wake', [0, 200]],
    ['that starts it again', { restartMs: 300 }, [0, 500]],
  ])('%s', async (_, reaction, times) => {
    const { clock, kind, start, receiveList } = startScheduler();
    const status = kind('status', () => null, reaction);
    start(status).wake();
    await clock.advance(200);
    receiveList(makeTask());
    await clock.advance(1_000);
    expect(status.times).toEqual(times);
  });

  it('has no effect while the scheduler is suspended', async () => {
    const { clock, kind, start, receiveList } = startScheduler();
    const kinds = [kind('status', () => 1_000, 'wake'), kind('build', () => 1_000, { restartMs: 0 })];
    const scheduler = start(...kinds);
    scheduler.wake();
    await clock.settle();
    scheduler.suspend();
    receiveList(makeTask());
    scheduler.wake();
    await clock.advance(10_000);
    expect(kinds.map(({ times }) => times)).toEqual([[0], [0]]);
    scheduler.refresh();
    await clock.settle();
    expect(kinds.map(({ times }) => times)).toEqual([
      [0, 10_000],
      [0, 10_000],
    ]);
  });
});

describe('a refresh', () => {
  it('sends everything at once, also after a failure, but at most once a second', async () => {
    const { clock, kind, start, refreshCount } = startScheduler();
    const list = kind('list', refuse);
    const scheduler = start(list);
    scheduler.wake();
    await clock.advance(100);
    scheduler.refresh();
    scheduler.refresh();
    await clock.settle();
    expect([list.times, refreshCount()]).toEqual([[0, 100], 1]);
    await clock.advance(1_000);
    scheduler.refresh();
    await clock.settle();
    expect([list.times, refreshCount()]).toEqual([[0, 100, 600, 1_100], 2]);
  });

  it('does not wait for the interval of a user who polls rarely', async () => {
    const { clock, kind, start } = startScheduler({ list: 600, transcript: 600 });
    const list = kind('list', () => 600_000);
    const scheduler = start(list);
    scheduler.refresh();
    await clock.advance(1_000);
    scheduler.refresh();
    await clock.settle();
    expect(list.times).toEqual([0, 1_000]);
  });

  it('follows a sleep of the machine, unless the scheduler is suspended', async () => {
    const { clock, kind, start, refreshCount } = startScheduler();
    const list = kind('list', () => 60_000);
    const scheduler = start(list);
    scheduler.wake();
    await clock.settle();
    clock.sleep(3_600_000);
    await clock.advance(61_000);
    expect([list.times.length, refreshCount()]).toEqual([2, 1]);
    scheduler.suspend();
    clock.after(0, () => {});
    clock.sleep(3_600_000);
    await clock.advance(61_000);
    expect([list.times.length, refreshCount()]).toEqual([2, 1]);
  });
});

it('after its end the scheduler does nothing', async () => {
  const { clock, kind, start, refreshCount } = startScheduler();
  const list = kind('list');
  const scheduler = start(list);
  scheduler.wake();
  await clock.settle();
  scheduler.stop();
  scheduler.refresh();
  scheduler.wake();
  await clock.advance(60_000);
  expect([list.times, refreshCount()]).toEqual([[0], 0]);
  expect(clock.due).toEqual([]);
});
