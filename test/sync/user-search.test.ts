import { expect, it } from 'vitest';
import type { User } from '../../src/domain/ports/backend.ts';
import { createUserSearch } from '../../src/sync/user-search.ts';
import { failure } from './scripted-backend.ts';
import { syncFixture } from './sync-fixture.ts';

const user = (username: string): User => ({ id: username, username, name: '' });
const named = ({ state }: ReturnType<typeof syncFixture>) =>
  state.users.found.map(({ username }) => username);

it('asks the last question only, and each that was answered once', async () => {
  const deck = syncFixture();
  const users = createUserSearch(deck);
  users.find('');
  users.find('b');
  await deck.clock.settle();
  expect(deck.backend.open('users').args).toEqual(['b']);
  deck.backend.open('users').answer([user('bob')]);
  await deck.clock.settle();
  users.find('b');
  users.find('c');
  deck.backend.open('users').answer([user('bob'), user('carol')]);
  await deck.clock.settle();
  expect(deck.backend.calls('users').map(({ args }) => args[0])).toEqual(['', 'b', 'c']);
  expect(named(deck)).toEqual(['bob', 'carol']);
});

it('asks again after a fault, and never after a refusal', async () => {
  const deck = syncFixture();
  const users = createUserSearch(deck);
  users.find('');
  deck.backend.open('users').refuse(failure());
  await deck.clock.settle();
  users.find('');
  deck.backend.open('users').refuse(failure({ kind: 'forbidden' }));
  await deck.clock.settle();
  expect(deck.state.users.forbidden).toBe(true);
  users.find('b');
  expect(deck.backend.calls('users')).toHaveLength(2);
});
