import { describe, expect, it } from 'vitest';
import type { NotificationText } from '../../src/domain/notifications.ts';
import { EVERYONE, MINE, type OwnerScope, scopeOfOwner } from '../../src/domain/owner-scope.ts';
import type { Task } from '../../src/domain/task.ts';
import { startNotifications } from '../../src/sync/notifications.ts';
import { startTicker } from '../../src/sync/ticker.ts';
import { makeReport, makeTask } from '../domain/builders.ts';
import { syncFixture } from './sync-fixture.ts';

const working = (id: string): Task =>
  makeTask({ id, displayName: id, state: makeReport({ state: 'working' }) });

/** A deck whose tasks a, b and c work, with everything that was told. */
function open(first: readonly Task[] = ['a', 'b', 'c'].map(working)) {
  const deck = syncFixture();
  const told: NotificationText[] = [];
  const notices = startNotifications({ ...deck, notifier: { notify: (words) => told.push(words) } });
  startTicker(deck.store, deck.clock);
  deck.receiveList(...first);
  const now = () => deck.clock.now();
  const idle = (id: string, message = ''): Task =>
    makeTask({ id, displayName: id, state: makeReport({ state: 'idle', message, at: now() }) });
  return {
    ...deck,
    told,
    notices,
    idle,
    /** The server says this of these tasks, and the same as before of the others. */
    says(...tasks: readonly Task[]) {
      const known = new Map(deck.store.getState().tasks.map((task) => [task.id, task]));
      for (const task of tasks) known.set(task.id, task);
      deck.receiveList(...known.values());
    },
    focus: (focused: boolean) => deck.store.dispatch({ type: 'window-focus-changed', focused, now: now() }),
  };
}

describe('a notice', () => {
  it('comes when a task has needed the user for three seconds, once', async () => {
    const deck = open();
    deck.says(deck.idle('b', 'Which branch?'));
    await deck.clock.advance(2_900);
    expect(deck.told).toEqual([]);
    await deck.clock.advance(2_000);
    expect(deck.told).toEqual([{ title: 'b', body: 'idle: Which branch?' }]);
    await deck.clock.advance(600_000);
    expect(deck.told).toHaveLength(1);
  });

  it('does not come when the agent goes on at once', async () => {
    const deck = open();
    deck.says(deck.idle('b'));
    await deck.clock.advance(2_000);
    deck.says(working('b'));
    await deck.clock.advance(60_000);
    expect(deck.told).toEqual([]);
  });

  it('does not come for what needed the user before', async () => {
    const deck = open([makeTask({ id: 'a' }), working('b')]);
    await deck.clock.advance(60_000);
    deck.says(makeTask({ id: 'a' }));
    await deck.clock.advance(60_000);
    expect(deck.told).toEqual([]);
  });

  it('does not come for what the last run left on disk', async () => {
    const deck = open([]);
    deck.notices.restart();
    await deck.clock.advance(10);
    deck.store.dispatch({ type: 'list-restored', tasks: [working('a')], at: 5 });
    deck.receiveList(deck.idle('a'));
    await deck.clock.advance(60_000);
    expect(deck.told).toEqual([]);
  });

  it('is one for many', async () => {
    const deck = open();
    deck.says(deck.idle('b'));
    await deck.clock.advance(500);
    deck.says(deck.idle('c'), deck.idle('d'));
    await deck.clock.advance(10_000);
    expect(deck.told).toEqual([{ title: '3 tasks need you', body: 'b, c, d' }]);
  });

  it('lets the next one wait a little, and gathers it with those that come meanwhile', async () => {
    const deck = open();
    deck.says(deck.idle('b'));
    await deck.clock.advance(4_000);
    expect(deck.told).toHaveLength(1);
    deck.says({ ...deck.idle('c'), state: makeReport({ at: deck.clock.now() - 4_000 }) });
    await deck.clock.advance(1_000);
    deck.says({ ...deck.idle('d'), state: makeReport({ at: deck.clock.now() - 4_000 }) });
    await deck.clock.advance(3_000);
    expect(deck.told).toHaveLength(1);
    await deck.clock.advance(1_500);
    expect(deck.told[1]?.title).toBe('2 tasks need you');
  });

  it('does not come for what was answered before it could', async () => {
    const deck = open();
    deck.says(deck.idle('b'));
    await deck.clock.advance(3_200);
    deck.says(working('b'));
    await deck.clock.advance(10_000);
    expect(deck.told).toEqual([]);
  });
});

