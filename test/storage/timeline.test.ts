import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Activity, inOrder, type Stretch } from '../../src/domain/timeline.ts';
import { STRETCH_LIMIT } from '../../src/storage/timeline.ts';
import { ada, stateDirectory } from './saved.ts';

let state: ReturnType<typeof stateDirectory>;
beforeEach(() => {
  state = stateDirectory();
});
afterEach(() => state.dispose());

const HOUR = 60 * 60_000;

const timeline = (deployment = ada) => state.open().timeline(deployment);
const begun = (activity: Activity, from: number, build = 1): Stretch => ({
  activity,
  from,
  until: from,
  build,
});
const short = (stretches: readonly Stretch[]): string =>
  stretches.map(({ activity, from, until }) => `${activity} ${from}-${until}`).join(', ');

test('what one run saw is there for the next, until when it last looked', () => {
  const memory = timeline();
  memory.write('run1', [{ taskId: 'a', ended: null, begun: begun('working', 10) }], 20);
  memory.write('run1', [{ taskId: 'a', ended: 30, begun: begun('waiting', 30) }], 31);
  memory.write('run1', [], 90);
  expect(short(timeline().read('a'))).toBe('working 10-30, waiting 30-90');
  expect(timeline().read('b')).toEqual([]);
});

test('what goes on over a restart stays one stretch, and the gap is bridged by what the server proves', () => {
  const paused = (run: number) =>
    timeline().write(
      `run${run}`,
      [{ taskId: 'a', ended: null, begun: begun('paused', run * HOUR, 4) }],
      run * HOUR + 10,
    );
  for (let run = 1; run <= 50; run++) paused(run);
  expect(short(timeline().read('a'))).toBe(`paused ${HOUR}-${50 * HOUR + 10}`);
  const again = [{ taskId: 'a', ended: null, begun: begun('working', 51 * HOUR, 5) }];
  timeline().write('run51', again, 52 * HOUR);
  expect(timeline().read('a')).toMatchObject([
    { activity: 'paused', until: 50 * HOUR + 10 },
    { activity: 'working', from: 51 * HOUR, until: 52 * HOUR },
  ]);
});

test('two taskdecks at once do not double what they saw', () => {
  const [one, other] = [timeline(), timeline()];
  for (const [run, memory] of [
    ['one', one],
    ['other', other],
  ] as const) {
    memory.write(run, [{ taskId: 'a', ended: null, begun: begun('working', 10) }], 20);
    memory.write(run, [{ taskId: 'a', ended: 50, begun: begun('waiting', 50) }], 60);
  }
  one.write('one', [], 200);
  other.write('other', [], 150);
  expect(short(inOrder(timeline().read('a')))).toBe('working 10-50, waiting 50-200');
});

test('deployments and users are kept apart', () => {
  timeline().write('run1', [{ taskId: 'a', ended: null, begun: begun('working', 10) }], 20);
  expect(timeline({ ...ada, user: 'bob' }).read('a')).toEqual([]);
});

test('of a task the newest stretches are kept, and of all none that is too old', () => {
  const memory = timeline();
  for (let count = 0; count < STRETCH_LIMIT + 20; count++) {
    const activity = count % 2 === 0 ? 'working' : 'waiting';
    const ended = count === 0 ? null : count * 10;
    memory.write('run1', [{ taskId: 'a', ended, begun: begun(activity, count * 10) }], count * 10 + 5);
  }
  const kept = memory.read('a');
  expect([kept.length, kept[0]?.from]).toEqual([STRETCH_LIMIT, 200]);
  memory.forget(400 * 24 * 60 * 60_000);
  expect(memory.read('a')).toEqual([]);
});
