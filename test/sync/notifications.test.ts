import { describe, expect, it } from 'vitest';
import { textParts } from '../../src/domain/message.ts';
import type { NotificationText } from '../../src/domain/notifications.ts';
import { EVERYONE, MINE, type OwnerScope, scopeOfOwner } from '../../src/domain/owner-scope.ts';
import type { Task } from '../../src/domain/task.ts';
import type { StoreEvent } from '../../src/store/event.ts';
import { startNotifications } from '../../src/sync/notifications.ts';
import { watchTaskChanges } from '../../src/sync/task-changes.ts';
import { startTicker } from '../../src/sync/ticker.ts';
import {
  type ChatFields,
  live,
  makeChat,
  makeQuestion,
  makeReport,
  makeTask,
  you,
} from '../domain/builders.ts';
import { syncFixture } from './sync-fixture.ts';

const working = (id: string): Task =>
  makeTask({ id, displayName: id, state: makeReport({ state: 'working' }) });

/** A chat in plan mode, in the one source of the fixture. */
const chatAt = (about: ChatFields): Task =>
  makeChat({ id: 'c', source: 'tasks', displayName: `Chat ${about.id ?? 'c'}`, planMode: true, ...about });

/** A fixture with the working tasks a, b and c, and the notifications that were sent. */
function open(first: readonly Task[] = ['a', 'b', 'c'].map(working)) {
  const fixture = syncFixture();
  const sent: NotificationText[] = [];
  /** The tasks whose conversation is being loaded. */
  const loading = new Set<string>();
  const changes = watchTaskChanges(fixture);
  const notifier = startNotifications({
    ...fixture,
    changes,
    notifier: { notify: (text) => sent.push(text) },
    isMenuPending: (taskId) => loading.has(taskId),
  });
  const notifications = {
    restart() {
      changes.restart();
      notifier.restart();
    },
    stop() {
      changes.stop();
      notifier.stop();
    },
  };
  startTicker(fixture.store, fixture.clock);
  fixture.receiveList(...first);
  const now = () => fixture.clock.now();
  const idle = (id: string, message = ''): Task =>
    makeTask({ id, displayName: id, state: makeReport({ state: 'idle', message, at: now() }) });
  return {
    ...fixture,
    sent,
    loading,
    notifications,
    idle,
    /** The server lists these tasks as given, and the others unchanged. */
    says(...tasks: readonly Task[]) {
      const known = new Map(fixture.store.getState().tasks.map((task) => [task.id, task]));
      for (const task of tasks) known.set(task.id, task);
      fixture.receiveList(...known.values());
    },
    focus: (focused: boolean) =>
      fixture.store.dispatch({ type: 'window-focus-changed', focused, now: now() }),
  };
}

describe('the notification of a snoozed task', () => {
  const snooze = (fixture: ReturnType<typeof open>, taskId: string, duration: number | null): void =>
    fixture.store.dispatch({
      type: 'tasks-snoozed',
      taskIds: [taskId],
      duration,
      now: fixture.clock.now(),
    });

  it('comes again when its time is over', async () => {
    const fixture = open();
    fixture.says(fixture.idle('b', 'Which branch?'));
    await fixture.clock.advance(10_000);
    snooze(fixture, 'b', 600_000);
    await fixture.clock.advance(599_000);
    expect(fixture.sent).toHaveLength(1);
    await fixture.clock.advance(10_000);
    expect(fixture.sent).toEqual([
      { title: 'b', body: 'idle: Which branch?' },
      { title: 'b', body: 'idle: Which branch?' },
    ]);
  });

  it('comes again with its question', async () => {
    const fixture = open([chatAt({ status: 'running' }), working('b')]);
    fixture.says(chatAt({ status: 'requires_action', questions: [makeQuestion()], updatedAt: 5 }));
    await fixture.clock.advance(10_000);
    expect(fixture.sent).toHaveLength(1);
    snooze(fixture, 'c', 600_000);
    await fixture.clock.advance(590_000);
    expect(fixture.sent).toHaveLength(1);
    await fixture.clock.advance(20_000);
    expect(fixture.sent).toHaveLength(2);
    expect(fixture.sent[1]).toEqual(fixture.sent[0]);
  });

  it('does not come when the user wakes it', async () => {
    const fixture = open();
    fixture.says(fixture.idle('b', 'Which branch?'));
    await fixture.clock.advance(10_000);
    snooze(fixture, 'b', null);
    await fixture.clock.advance(10_000);
    snooze(fixture, 'b', 0);
    await fixture.clock.advance(60_000);
    expect(fixture.sent).toHaveLength(1);
  });
});

