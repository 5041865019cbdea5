import { expect, it } from 'vitest';
import type { User } from '../../src/domain/ports/backend.ts';
import { loadIdentity } from '../../src/sync/load-identity.ts';
import { TEMPLATE } from '../store/state-builders.ts';
import { failure } from './scripted-backend.ts';
import { syncFixture } from './sync-fixture.ts';

const ADA: User = { id: 'u1', username: 'ada', name: 'Ada' };
const SERVER = { version: 'v2.33.4+3f1c0de', dashboardUrl: '' };

it('learns once which server it is, who the user is, and which templates there are', async () => {
  const deck = syncFixture();
  loadIdentity(deck).wake();
  await deck.clock.settle();
  deck.backend.open('serverInfo').answer(SERVER);
  await deck.clock.settle();
  expect(deck.state.serverVersion).toBe('v2.33.4+3f1c0de');
  deck.backend.open('me').answer(ADA);
  await deck.clock.settle();
  expect(deck.state.user).toEqual(ADA);
  deck.backend.open('templates').answer([TEMPLATE]);
  await deck.clock.advance(60 * 60_000);
  expect(deck.state.templates).toEqual([TEMPLATE]);
  expect(deck.backend.calls('serverInfo')).toHaveLength(1);
  expect(deck.backend.calls('me')).toHaveLength(1);
});

it('tries again, and keeps what it knows already', async () => {
  const deck = syncFixture();
  loadIdentity(deck).wake();
  await deck.clock.settle();
  deck.backend.open('serverInfo').answer(SERVER);
  await deck.clock.settle();
  deck.backend.open('me').refuse(failure({ kind: 'signed-out' }));
  await deck.clock.settle();
  deck.backend.open('templates').answer([]);
  await deck.clock.advance(499);
  expect(deck.backend.calls('me')).toHaveLength(1);
  await deck.clock.advance(1);
  expect(deck.backend.calls('me')).toHaveLength(2);
  expect(deck.backend.calls('serverInfo')).toHaveLength(1);
  expect(deck.state.serverVersion).toBe('v2.33.4+3f1c0de');
  expect(deck.state.templates).toEqual([]);
  // What is wrong is the list's to say.
  expect(deck.state.notice).toBeNull();
});
