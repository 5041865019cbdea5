import { describe, expect, it } from 'vitest';
import { chatFacts, type Task } from '../../src/domain/task.ts';
import { counts } from '../../src/store/selectors.ts';
import { phaseIn } from '../../src/store/slices/actions.ts';
import type { State } from '../../src/store/state.ts';
import { taskById } from '../../src/store/task-index.ts';
import { type ChatFields, MINUTE, makeChat, makeQuestion, NOON } from '../domain/builders.ts';
import { applyEvents, chatsReceived, emptyState, selectAndView } from './state-builders.ts';

const chat = (about: ChatFields = {}): Task =>
  makeChat({ id: 'c', state: null, updatedAt: NOON - 10 * MINUTE, unread: true, ...about });
const other = makeChat({ id: 'o', updatedAt: NOON });
const listed = (one: Task, at = NOON) => chatsReceived([other, one], at);
const unread = (state: State): boolean | null | undefined => {
  const task = taskById(state, 'c');
  return task === null ? undefined : chatFacts(task)?.unread;
};
const needs = (state: State): number => counts(state).needYou;
const start = applyEvents(emptyState(), listed(chat()));
const viewed = applyEvents(start, ...selectAndView('c'));

describe('an unread chat', () => {
  it('stays unread while it is listed, and is read once it is in view', () => {
    expect([unread(start), needs(start)]).toEqual([true, 1]);
    expect([unread(viewed), needs(viewed)]).toEqual([false, 0]);
    const task = taskById(viewed, 'c');
    expect(task && phaseIn(viewed, task)).toBe('complete');
  });

  it('stays read while the server does not know it yet, and equal lists change nothing', () => {
    const event = listed(chat(), NOON + 1);
    const once = applyEvents(viewed, event);
    expect(unread(once)).toBe(false);
    const twice = applyEvents(once, { ...event, startedAt: NOON + 2, now: NOON + 2 } as typeof event);
    expect(twice.tasks).toBe(once.tasks);
  });

  it('is unread again with a new answer, unless it is in view', () => {
    const next = listed(chat({ updatedAt: NOON - 5 * MINUTE }), NOON + 1);
    expect(unread(applyEvents(viewed, next))).toBe(false);
    const left = applyEvents(
      viewed,
      { type: 'task-selected', taskId: 'o' },
      { type: 'task-viewed', taskId: null },
    );
    expect(unread(applyEvents(left, next))).toBe(true);
  });

  it('is unread again when the user marks it so elsewhere after the server knew that it was read', () => {
    const known = applyEvents(viewed, listed(chat({ unread: false }), NOON + 1));
    expect(unread(applyEvents(known, listed(chat(), NOON + 2)))).toBe(true);
    const again = applyEvents(known, listed(chat(), NOON + 2), { type: 'task-viewed', taskId: 'c' });
    expect(unread(again)).toBe(false);
  });

  it('with a running turn is not read before the turn ends', () => {
    const running = applyEvents(emptyState(), listed(chat({ status: 'running' })), ...selectAndView('c'));
    expect([unread(running), running.reads.size]).toEqual([true, 0]);
    const over = applyEvents(running, listed(chat({ updatedAt: NOON }), NOON + 1));
    expect([unread(over), over.reads.size]).toEqual([false, 1]);
  });

  it('is read when it is acknowledged, and the mark as unread lets the server’s word count', () => {
    const done = applyEvents(start, { type: 'tasks-acknowledged', taskIds: ['c'], on: true, now: NOON });
    expect([unread(done), needs(done)]).toEqual([false, 0]);
    const settled = {
      ...viewed,
      reads: new Map([...viewed.reads].map(([id, read]) => [id, { ...read, isSettled: true }])),
    };
    expect(unread(applyEvents(settled, listed(chat(), NOON + 1)))).toBe(true);
  });

  it('with a question still needs the user', () => {
    const asking = applyEvents(
      emptyState(),
      listed(chat({ questions: [makeQuestion()] })),
      ...selectAndView('c'),
    );
    expect([unread(asking), needs(asking)]).toEqual([false, 1]);
  });
});