describe('a notification', () => {
  it('comes once, when a task has needed the user for three seconds', async () => {
    const fixture = open();
    fixture.says(fixture.idle('b', 'Which branch?'));
    await fixture.clock.advance(2_900);
    expect(fixture.sent).toEqual([]);
    await fixture.clock.advance(2_000);
    expect(fixture.sent).toEqual([{ title: 'b', body: 'idle: Which branch?' }]);
    await fixture.clock.advance(600_000);
    expect(fixture.sent).toHaveLength(1);
  });

  it('names the question, the failure or the end of a chat, each once', async () => {
    const chat = (about: ChatFields): Task => makeChat({ id: 'c', displayName: 'Pin the clock', ...about });
    const fixture = open([chat({ status: 'running' }), working('b')]);
    const receive = async (about: ChatFields): Promise<void> => {
      const at = fixture.clock.now();
      const task = chat({ updatedAt: at, ...about });
      fixture.store.dispatch({ type: 'task-received', task, startedAt: at, now: at });
      await fixture.clock.advance(20_000);
    };
    await receive({ status: 'waiting', unread: true });
    await receive({ status: 'waiting', unread: true, questions: [makeQuestion()] });
    await receive({ status: 'waiting', unread: true, questions: [makeQuestion()] });
    await receive({ status: 'running' });
    await receive({ status: 'error', unread: true });
    expect(fixture.sent).toEqual([
      { title: 'Pin the clock', body: 'idle: needs you' },
      { title: 'Pin the clock', body: 'asks you: Auth: Which flow? 1 OIDC · 2 SAML' },
      { title: 'Pin the clock', body: 'failed: needs you' },
    ]);
  });

  it('of a question comes at once, and once for each', async () => {
    const fixture = open([chatAt({}), chatAt({ id: 'd' }), working('b')]);
    fixture.says(fixture.idle('b', 'Which branch?'));
    await fixture.clock.advance(3_500);
    fixture.says(chatAt({ questions: [makeQuestion()] }));
    expect(fixture.sent).toEqual([{ title: 'Chat c', body: 'asks you: Auth: Which flow? 1 OIDC · 2 SAML' }]);
    await fixture.clock.advance(10_000);
    expect(fixture.sent.slice(1)).toEqual([{ title: 'b', body: 'idle: Which branch?' }]);
    // The summary of the turn comes later, and a look can fail.
    fixture.says(chatAt({ questions: [makeQuestion()], state: makeReport({ message: 'Asked.' }) }));
    fixture.says(chatAt({ status: 'running' }));
    fixture.says(chatAt({ questions: [makeQuestion()] }));
    await fixture.clock.advance(60_000);
    expect(fixture.sent).toHaveLength(2);
    fixture.says(chatAt({ questions: [makeQuestion({ id: 'call_2:0' })] }));
    fixture.says(chatAt({ id: 'd', questions: [makeQuestion()] }));
    expect(fixture.sent.slice(2).map(({ title }) => title)).toEqual(['Chat c', 'Chat d']);
  });

  it('of a question does not come when the loaded conversation has its answer', async () => {
    const fixture = open([chatAt({ status: 'running' })]);
    const now = fixture.clock.now();
    fixture.store.dispatch({
      type: 'transcript-received',
      taskId: 'c',
      transcript: { ...live(you(1, 'OIDC')), hasOlder: false },
      startedAt: now + 10,
      refreshMs: 3_000,
      now,
    });
    fixture.says(chatAt({ questions: [makeQuestion()] }));
    await fixture.clock.advance(60_000);
    expect(fixture.sent).toEqual([]);
  });

  describe('while a conversation that can show a menu is loaded', () => {
    const menuLoaded = (taskId: string, now: number): StoreEvent => ({
      type: 'transcript-received',
      taskId,
      transcript: live({
        id: 1,
        role: 'agent',
        parts: textParts('Trust this folder?\n❯ 1. Yes\n  2. No'),
        at: now,
      }),
      startedAt: now,
      refreshMs: 1_000,
      now,
    });

    it('waits, and has the question with its options: one notification', async () => {
      const fixture = open();
      fixture.loading.add('b');
      fixture.says(fixture.idle('b', 'Waiting'));
      await fixture.clock.advance(6_000);
      expect(fixture.sent).toEqual([]);
      fixture.loading.delete('b');
      fixture.store.dispatch(menuLoaded('b', fixture.clock.now()));
      expect(fixture.sent).toEqual([{ title: 'b', body: 'asks you: Trust this folder? 1 Yes · 2 No' }]);
      await fixture.clock.advance(60_000);
      expect(fixture.sent).toHaveLength(1);
    });

    it('comes without the question after 5 s, and not again', async () => {
      const fixture = open();
      fixture.loading.add('b');
      fixture.says(fixture.idle('b', 'Waiting'));
      await fixture.clock.advance(8_900);
      expect(fixture.sent).toEqual([]);
      await fixture.clock.advance(200);
      expect(fixture.sent).toEqual([{ title: 'b', body: 'idle: Waiting' }]);
      fixture.loading.delete('b');
      fixture.store.dispatch(menuLoaded('b', fixture.clock.now()));
      await fixture.clock.advance(60_000);
      expect(fixture.sent).toHaveLength(1);
    });

    it('does not wait for one of several tasks, which it only names', async () => {
      const fixture = open();
      fixture.loading.add('b');
      fixture.says(fixture.idle('a'), fixture.idle('b'));
      await fixture.clock.advance(5_000);
      expect(fixture.sent).toEqual([{ title: '2 tasks need you', body: 'a, b' }]);
    });

    it('does not come when the agent goes on meanwhile', async () => {
      const fixture = open();
      fixture.loading.add('b');
      fixture.says(fixture.idle('b'));
      await fixture.clock.advance(5_000);
      fixture.loading.delete('b');
      fixture.says(working('b'));
      await fixture.clock.advance(60_000);
      expect(fixture.sent).toEqual([]);
    });

    it('does not wait when other tasks are listed', async () => {
      const fixture = open();
      fixture.loading.add('b');
      fixture.says(fixture.idle('b', 'Waiting'));
      await fixture.clock.advance(5_000);
      fixture.store.dispatch({ type: 'scope-selected', scope: EVERYONE, now: fixture.clock.now() });
      expect(fixture.sent).toEqual([{ title: 'b', body: 'idle: Waiting' }]);
    });
  });

  it('does not come when the agent continues at once', async () => {
    const fixture = open();
    fixture.says(fixture.idle('b'));
    await fixture.clock.advance(2_000);
    fixture.says(working('b'));
    await fixture.clock.advance(60_000);
    expect(fixture.sent).toEqual([]);
  });

  it('does not come for tasks that needed the user before', async () => {
    const fixture = open([makeTask({ id: 'a' }), working('b')]);
    await fixture.clock.advance(60_000);
    fixture.says(makeTask({ id: 'a' }));
    await fixture.clock.advance(60_000);
    expect(fixture.sent).toEqual([]);
  });

  it('does not come for a list from disk', async () => {
    const fixture = open([]);
    fixture.notifications.restart();
    await fixture.clock.advance(10);
    fixture.store.dispatch({ type: 'list-restored', tasks: [working('a')], at: 5 });
    fixture.receiveList(fixture.idle('a'));
    await fixture.clock.advance(60_000);
    expect(fixture.sent).toEqual([]);
  });

  it('is one for many tasks', async () => {
    const fixture = open();
    fixture.says(fixture.idle('b'));
    await fixture.clock.advance(500);
    fixture.says(fixture.idle('c'), fixture.idle('d'));
    await fixture.clock.advance(10_000);
    expect(fixture.sent).toEqual([{ title: '3 tasks need you', body: 'b, c, d' }]);
  });

  it('delays the next one, which then covers all tasks since', async () => {
    const fixture = open();
    fixture.says(fixture.idle('b'));
    await fixture.clock.advance(4_000);
    expect(fixture.sent).toHaveLength(1);
    fixture.says({ ...fixture.idle('c'), state: makeReport({ at: fixture.clock.now() - 4_000 }) });
    await fixture.clock.advance(1_000);
    fixture.says({ ...fixture.idle('d'), state: makeReport({ at: fixture.clock.now() - 4_000 }) });
    await fixture.clock.advance(3_000);
    expect(fixture.sent).toHaveLength(1);
    await fixture.clock.advance(1_500);
    expect(fixture.sent[1]?.title).toBe('2 tasks need you');
  });

  it('does not come for a task that was answered first', async () => {
    const fixture = open();
    fixture.says(fixture.idle('b'));
    await fixture.clock.advance(3_200);
    fixture.says(working('b'));
    await fixture.clock.advance(10_000);
    expect(fixture.sent).toEqual([]);
  });
});

