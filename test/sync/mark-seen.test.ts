import { expect, it } from 'vitest';
import { SEEN_AFTER_MS, startMarkingSeen } from '../../src/sync/mark-seen.ts';
import { makeReport, makeTask } from '../domain/builders.ts';
import { syncFixture } from './sync-fixture.ts';

const complete = (id: string, at = 1) => makeTask({ id, state: makeReport({ state: 'complete', at }) });

function open() {
  const fixture = syncFixture({ tasks: ['a', 'b', 'c'].map((id) => complete(id)) });
  const stop = startMarkingSeen(fixture);
  const seen = (): string => [...fixture.store.getState().seenFingerprints.keys()].sort().join('');
  return { ...fixture, stop, seen };
}

it('a task is viewed after a moment on screen, not when the cursor passes it', async () => {
  const fixture = open();
  await fixture.clock.advance(SEEN_AFTER_MS - 1);
  fixture.select('b');
  await fixture.clock.advance(SEEN_AFTER_MS - 1);
  fixture.select('c');
  await fixture.clock.advance(SEEN_AFTER_MS);
  expect(fixture.seen()).toBe('c');
});

it('new reports of the viewed task are seen at once', async () => {
  const fixture = open();
  await fixture.clock.advance(SEEN_AFTER_MS);
  fixture.receiveList(complete('a', 2), complete('b'), complete('c'));
  expect(Object.fromEntries(fixture.store.getState().seenFingerprints)).toEqual({ a: 'complete 2' });
});

it('no task is viewed under help or without focus', async () => {
  const fixture = open();
  fixture.store.dispatch({ type: 'overlay-opened', overlay: { kind: 'help', top: 0 } });
  await fixture.clock.advance(60_000);
  fixture.store.dispatch({ type: 'overlay-closed' });
  fixture.store.dispatch({ type: 'window-focus-changed', focused: false, now: fixture.clock.now() });
  await fixture.clock.advance(60_000);
  expect(fixture.seen()).toBe('');
  fixture.store.dispatch({ type: 'window-focus-changed', focused: true, now: fixture.clock.now() });
  await fixture.clock.advance(SEEN_AFTER_MS);
  expect(fixture.seen()).toBe('a');
});

it('in one-pane layout, a task is viewed when it is opened, not as a row', async () => {
  const fixture = open();
  fixture.store.dispatch({ type: 'terminal-resized', size: { columns: 60, rows: 20 } });
  await fixture.clock.advance(60_000);
  expect(fixture.seen()).toBe('');
  fixture.store.dispatch({ type: 'pane-focused', pane: 'transcript' });
  await fixture.clock.advance(SEEN_AFTER_MS);
  expect(fixture.seen()).toBe('a');
});

it('sets no timer after the end', async () => {
  const fixture = open();
  fixture.stop();
  expect(fixture.clock.due).toEqual([]);
});
