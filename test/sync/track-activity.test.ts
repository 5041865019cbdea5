import { expect, it } from 'vitest';
import { EVERYONE, MINE } from '../../src/domain/owner-scope.ts';
import { taskActivityLevels } from '../../src/store/activity.ts';
import { taskById } from '../../src/store/selectors.ts';
import { trackActivity } from '../../src/sync/track-activity.ts';
import { agent, live, MINUTE, makeReport, makeTask, NOON, snapshot } from '../domain/builders.ts';
import { transcriptReceived } from '../store/state-builders.ts';
import { type SyncFixture, syncFixture } from './sync-fixture.ts';

const pulse = (deck: SyncFixture, id = 'a'): string => {
  const task = taskById(deck.state, id);
  return (task === null ? null : taskActivityLevels(deck.state, task))?.join('') ?? 'nothing';
};
const saying = (minute: number, id = 'a') =>
  makeTask({ id, state: makeReport({ state: 'working', at: NOON + minute * MINUTE }) });

it('feels each report that the list brings, once', async () => {
  const deck = syncFixture();
  trackActivity(deck.store, deck.clock);
  deck.receiveList(saying(-3), saying(-60, 'b'));
  deck.receiveList({ ...saying(-3), displayName: 'renamed' }, saying(-60, 'b'));
  expect(pulse(deck)).toBe('0000001000');
  deck.receiveList(saying(0), saying(-60, 'b'));
  expect(pulse(deck)).toBe('0000001001');
  expect(pulse(deck, 'b')).toBe('nothing');
});

it('feels a transcript that grows, and not the first that is read, nor a snapshot', () => {
  const deck = syncFixture();
  trackActivity(deck.store, deck.clock);
  deck.receiveList(saying(-60));
  const arrives = (words: string, at: number) =>
    deck.store.dispatch(transcriptReceived('a', live(agent(0, words)), at, 1_000));
  arrives('one', NOON);
  expect(pulse(deck)).toBe('nothing');
  arrives('one two', NOON + 1);
  arrives('one two', NOON + 2);
  arrives('one two three', NOON + 3);
  expect(pulse(deck)).toBe('0000000002');
  deck.store.dispatch(transcriptReceived('a', snapshot(agent(0, 'one')), NOON + 4, 1_000));
  expect(pulse(deck)).toBe('0000000002');
});

it('feels a pause, and forgets tasks that are gone', () => {
  const deck = syncFixture();
  trackActivity(deck.store, deck.clock);
  deck.receiveList(saying(-60));
  deck.receiveList({ ...saying(-60), status: 'paused' });
  expect(pulse(deck)).toBe('0000000001');
  deck.receiveList();
  expect(deck.state.activity.size).toBe(0);
});

it('is kept of tasks that are not listed for a while, and nothing that was found out later is a sign of now', async () => {
  const deck = syncFixture();
  trackActivity(deck.store, deck.clock);
  deck.receiveList(saying(-3), saying(-60, 'b'));
  deck.store.dispatch({ type: 'scope-selected', scope: EVERYONE, now: deck.clock.now() });
  deck.receiveList(saying(-3), saying(-2, 'x'));
  deck.store.dispatch({ type: 'scope-selected', scope: MINE, now: deck.clock.now() });
  expect(pulse(deck)).toBe('0000001000');
  deck.receiveList(saying(-3), { ...saying(-60, 'b'), status: 'paused' });
  expect(pulse(deck)).toBe('0000001000');
  expect(pulse(deck, 'b')).toBe('nothing');
  deck.receiveList(saying(0), { ...saying(-60, 'b'), status: 'active' });
  expect(pulse(deck)).toBe('0000001001');
  expect(pulse(deck, 'b')).toBe('0000000001');
});