describe('the task on screen', () => {
  it('causes no notification while the window has the focus', async () => {
    const fixture = open();
    fixture.focus(true);
    fixture.select('b');
    fixture.says(fixture.idle('b'), fixture.idle('c'));
    await fixture.clock.advance(10_000);
    expect(fixture.sent.map(({ title }) => title)).toEqual(['c']);
  });

  it('causes one while the window has no focus, or never reported it', async () => {
    const unknown = open();
    unknown.select('b');
    unknown.says(unknown.idle('b'));
    await unknown.clock.advance(10_000);
    expect(unknown.sent).toHaveLength(1);
    const away = open();
    away.focus(true);
    away.select('b');
    away.focus(false);
    away.says(away.idle('b'));
    await away.clock.advance(10_000);
    expect(away.sent).toHaveLength(1);
  });

  it('causes one while help covers it', async () => {
    const fixture = open();
    fixture.focus(true);
    fixture.select('b');
    fixture.store.dispatch({ type: 'overlay-opened', overlay: { kind: 'help', top: 0 } });
    fixture.says(fixture.idle('b'));
    await fixture.clock.advance(10_000);
    expect(fixture.sent).toHaveLength(1);
  });
});

describe('coming back from the shell', () => {
  it('causes a notification only for the next task, not for earlier ones', async () => {
    const fixture = open();
    fixture.says(fixture.idle('b'));
    await fixture.clock.advance(3_100);
    fixture.notifications.restart();
    await fixture.clock.advance(1);
    fixture.says(fixture.idle('a'));
    await fixture.clock.advance(20_000);
    expect(fixture.sent).toEqual([]);
    fixture.says(fixture.idle('c'));
    await fixture.clock.advance(20_000);
    expect(fixture.sent.map(({ title }) => title)).toEqual(['c']);
  });
});

