import { expect, it } from 'vitest';
import type { BackendError } from '../../src/domain/errors.ts';
import { createStore } from '../../src/store/store.ts';
import { listRequests } from '../../src/sync/refresh/list-requests.ts';
import { connectionProblem } from '../../src/view/layout/connection-problem.ts';
import { makeTask } from '../domain/builders.ts';
import { schedule, syncFixture } from './sync-fixture.ts';

/** Polls the list. `faults`: the reported faults of taskdeck itself. */
function startPolling() {
  const fixture = syncFixture();
  const faults: unknown[] = [];
  const store = createStore(fixture.state, (error) => faults.push(error));
  const loop = schedule({ ...fixture, store }, ...listRequests({ ...fixture, store }));
  return { fixture, store, faults, loop };
}

it('a store listener that throws does not look like a server error, and polling continues', async () => {
  const { fixture, store, faults, loop } = startPolling();
  store.subscribe(() => {
    throw new TypeError('a listener broke');
  });
  loop.wake();
  await fixture.clock.settle();
  fixture.backend.open('list').answer([makeTask({ id: 'a' })]);
  await fixture.clock.settle();
  expect(store.getState().listFreshness.error).toBeNull();
  expect(store.getState().tasks).toHaveLength(1);
  expect(faults).toEqual([new TypeError('a listener broke')]);
  await fixture.clock.advance(60_000);
  expect(fixture.backend.calls('list').length).toBeGreaterThan(1);
  loop.stop();
});

it('a poll that fails because of taskdeck says so, and is tried again', async () => {
  const { fixture, store, faults, loop } = startPolling();
  loop.wake();
  await fixture.clock.settle();
  fixture.backend.open('list').answer([makeTask({ id: 'a' })]);
  await fixture.clock.advance(60_000);
  const fault = new TypeError('Cannot read properties of undefined');
  // Not a BackendError.
  fixture.backend.open('list').refuse(fault as unknown as BackendError);
  await fixture.clock.settle();
  expect(faults).toEqual([fault]);
  expect(store.getState().listFreshness.error).toMatchObject({ kind: 'internal' });
  expect(connectionProblem(store.getState())?.text).toBe(
    'Internal error in taskdeck: Cannot read properties of undefined. Report this bug.',
  );
  const before = fixture.backend.calls('list').length;
  // The delay after a poll that took a minute.
  await fixture.clock.advance(600_000);
  expect(fixture.backend.calls('list').length).toBeGreaterThan(before);
  loop.stop();
});
