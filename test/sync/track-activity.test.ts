import { expect, it } from 'vitest';
import { EVERYONE, MINE } from '../../src/domain/owner-scope.ts';
import { taskActivityLevels } from '../../src/store/row-time.ts';
import { taskById } from '../../src/store/task-index.ts';
import { trackActivity } from '../../src/sync/track-activity.ts';
import { agent, live, MINUTE, makeReport, makeTask, NOON, snapshot, withFields } from '../domain/builders.ts';
import { transcriptReceived } from '../store/state-builders.ts';
import { type SyncFixture, syncFixture } from './sync-fixture.ts';

const activityOf = (fixture: SyncFixture, id = 'a'): string => {
  const task = taskById(fixture.state, id);
  return (task === null ? null : taskActivityLevels(fixture.state, task))?.join('') ?? 'nothing';
};
const reported = (minute: number, id = 'a') =>
  makeTask({ id, state: makeReport({ state: 'working', at: NOON + minute * MINUTE }) });

it('records each new report of the list once', async () => {
  const fixture = syncFixture();
  trackActivity(fixture.store, fixture.clock);
  fixture.receiveList(reported(-3), reported(-60, 'b'));
  fixture.receiveList(withFields(reported(-3), { displayName: 'renamed' }), reported(-60, 'b'));
  expect(activityOf(fixture)).toBe('0000001000');
  fixture.receiveList(reported(0), reported(-60, 'b'));
  expect(activityOf(fixture)).toBe('0000001001');
  expect(activityOf(fixture, 'b')).toBe('nothing');
});

it('records a growing transcript, but not the first one or a snapshot', () => {
  const fixture = syncFixture();
  trackActivity(fixture.store, fixture.clock);
  fixture.receiveList(reported(-60));
  const arrives = (words: string, at: number) =>
    fixture.store.dispatch(transcriptReceived('a', live(agent(0, words)), at, 1_000));
  arrives('one', NOON);
  expect(activityOf(fixture)).toBe('nothing');
  arrives('one two', NOON + 1);
  arrives('one two', NOON + 2);
  arrives('one two three', NOON + 3);
  expect(activityOf(fixture)).toBe('0000000002');
  fixture.store.dispatch(transcriptReceived('a', snapshot(agent(0, 'one')), NOON + 4, 1_000));
  expect(activityOf(fixture)).toBe('0000000002');
});

it('records a pause, and drops tasks that are gone', () => {
  const fixture = syncFixture();
  trackActivity(fixture.store, fixture.clock);
  fixture.receiveList(reported(-60));
  fixture.receiveList(withFields(reported(-60), { status: 'paused' }));
  expect(activityOf(fixture)).toBe('0000000001');
  fixture.receiveList();
  expect(fixture.state.activity.size).toBe(0);
});

it('keeps activity over a scope change, and records no past change as current', async () => {
  const fixture = syncFixture();
  trackActivity(fixture.store, fixture.clock);
  fixture.receiveList(reported(-3), reported(-60, 'b'));
  fixture.store.dispatch({ type: 'scope-selected', scope: EVERYONE, now: fixture.clock.now() });
  fixture.receiveList(reported(-3), reported(-2, 'x'));
  fixture.store.dispatch({ type: 'scope-selected', scope: MINE, now: fixture.clock.now() });
  expect(activityOf(fixture)).toBe('0000001000');
  fixture.receiveList(reported(-3), withFields(reported(-60, 'b'), { status: 'paused' }));
  expect(activityOf(fixture)).toBe('0000001000');
  expect(activityOf(fixture, 'b')).toBe('nothing');
  fixture.receiveList(reported(0), withFields(reported(-60, 'b'), { status: 'active' }));
  expect(activityOf(fixture)).toBe('0000001001');
  expect(activityOf(fixture, 'b')).toBe('0000000001');
});
