import { expect, it } from 'vitest';
import type { Source } from '../../src/domain/ports/source.ts';
import { startMarkingRead } from '../../src/sync/mark-read.ts';
import { SEEN_AFTER_MS, startMarkingSeen } from '../../src/sync/mark-seen.ts';
import { makeChat, NOON } from '../domain/builders.ts';
import { failure } from './scripted-backend.ts';
import { syncFixture } from './sync-fixture.ts';

const chat = (id: string, unread: boolean, updatedAt = NOON - 600_000) =>
  makeChat({ id, unread, updatedAt, source: 'tasks', state: null });

function open(markRead?: Source['markRead']) {
  const fixture = syncFixture({ tasks: [chat('a', true), chat('b', true)] });
  const [source] = fixture.backend.sources;
  const backend = {
    ...fixture.backend,
    sources: [{ ...source, ...(markRead && { markRead }) }] as unknown as typeof fixture.backend.sources,
  };
  startMarkingSeen(fixture);
  startMarkingRead({ ...fixture, backend });
  const unread = (): string =>
    fixture.state.tasks
      .filter(({ facts }) => facts.kind === 'chat' && facts.unread === true)
      .map(({ id }) => id)
      .join('');
  return { ...fixture, unread };
}

it('a chat is marked as read on the server once for each status, when it is in view', async () => {
  const read: string[] = [];
  const fixture = open(async ({ id }) => void read.push(id));
  await fixture.clock.advance(SEEN_AFTER_MS - 1);
  expect([read, fixture.unread()]).toEqual([[], 'ab']);
  await fixture.clock.advance(1);
  expect([read, fixture.unread()]).toEqual([['a'], 'b']);
  fixture.receiveList(chat('a', true), chat('b', true));
  fixture.receiveList(chat('a', true), chat('b', true));
  expect([read, fixture.unread()]).toEqual([['a'], 'b']);
  fixture.receiveList(chat('a', true, NOON), chat('b', true));
  expect([read, fixture.unread()]).toEqual([['a', 'a'], 'b']);
});

it('a chat is not marked as read without the focus', async () => {
  const read: string[] = [];
  const fixture = open(async ({ id }) => void read.push(id));
  fixture.store.dispatch({ type: 'window-focus-changed', focused: false, now: fixture.clock.now() });
  await fixture.clock.advance(60_000);
  expect([read, fixture.unread()]).toEqual([[], 'ab']);
});

it.each([
  ['fails', async () => Promise.reject(failure({ kind: 'not-found', message: 'No.' }))],
  ['cannot', undefined],
])('a chat stays read here when the server %s, without a notice', async (_, markRead) => {
  const fixture = open(markRead);
  await fixture.clock.advance(SEEN_AFTER_MS);
  fixture.receiveList(chat('a', true), chat('b', true));
  expect([fixture.unread(), fixture.store.getState().notice]).toEqual(['b', null]);
});

it('a chat of another user is not marked as read on the server', async () => {
  const read: string[] = [];
  const fixture = open(async ({ id }) => void read.push(id));
  fixture.store.dispatch({ type: 'user-received', user: { id: 'u9', username: 'bob', name: '' } });
  await fixture.clock.advance(SEEN_AFTER_MS);
  expect([read, fixture.unread()]).toEqual([[], 'b']);
});
