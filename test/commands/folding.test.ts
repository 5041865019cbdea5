import { expect, it } from 'vitest';
import type { Task } from '../../src/domain/task.ts';
import { visibleTasks } from '../../src/store/selectors.ts';
import { type ChatFields, makeChat, makeQuestion, makeTask } from '../domain/builders.ts';
import { applyEvents, chatsReceived, emptyState, listReceived } from '../store/state-builders.ts';
import { appFixture } from './app-fixture.ts';

const chat = (id: string, about: ChatFields = {}): Task => makeChat({ id, displayName: id, ...about });

function open(...others: readonly Task[]) {
  const app = appFixture(
    applyEvents(
      emptyState(),
      chatsReceived([chat('a'), chat('b'), chat('x', { parentId: 'a' }), ...others]),
      { type: 'task-selected', taskId: 'a' },
    ),
  );
  const rows = (): string =>
    visibleTasks(app.state())
      .map(({ id }) => id)
      .join('');
  return { ...app, rows };
}

it('→ unfolds the sub-agents of a task, ← folds them, also from one of them', () => {
  const app = open();
  expect(app.rows()).toBe('ab');
  app.press('right');
  expect(app.rows()).toBe('axb');
  app.press('left');
  expect(app.rows()).toBe('ab');
  app.press('right', 'down');
  expect(app.state().view.selected).toBe('x');
  app.press('left');
  expect([app.rows(), app.state().view.selected]).toEqual(['ab', 'a']);
});

it('the keys say why they cannot act', () => {
  const app = open();
  app.press('left');
  expect(app.notice()).toBe('Its sub-agents are hidden.');
  app.press('right', 'right');
  expect(app.notice()).toBe('Its sub-agents are shown.');
  app.press('G', 'right');
  expect(app.notice()).toBe('It has no sub-agents.');
  app.dispatch({ type: 'filter-changed', filter: 'x' });
  app.press('g', 'right');
  expect(app.notice()).toBe('The filter shows the sub-agents that match.');
  const tasks = appFixture(applyEvents(emptyState(), listReceived([makeTask({ id: 't' })])));
  tasks.press('right');
  expect(tasks.notice()).toBe('It has no sub-agents.');
});

it('] and [ reach a hidden sub-agent and unfold its task', () => {
  const app = open(chat('y', { parentId: 'b', questions: [makeQuestion()] }));
  app.press(']');
  expect([app.rows(), app.state().view.selected]).toEqual(['aby', 'y']);
  const back = open(chat('y', { parentId: 'b', questions: [makeQuestion()] }));
  back.press('[');
  expect([back.rows(), back.state().view.selected]).toEqual(['aby', 'y']);
});

it('! shows a sub-agent that needs the user with its task', () => {
  const app = open(chat('y', { parentId: 'b', questions: [makeQuestion()] }));
  app.press('!');
  expect(app.rows()).toBe('by');
});

it('a marks the shown tasks: no hidden sub-agent, and no parent that a filter shows', () => {
  const app = open();
  app.press('a');
  expect([...app.state().view.marked]).toEqual(['a', 'b']);
  app.press('u');
  app.dispatch({ type: 'filter-changed', filter: 'x' });
  expect(app.rows()).toBe('ax');
  app.press('a');
  expect([...app.state().view.marked]).toEqual(['x']);
});
