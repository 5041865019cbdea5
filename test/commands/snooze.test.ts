import { describe, expect, it } from 'vitest';
import { footerHints } from '../../src/commands/footer-hints.ts';
import type { Task } from '../../src/domain/task.ts';
import { counts, nextTickAt } from '../../src/store/selectors.ts';
import { isUnseenIn, needsAttentionIn } from '../../src/store/slices/attention.ts';
import { taskById } from '../../src/store/task-index.ts';
import { headingOf } from '../../src/view/detail/heading.ts';
import { taskWords } from '../../src/view/list/list-words.ts';
import { MINUTE, makeChat, makeQuestion, makeReport, makeTask, NOON } from '../domain/builders.ts';
import { applyEvents, chatsReceived, emptyState, listReceived } from '../store/state-builders.ts';
import { appFixture } from './app-fixture.ts';

const open = (...tasks: readonly Task[]) => {
  const app = appFixture(
    applyEvents(
      emptyState(),
      chatsReceived(tasks.filter(({ source }) => source === 'chats')),
      listReceived(tasks.filter(({ source }) => source === 'tasks')),
    ),
  );
  const task = (id: string): Task => {
    const found = taskById(app.state(), id);
    if (found === null) throw new Error(`No task ${id}.`);
    return found;
  };
  return {
    ...app,
    needYou: () => counts(app.state()).needYou,
    needs: (id: string) => needsAttentionIn(app.state(), task(id)),
    words: (id: string) => taskWords(app.state(), task(id)),
    heading: (id: string) => headingOf(app.state(), task(id), 80, 20).snooze,
    task,
    tick: (ms: number) => app.dispatch({ type: 'clock-ticked', now: NOON + ms }),
    look: (id: string) =>
      app.dispatch({ type: 'task-viewed', taskId: null }, { type: 'task-viewed', taskId: id }),
  };
};

describe('Z', () => {
  it('and 1 snooze for ten minutes; then the task needs you again', () => {
    const app = open(makeTask({ id: 't' }));
    app.press('Z', '1');
    expect(app.needYou()).toBe(0);
    expect(app.notice()).toMatch(/is snoozed until \d\d:\d\d\. Press U to undo it\.$/u);
    expect(app.heading('t')).toMatch(/^snoozed until \d\d:\d\d$/u);
    expect(app.words('t')).toMatch(/, snoozed until \d\d:\d\d/u);
    app.tick(10 * MINUTE - 1);
    expect(app.needYou()).toBe(0);
    app.tick(10 * MINUTE);
    expect(app.needYou()).toBe(1);
    expect(isUnseenIn(app.state(), app.task('t'))).toBe(true);
    expect(app.words('t')).toMatch(/needs you/u);
  });

  it('chooses with enter, too', () => {
    const app = open(makeTask({ id: 't' }));
    app.press('Z', 'down', 'enter');
    app.tick(59 * MINUTE);
    expect(app.needYou()).toBe(0);
    app.tick(60 * MINUTE);
    expect(app.needYou()).toBe(1);
  });

  it('and 3 snooze until the status changes', () => {
    const app = open(makeTask({ id: 't' }));
    app.press('Z', '3');
    expect(app.notice()).toMatch(/is snoozed until it changes\./u);
    app.tick(1_000 * MINUTE);
    expect(app.needYou()).toBe(0);
    app.dispatch(listReceived([makeTask({ id: 't', state: makeReport({ at: 2 }) })], NOON + 1_000 * MINUTE));
    expect(app.needYou()).toBe(1);
  });

  it('offers to wake a snoozed task', () => {
    const app = open(makeTask({ id: 't' }));
    app.press('Z');
    expect(footerHints(app.state())[0]).toMatchObject({ key: '1-3', words: 'snooze' });
    app.press('1', 'Z', 'enter');
    expect(app.needYou()).toBe(1);
    expect(app.notice()).toMatch(/needs you again\. Press U to undo it\.$/u);
    app.press('U');
    expect(app.needYou()).toBe(0);
  });

  it('snoozes a question, and a new question ends that', () => {
    const asking = (id: string) => makeChat({ id: 'c', questions: [makeQuestion({ id })], unread: true });
    const app = open(asking('q1'));
    app.press('Z', '2');
    expect(app.needYou()).toBe(0);
    app.dispatch(chatsReceived([{ ...asking('q1'), updatedAt: NOON + 1 }], NOON + 1));
    expect(app.needYou()).toBe(0);
    app.dispatch(chatsReceived([asking('q2')], NOON + 2));
    expect(app.needYou()).toBe(1);
  });

  it('snoozes a chat that was read, which needs you at the end until you look at it again', () => {
    const app = open(makeChat({ id: 'c', unread: false }), makeChat({ id: 'd', unread: false }));
    app.dispatch({ type: 'task-selected', taskId: 'c' }, { type: 'task-viewed', taskId: 'c' });
    app.press('Z', '1');
    app.tick(10 * MINUTE);
    expect(app.needs('c')).toBe(true);
    app.look('c');
    expect(app.needs('c')).toBe(false);
  });

  it('acts on marked tasks, and on those alone that could need you', () => {
    const app = open(
      makeTask({ id: 't' }),
      makeTask({ id: 'w', state: makeReport({ state: 'working' }) }),
      makeChat({ id: 'c', unread: true }),
    );
    app.press('a', 'Z', '1');
    expect(app.needYou()).toBe(0);
    expect(app.notice()).toMatch(/^2 tasks are snoozed until/u);
    app.press('U');
    expect(app.needYou()).toBe(2);
    expect(app.notice()).toBe('Undone: 2 tasks are as before.');
    expect(app.calls).toEqual([]);
  });

  it('says why it does nothing', () => {
    const app = open(makeTask({ id: 'w', state: makeReport({ state: 'working' }) }));
    app.press('Z');
    expect(app.notice()).toBe('It does not need you.');
  });
});

it('a snooze does not end for a task that you look at meanwhile', () => {
  const app = open(makeTask({ id: 't', state: makeReport({ state: 'complete' }) }));
  app.press('Z', '1');
  app.dispatch({ type: 'task-viewed', taskId: 't' });
  app.tick(MINUTE);
  expect(app.heading('t')).not.toBe('');
});

it('the screen wakes at the end of a snooze', () => {
  const app = open(makeTask({ id: 't' }));
  app.press('Z', '1');
  app.tick(10 * MINUTE - 500);
  expect(nextTickAt(app.state())).toBe(NOON + 10 * MINUTE);
});

it('e on a snoozed task acknowledges it', () => {
  const app = open(makeTask({ id: 't' }));
  app.press('Z', '1', 'e');
  expect(app.heading('t')).toBe('');
  app.tick(20 * MINUTE);
  expect(app.needYou()).toBe(0);
});

it('] passes a snoozed task', () => {
  const app = open(makeTask({ id: 'a' }), makeTask({ id: 'b' }), makeTask({ id: 'c' }));
  const [first, second, third] = app.state().rowOrder;
  app.dispatch({ type: 'task-selected', taskId: second ?? '' });
  app.press('Z', '1');
  app.dispatch({ type: 'task-selected', taskId: first ?? '' });
  app.press(']');
  expect(app.state().view.selected).toBe(third);
});
