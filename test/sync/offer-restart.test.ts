import { expect, it } from 'vitest';
import type { Task } from '../../src/domain/task.ts';
import { startOfferingRestart } from '../../src/sync/offer-restart.ts';
import { makeReport, makeTask } from '../domain/builders.ts';
import { syncFixture } from './sync-fixture.ts';

const working = makeTask({ id: 'a', displayName: 'Build', state: makeReport({ state: 'working' }) });
const idle = makeTask({ id: 'a', displayName: 'Build', state: makeReport({ state: 'idle' }) });

function open(tasks: readonly Task[]) {
  const fixture = syncFixture({ tasks });
  const stop = startOfferingRestart(fixture);
  const overlay = () => fixture.store.getState().view.overlay?.kind ?? null;
  const find = (version: string | null) => fixture.store.dispatch({ type: 'older-server-found', version });
  return { ...fixture, stop, overlay, find };
}

it('offers a restart once when an older server runs nothing', () => {
  const { store, overlay, find } = open([idle]);
  expect(overlay()).toBeNull();
  find('0.1.0');
  expect(overlay()).toBe('confirm-restart');
  store.dispatch({ type: 'overlay-closed' });
  expect(overlay()).toBeNull();
});

it('names the tasks that block it, and offers it when they have ended', () => {
  const { store, overlay, find, receiveList } = open([working]);
  find('0.1.0');
  expect(overlay()).toBeNull();
  expect(store.getState().notice?.text).toBe(
    'The local server is from taskdeck 0.1.0, which is older than this one. It can restart when these have ended: “Build”.',
  );
  receiveList(idle);
  expect(overlay()).toBe('confirm-restart');
});

it('waits until the user has no overlay open', () => {
  const { store, overlay, find } = open([idle]);
  store.dispatch({ type: 'overlay-opened', overlay: { kind: 'help', top: 0 } });
  find('0.1.0');
  expect(overlay()).toBe('help');
  store.dispatch({ type: 'overlay-closed' });
  expect(overlay()).toBe('confirm-restart');
});
