import { expect, it } from 'vitest';
import type { User } from '../../../src/domain/ports/backend.ts';
import { identityRequests } from '../../../src/sync/refresh/identity-requests.ts';
import { TEMPLATE } from '../../store/state-builders.ts';
import { failure } from '../scripted-backend.ts';
import { schedule, syncFixture } from '../sync-fixture.ts';

const ADA: User = { id: 'u1', username: 'ada', name: 'Ada' };
const SERVER = { version: 'v2.33.4+3f1c0de', dashboardUrl: '' };

it('loads the server version, the user and the templates once', async () => {
  const fixture = syncFixture();
  schedule(fixture, identityRequests(fixture)).wake();
  await fixture.clock.settle();
  fixture.backend.open('serverInfo').answer(SERVER);
  await fixture.clock.settle();
  expect(fixture.state.serverVersion).toBe('v2.33.4+3f1c0de');
  fixture.backend.open('me').answer(ADA);
  await fixture.clock.settle();
  expect(fixture.state.user).toEqual(ADA);
  fixture.backend.open('templates').answer([TEMPLATE]);
  await fixture.clock.advance(60 * 60_000);
  expect(fixture.state.templates).toEqual([TEMPLATE]);
  expect(fixture.backend.calls('serverInfo')).toHaveLength(1);
  expect(fixture.backend.calls('me')).toHaveLength(1);
});

it('tries again after a failure, and requests only what is missing', async () => {
  const fixture = syncFixture();
  schedule(fixture, identityRequests(fixture)).wake();
  await fixture.clock.settle();
  fixture.backend.open('serverInfo').answer(SERVER);
  await fixture.clock.settle();
  fixture.backend.open('me').refuse(failure({ kind: 'signed-out' }));
  await fixture.clock.settle();
  fixture.backend.open('templates').answer([]);
  await fixture.clock.advance(499);
  expect(fixture.backend.calls('me')).toHaveLength(1);
  await fixture.clock.advance(1);
  expect(fixture.backend.calls('me')).toHaveLength(2);
  expect(fixture.backend.calls('serverInfo')).toHaveLength(1);
  expect(fixture.state.serverVersion).toBe('v2.33.4+3f1c0de');
  expect(fixture.state.templates).toEqual([]);
  // The list reports the error.
  expect(fixture.state.notice).toBeNull();
});
