import { expect, it } from 'vitest';
import type { BackendError } from '../../src/domain/errors.ts';
import { connectionProblem } from '../../src/store/connection-problem.ts';
import { createStore } from '../../src/store/store.ts';
import { pollList } from '../../src/sync/poll-list.ts';
import { makeTask } from '../domain/builders.ts';
import { syncFixture } from './sync-fixture.ts';

/** The list, polled; `faults` is what was reported of taskdeck itself. */
function polled() {
  const deck = syncFixture();
  const faults: unknown[] = [];
  const store = createStore(deck.state, (error) => faults.push(error));
  const poller = pollList({ ...deck, store });
  return { deck, store, faults, poller };
}

it('a store listener that throws is no fault of the server: the list is there, and polled on', async () => {
  const { deck, store, faults, poller } = polled();
  store.subscribe(() => {
    throw new TypeError('a listener broke');
  });
  poller.wake();
  await deck.clock.settle();
  deck.backend.open('list').answer([makeTask({ id: 'a' })]);
  await deck.clock.settle();
  expect(store.getState().listFreshness.error).toBeNull();
  expect(store.getState().tasks).toHaveLength(1);
  expect(faults).toEqual([new TypeError('a listener broke')]);
  await deck.clock.advance(60_000);
  expect(deck.backend.calls('list').length).toBeGreaterThan(1);
  poller.stop();
});

it('a poll that fails because of taskdeck names taskdeck, and is tried again', async () => {
  const { deck, store, faults, poller } = polled();
  poller.wake();
  await deck.clock.settle();
  deck.backend.open('list').answer([makeTask({ id: 'a' })]);
  await deck.clock.advance(60_000);
  const fault = new TypeError('Cannot read properties of undefined');
  // Whatever else a backend throws.
  deck.backend.open('list').refuse(fault as unknown as BackendError);
  await deck.clock.settle();
  expect(faults).toEqual([fault]);
  expect(store.getState().listFreshness.error).toMatchObject({ kind: 'internal' });
  expect(connectionProblem(store.getState())?.text).toBe(
    'Internal error in taskdeck: Cannot read properties of undefined. Report this bug.',
  );
  const before = deck.backend.calls('list').length;
  // The rest that is due after a poll that took a minute.
  await deck.clock.advance(600_000);
  expect(deck.backend.calls('list').length).toBeGreaterThan(before);
  poller.stop();
});
