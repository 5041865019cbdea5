import { expect, it } from 'vitest';
import type { User } from '../../src/domain/ports/backend.ts';
import { createUsers } from '../../src/sync/users.ts';
import { failure } from './backend.ts';
import { makeDeck } from './deck.ts';

const user = (username: string): User => ({ id: username, username, name: '' });
const named = ({ state }: ReturnType<typeof makeDeck>) => state.users.found.map(({ username }) => username);

it('asks the last question only, and each that was answered once', async () => {
  const deck = makeDeck();
  const users = createUsers(deck);
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
  const deck = makeDeck();
  const users = createUsers(deck);
  users.find('');
  deck.backend.open('users').refuse(failure());
  await deck.clock.settle();
  users.find('');
  deck.backend.open('users').refuse(failure({ kind: 'forbidden' }));
  await deck.clock.settle();
  expect(deck.state.users.refused).toBe(true);
  users.find('b');
  expect(deck.backend.calls('users')).toHaveLength(2);
});
