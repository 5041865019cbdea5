import { expect, it } from 'vitest';
import type { User } from '../../src/domain/ports/backend.ts';
import { createUserSearch } from '../../src/sync/user-search.ts';
import { failure } from './scripted-backend.ts';
import { syncFixture } from './sync-fixture.ts';

const user = (username: string): User => ({ id: username, username, name: '' });
const named = ({ state }: ReturnType<typeof syncFixture>) =>
  state.users.found.map(({ username }) => username);

it('cancels the search before, and repeats no successful one', async () => {
  const fixture = syncFixture();
  const users = createUserSearch(fixture);
  users.find('');
  users.find('b');
  await fixture.clock.settle();
  expect(fixture.backend.open('users').args).toEqual(['b']);
  fixture.backend.open('users').answer([user('bob')]);
  await fixture.clock.settle();
  users.find('b');
  users.find('c');
  fixture.backend.open('users').answer([user('bob'), user('carol')]);
  await fixture.clock.settle();
  expect(fixture.backend.calls('users').map(({ args }) => args[0])).toEqual(['', 'b', 'c']);
  expect(named(fixture)).toEqual(['bob', 'carol']);
});

it('tries again after an error, but not when forbidden', async () => {
  const fixture = syncFixture();
  const users = createUserSearch(fixture);
  users.find('');
  fixture.backend.open('users').refuse(failure());
  await fixture.clock.settle();
  users.find('');
  fixture.backend.open('users').refuse(failure({ kind: 'forbidden' }));
  await fixture.clock.settle();
  expect(fixture.state.users.forbidden).toBe(true);
  users.find('b');
  expect(fixture.backend.calls('users')).toHaveLength(2);
});
