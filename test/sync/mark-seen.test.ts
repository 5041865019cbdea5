import { expect, it } from 'vitest';
import { SEEN_AFTER_MS, startMarkingSeen } from '../../src/sync/mark-seen.ts';
import { makeReport, makeTask } from '../domain/builders.ts';
import { syncFixture } from './sync-fixture.ts';

const complete = (id: string, at = 1) => makeTask({ id, state: makeReport({ state: 'complete', at }) });

function open() {
  const deck = syncFixture({ tasks: ['a', 'b', 'c'].map((id) => complete(id)) });
  const stop = startMarkingSeen(deck);
  const seen = (): string => [...deck.store.getState().seenFingerprints.keys()].sort().join('');
  return { ...deck, stop, seen };
}

it('a task is looked at when it has been on screen for a moment, not when the cursor passes it', async () => {
  const deck = open();
  await deck.clock.advance(SEEN_AFTER_MS - 1);
  deck.select('b');
  await deck.clock.advance(SEEN_AFTER_MS - 1);
  deck.select('c');
  await deck.clock.advance(SEEN_AFTER_MS);
  expect(deck.seen()).toBe('c');
});

it('whatever the task that is looked at says next is seen at once', async () => {
  const deck = open();
  await deck.clock.advance(SEEN_AFTER_MS);
  deck.receiveList(complete('a', 2), complete('b'), complete('c'));
  expect(Object.fromEntries(deck.store.getState().seenFingerprints)).toEqual({ a: 'complete 2' });
});

it('nothing is looked at under help, nor in a window that somebody else has', async () => {
  const deck = open();
  deck.store.dispatch({ type: 'overlay-opened', overlay: { kind: 'help', top: 0 } });
  await deck.clock.advance(60_000);
  deck.store.dispatch({ type: 'overlay-closed' });
  deck.store.dispatch({ type: 'window-focus-changed', focused: false, now: deck.clock.now() });
  await deck.clock.advance(60_000);
  expect(deck.seen()).toBe('');
  deck.store.dispatch({ type: 'window-focus-changed', focused: true, now: deck.clock.now() });
  await deck.clock.advance(SEEN_AFTER_MS);
  expect(deck.seen()).toBe('a');
});

it('a row of a narrow list is not the task: it is looked at when it is opened', async () => {
  const deck = open();
  deck.store.dispatch({ type: 'terminal-resized', size: { columns: 60, rows: 20 } });
  await deck.clock.advance(60_000);
  expect(deck.seen()).toBe('');
  deck.store.dispatch({ type: 'pane-focused', pane: 'transcript' });
  await deck.clock.advance(SEEN_AFTER_MS);
  expect(deck.seen()).toBe('a');
});

it('nothing is timed after the end', async () => {
  const deck = open();
  deck.stop();
  expect(deck.clock.due).toEqual([]);
});
