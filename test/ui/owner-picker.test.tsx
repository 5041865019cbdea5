import { expect, it } from 'vitest';
import { EVERYONE, MINE, scopeOfOwner } from '../../src/domain/owner-scope.ts';
import type { User } from '../../src/domain/ports/backend.ts';
import type { State } from '../../src/store/state.ts';
import { makeTask, NOON } from '../domain/builders.ts';
import { applyEvents, emptyState, listReceived } from '../store/state-builders.ts';
import { renderApp } from './rendered-app.tsx';

const user = (username: string, name = ''): User => ({ id: `u-${username}`, username, name });

/** Ada has a task and has seen one of Bob's. */
const state = (): State =>
  applyEvents(
    { ...emptyState({ columns: 100, rows: 24 }), deployment: { name: 'coder.example.com', local: false } },
    { type: 'user-received', user: user('ada', 'Ada') },
    { type: 'scope-selected', scope: EVERYONE, now: NOON },
    listReceived([makeTask({ id: 'a' }), makeTask({ id: 'x', ownerName: 'bob' })]),
    { type: 'scope-selected', scope: MINE, now: NOON },
    listReceived([makeTask({ id: 'a' })], NOON + 1),
  );

/** The names of the picker. */
const names = (rows: readonly string[]): readonly string[] =>
  rows.flatMap((row) => /│[ ▌] (\S.*?) +│$/u.exec(row)?.[1] ?? []);

it('offers the user, all users and known owners, and loads other users from the server', async () => {
  const app = renderApp(state());
  app.press('O');
  await app.until('Whose tasks?');
  await app.until(() => expect(app.deck.calls).toContainEqual({ what: 'users', text: '' }));
  expect(names(app.rows()).slice(0, 3)).toEqual(['me', 'everyone', 'bob']);
  app.deck.dispatch({ type: 'users-received', users: [user('ada', 'Ada'), user('carol', 'Carol C')] });
  await app.until('carol');
  expect(names(app.rows()).slice(0, 4)).toEqual(['me', 'everyone', 'bob', 'carol']);
  app.press('down', 'enter');
  await app.until('tasks of everyone');
  expect(app.deck.state().selectedScope).toEqual(EVERYONE);
});

it('chooses the owner that was moved to, although another one comes in before', async () => {
  const app = renderApp(state());
  app.press('O');
  await app.until('Whose tasks?');
  app.press('down', 'down');
  await app.until('1 task seen.');
  app.deck.dispatch({ type: 'users-received', users: [user('alice')] });
  await app.until('alice');
  app.press('enter');
  await app.until('Tasks of bob');
  expect(app.deck.state().selectedScope).toEqual(scopeOfOwner('bob'));
});

it('finds by what is typed, a full name too, and asks the server for it', async () => {
  const app = renderApp(
    applyEvents(state(), {
      type: 'users-received',
      users: [user('carol', 'Caroline Bobson'), user('abob'), user('bobby')],
    }),
  );
  app.press('O', 'b', 'o', 'b');
  await app.until(() => expect(app.deck.calls).toContainEqual({ what: 'users', text: 'bob' }));
  expect(names(app.rows()).slice(0, 4)).toEqual(['bob', 'bobby', 'abob', 'carol']);
  app.press('down', 'down', 'down', 'enter');
  await app.until('tasks of carol');
  expect(app.deck.state().selectedScope).toEqual(scopeOfOwner('carol'));
});

it('offers an unknown name, and says if the server does not list its users', async () => {
  const app = renderApp(applyEvents(state(), { type: 'users-forbidden' }));
  app.press('O', 'e', 'v', 'e');
  await app.until('owner eve');
  // `everyone` matches the letters too and stays first.
  expect(names(app.rows()).slice(0, 2)).toEqual(['everyone', 'owner eve']);
  app.press('down');
  await app.until('The server does not list its users.');
  app.press('enter');
  await app.until('Loading the tasks of eve from coder.example.com…');
  expect(app.deck.state().selectedScope).toEqual(scopeOfOwner('eve'));
});

it('closes with esc, and is not available on this machine', async () => {
  const app = renderApp(state());
  app.press('O');
  await app.until('Whose tasks?');
  app.press('esc');
  await app.until(() => expect(app.text()).not.toContain('Whose tasks?'));
  expect(app.deck.state().selectedScope).toEqual(MINE);
  const local = renderApp(applyEvents(emptyState(), listReceived([])));
  local.press('O');
  await local.until('All local tasks are yours. P switches to a deployment.');
});

it('names an owner without visible tasks', async () => {
  const app = renderApp(
    applyEvents(
      state(),
      { type: 'scope-selected', scope: scopeOfOwner('carol'), now: NOON },
      listReceived([], NOON + 2),
    ),
  );
  await app.until('carol has no tasks that you can');
  await app.until('see. O lists others.');
});
