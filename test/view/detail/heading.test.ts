import { expect, it } from 'vitest';
import { headingOf } from '../../../src/view/detail/heading.ts';
import { taskInView } from '../../../src/view/layout/task-in-view.ts';
import { makeTask } from '../../domain/builders.ts';
import { applyEvents, emptyState, listReceived } from '../../store/state-builders.ts';

it.each([
  ['start_error', 60, 'A start-up script failed'],
  ['start_timeout', 60, 'A start-up script takes longer than its time limit'],
  ['start_timeout', 30, 'A start-up script takes longe…'],
  ['ready', 60, ''],
])('warns about start-up scripts in state %s, in %i columns', (agentLifecycle, width, words) => {
  const task = makeTask({ id: 'a', agentLifecycle });
  expect(headingOf(applyEvents(emptyState(), listReceived([task])), task, width, 20).facts).toBe(words);
});

it('a task in the peek is in view, also where only the list fits', () => {
  const narrow = applyEvents(emptyState({ columns: 60, rows: 20 }), listReceived([makeTask({ id: 'a' })]));
  expect(taskInView(narrow)).toBeNull();
  const overlay = { kind: 'peek', taskId: 'a', top: 0 } as const;
  expect(taskInView(applyEvents(narrow, { type: 'overlay-opened', overlay }))).toBe('a');
});