describe('the task on screen', () => {
  it('needs no notice while the window has the focus', async () => {
    const deck = open();
    deck.focus(true);
    deck.select('b');
    deck.says(deck.idle('b'), deck.idle('c'));
    await deck.clock.advance(10_000);
    expect(deck.told.map(({ title }) => title)).toEqual(['c']);
  });

  it('does when the window has not, or has never said so', async () => {
    const unknown = open();
    unknown.select('b');
    unknown.says(unknown.idle('b'));
    await unknown.clock.advance(10_000);
    expect(unknown.told).toHaveLength(1);
    const away = open();
    away.focus(true);
    away.select('b');
    away.focus(false);
    away.says(away.idle('b'));
    await away.clock.advance(10_000);
    expect(away.told).toHaveLength(1);
  });

  it('does while help covers it', async () => {
    const deck = open();
    deck.focus(true);
    deck.select('b');
    deck.store.dispatch({ type: 'overlay-opened', overlay: { kind: 'help', top: 0 } });
    deck.says(deck.idle('b'));
    await deck.clock.advance(10_000);
    expect(deck.told).toHaveLength(1);
  });
});

describe('coming back from the shell', () => {
  it('brings no notice of what began meanwhile, and of the next again', async () => {
    const deck = open();
    deck.says(deck.idle('b'));
    await deck.clock.advance(3_100);
    deck.notices.restart();
    await deck.clock.advance(1);
    deck.says(deck.idle('a'));
    await deck.clock.advance(20_000);
    expect(deck.told).toEqual([]);
    deck.says(deck.idle('c'));
    await deck.clock.advance(20_000);
    expect(deck.told.map(({ title }) => title)).toEqual(['c']);
  });
});

describe('when others are listed', () => {
  const idleFor = (id: string, ms: number, now: number): Task =>
    makeTask({ id, displayName: id, ownerName: 'bob', state: makeReport({ at: now - ms }) });

  it('comes for none that waits there already, also when they were listed before', async () => {
    const deck = open();
    const choose = (scope: OwnerScope): void =>
      deck.store.dispatch({ type: 'scope-selected', scope, now: deck.clock.now() });
    choose(EVERYONE);
    await deck.clock.advance(10);
    deck.receiveList(...['x', 'y', 'z'].map((id) => idleFor(id, 60_000, deck.clock.now())), working('a'));
    await deck.clock.advance(60_000);
    choose(MINE);
    await deck.clock.advance(10);
    deck.receiveList(working('a'), idleFor('b', 30_000, deck.clock.now()));
    await deck.clock.advance(60_000);
    choose(EVERYONE);
    deck.receiveList(idleFor('x', 100, deck.clock.now()));
    await deck.clock.advance(60_000);
    expect(deck.told).toEqual([]);
    deck.receiveList(idleFor('x', 100, deck.clock.now()), idleFor('y', 5_000, deck.clock.now()));
    await deck.clock.advance(60_000);
    expect(deck.told.map(({ title }) => title)).toEqual(['y']);
  });

  it('comes for one that was watched all the while', async () => {
    const deck = open();
    deck.store.dispatch({ type: 'scope-selected', scope: EVERYONE, now: deck.clock.now() });
    await deck.clock.advance(10);
    deck.receiveList(idleFor('a', 5_000, deck.clock.now()), idleFor('x', 5_000, deck.clock.now()));
    await deck.clock.advance(10_000);
    expect(deck.told.map(({ title }) => title)).toEqual(['a']);
  });

  it('comes for one that began before, in its time', async () => {
    const deck = open();
    deck.says(deck.idle('b'));
    await deck.clock.advance(3_500);
    deck.store.dispatch({ type: 'scope-selected', scope: scopeOfOwner('bob'), now: deck.clock.now() });
    await deck.clock.advance(10_000);
    expect(deck.told.map(({ title }) => title)).toEqual(['b']);
  });
});

it('nothing comes after the end', async () => {
  const deck = open();
  deck.says(deck.idle('b'));
  await deck.clock.advance(3_100);
  deck.notices.stop();
  await deck.clock.advance(20_000);
  expect(deck.told).toEqual([]);
});
