import { expect, it } from 'vitest';
import { createRequestLog } from '../../src/api/request-log.ts';
import { startShowingRequests } from '../../src/sync/show-requests.ts';
import { syncFixture } from './sync-fixture.ts';

function open() {
  const fixture = syncFixture();
  const log = createRequestLog(fixture.clock, []);
  startShowingRequests({ ...fixture, log });
  return { ...fixture, log };
}

it('requests are in the state only while the overlay is open, and are collected', async () => {
  const { store, clock, log } = open();
  let changes = 0;
  store.subscribe(() => {
    changes++;
  });
  log.start('GET', '/before', undefined).ended();
  await clock.advance(10_000);
  expect([changes, store.getState().requestRecords]).toEqual([0, null]);
  store.dispatch({ type: 'overlay-opened', overlay: { kind: 'requests', top: null } });
  expect(store.getState().requestRecords?.requests).toMatchObject([{ path: '/before' }]);
  const before = changes;
  for (let index = 0; index < 20; index++) log.start('GET', `/${index}`, undefined).ended();
  await clock.advance(250);
  expect(changes - before).toBe(1);
  expect(store.getState().requestRecords?.total).toBe(21);
  store.dispatch({ type: 'overlay-closed' });
  expect(store.getState().requestRecords).toBeNull();
});

it('a scrolled overlay stays as it is until it follows again', async () => {
  const { store, clock, log } = open();
  store.dispatch({ type: 'overlay-opened', overlay: { kind: 'requests', top: null } });
  store.dispatch({ type: 'overlay-opened', overlay: { kind: 'requests', top: 0 } });
  log.start('GET', '/later', undefined).ended();
  await clock.advance(10_000);
  expect(store.getState().requestRecords?.total).toBe(0);
  store.dispatch({ type: 'overlay-opened', overlay: { kind: 'requests', top: null } });
  expect(store.getState().requestRecords?.total).toBe(1);
});
