import { expect, it } from 'vitest';
import { EVERYONE, MINE } from '../../src/domain/scope.ts';
import { pulseOf } from '../../src/store/pulse-view.ts';
import { taskById } from '../../src/store/selectors.ts';
import { feelPulses } from '../../src/sync/pulse.ts';
import { agent, live, MINUTE, makeReport, makeTask, NOON, snapshot } from '../domain/make.ts';
import { transcribed } from '../store/make.ts';
import { type Deck, makeDeck } from './deck.ts';

const pulse = (deck: Deck, id = 'a'): string => {
  const task = taskById(deck.state, id);
  return (task === null ? null : pulseOf(deck.state, task))?.join('') ?? 'nothing';
};
const saying = (minute: number, id = 'a') =>
  makeTask({ id, state: makeReport({ state: 'working', at: NOON + minute * MINUTE }) });

it('feels each report that the list brings, once', async () => {
  const deck = makeDeck();
  feelPulses(deck.store, deck.clock);
  deck.listed(saying(-3), saying(-60, 'b'));
  deck.listed({ ...saying(-3), displayName: 'renamed' }, saying(-60, 'b'));
  expect(pulse(deck)).toBe('0000001000');
  deck.listed(saying(0), saying(-60, 'b'));
  expect(pulse(deck)).toBe('0000001001');
  expect(pulse(deck, 'b')).toBe('nothing');
});

it('feels a transcript that grows, and not the first that is read, nor a snapshot', () => {
  const deck = makeDeck();
  feelPulses(deck.store, deck.clock);
  deck.listed(saying(-60));
  const arrives = (words: string, at: number) =>
    deck.store.dispatch(transcribed('a', live(agent(0, words)), at, 1_000));
  arrives('one', NOON);
  expect(pulse(deck)).toBe('nothing');
  arrives('one two', NOON + 1);
  arrives('one two', NOON + 2);
  arrives('one two three', NOON + 3);
  expect(pulse(deck)).toBe('0000000002');
  deck.store.dispatch(transcribed('a', snapshot(agent(0, 'one')), NOON + 4, 1_000));
  expect(pulse(deck)).toBe('0000000002');
});

it('feels a pause, and forgets tasks that are gone', () => {
  const deck = makeDeck();
  feelPulses(deck.store, deck.clock);
  deck.listed(saying(-60));
  deck.listed({ ...saying(-60), status: 'paused' });
  expect(pulse(deck)).toBe('0000000001');
  deck.listed();
  expect(deck.state.pulses.size).toBe(0);
});

it('is kept of tasks that are not listed for a while, and nothing that was found out later is a sign of now', async () => {
  const deck = makeDeck();
  feelPulses(deck.store, deck.clock);
  deck.listed(saying(-3), saying(-60, 'b'));
  deck.store.dispatch({ type: 'scope-chosen', scope: EVERYONE, now: deck.clock.now() });
  deck.listed(saying(-3), saying(-2, 'x'));
  deck.store.dispatch({ type: 'scope-chosen', scope: MINE, now: deck.clock.now() });
  expect(pulse(deck)).toBe('0000001000');
  deck.listed(saying(-3), { ...saying(-60, 'b'), status: 'paused' });
  expect(pulse(deck)).toBe('0000001000');
  expect(pulse(deck, 'b')).toBe('nothing');
  deck.listed(saying(0), { ...saying(-60, 'b'), status: 'active' });
  expect(pulse(deck)).toBe('0000001001');
  expect(pulse(deck, 'b')).toBe('0000000001');
});