describe('after a scope change', () => {
  const idleFor = (id: string, ms: number, now: number): Task =>
    makeTask({ id, displayName: id, ownerName: 'bob', state: makeReport({ at: now - ms }) });

  it('no notification comes for tasks that already need the user', async () => {
    const fixture = open();
    const choose = (scope: OwnerScope): void =>
      fixture.store.dispatch({ type: 'scope-selected', scope, now: fixture.clock.now() });
    choose(EVERYONE);
    await fixture.clock.advance(10);
    fixture.receiveList(
      ...['x', 'y', 'z'].map((id) => idleFor(id, 60_000, fixture.clock.now())),
      working('a'),
    );
    await fixture.clock.advance(60_000);
    choose(MINE);
    await fixture.clock.advance(10);
    fixture.receiveList(working('a'), idleFor('b', 30_000, fixture.clock.now()));
    await fixture.clock.advance(60_000);
    choose(EVERYONE);
    fixture.receiveList(idleFor('x', 100, fixture.clock.now()));
    await fixture.clock.advance(60_000);
    expect(fixture.sent).toEqual([]);
    fixture.receiveList(idleFor('x', 100, fixture.clock.now()), idleFor('y', 5_000, fixture.clock.now()));
    await fixture.clock.advance(60_000);
    expect(fixture.sent.map(({ title }) => title)).toEqual(['y']);
  });

  it('a notification comes for a task that both scopes list', async () => {
    const fixture = open();
    fixture.store.dispatch({ type: 'scope-selected', scope: EVERYONE, now: fixture.clock.now() });
    await fixture.clock.advance(10);
    fixture.receiveList(idleFor('a', 5_000, fixture.clock.now()), idleFor('x', 5_000, fixture.clock.now()));
    await fixture.clock.advance(10_000);
    expect(fixture.sent.map(({ title }) => title)).toEqual(['a']);
  });

  it('a pending notification still comes', async () => {
    const fixture = open();
    fixture.says(fixture.idle('b'));
    await fixture.clock.advance(3_500);
    fixture.store.dispatch({ type: 'scope-selected', scope: scopeOfOwner('bob'), now: fixture.clock.now() });
    await fixture.clock.advance(10_000);
    expect(fixture.sent.map(({ title }) => title)).toEqual(['b']);
  });
});

it('sends no notification after the end', async () => {
  const fixture = open();
  fixture.says(fixture.idle('b'));
  await fixture.clock.advance(3_100);
  fixture.notifications.stop();
  await fixture.clock.advance(20_000);
  expect(fixture.sent).toEqual([]);
});
