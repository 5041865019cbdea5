import { expect, it } from 'vitest';
import type { Phase } from '../../src/domain/phase.ts';
import type { Task } from '../../src/domain/task.ts';
import type { StoreEvent } from '../../src/store/event.ts';
import { phaseIn, taskById } from '../../src/store/selectors.ts';
import type { State } from '../../src/store/state.ts';
import { makeTask, NOON } from '../domain/builders.ts';
import { applyEvents, emptyState, listReceived } from './state-builders.ts';

const phase = (state: State): Phase | undefined => {
  const task = taskById(state, 'a');
  return task === null ? undefined : phaseIn(state, task);
};

const asked = (intent: 'pause' | 'resume' | 'delete', about: Partial<Task> = {}): State =>
  applyEvents(
    emptyState(),
    listReceived([makeTask({ id: 'a', ...about })]),
    { type: 'notice-changed', notice: { tone: 'bad', text: 'Old.', at: NOON } },
    { type: 'action-started', taskId: 'a', action: intent, now: NOON },
  );

const polled = (about: Partial<Task>, startedAt: number): StoreEvent =>
  listReceived([makeTask({ id: 'a', ...about })], startedAt);

it('what is asked for shows at once, and what was said before is over', () => {
  const state = asked('pause');
  expect(phase(state)).toBe('pausing');
  expect(state.notice).toBeNull();
});

it('nothing can be asked of a task that is not there', () => {
  const state = emptyState();
  expect(applyEvents(state, { type: 'action-started', taskId: 'a', action: 'pause', now: NOON })).toBe(state);
});

it('an answer that is older than the build does not flicker back', () => {
  expect(phase(applyEvents(asked('pause'), polled({}, NOON + 1_000)))).toBe('pausing');
});

it("the server's word replaces it as soon as there is a newer build", () => {
  const stopping = { buildNumber: 2, status: 'unknown', workspaceStatus: 'stopping' };
  const state = applyEvents(asked('pause'), polled(stopping, NOON + 1_000));
  expect(state.pendingChanges.size).toBe(0);
  expect(phase(state)).toBe('pausing');
  expect(phase(applyEvents(state, polled({ buildNumber: 2, status: 'paused' }, NOON + 2_000)))).toBe(
    'paused',
  );
});

it('a task that arrives by itself settles it too', () => {
  const state = applyEvents(asked('resume', { status: 'paused' }), {
    type: 'task-received',
    task: makeTask({ id: 'a', buildNumber: 2, status: 'pending' }),
    startedAt: NOON + 1,
    now: NOON + 2,
  });
  expect(state.pendingChanges.size).toBe(0);
  expect(phase(state)).toBe('resuming');
});

it('a refusal takes it back', () => {
  expect(phase(applyEvents(asked('delete'), { type: 'action-failed', taskId: 'a' }))).toBe('idle');
});

it('patience ends although the list stays the very same, as it does when nothing changes on the server', () => {
  const tasks = [makeTask({ id: 'a' })];
  const state = applyEvents(emptyState(), listReceived(tasks), {
    type: 'action-started',
    taskId: 'a',
    action: 'pause',
    now: NOON,
  });
  expect(phase(applyEvents(state, listReceived(tasks, NOON + 90_000)))).toBe('pausing');
  const over = applyEvents(state, listReceived(tasks, NOON + 90_001));
  expect(over.tasks).toBe(tasks);
  expect(phase(over)).toBe('idle');
});

it('patience ends while the server is away', () => {
  expect(phase(applyEvents(asked('pause'), { type: 'clock-ticked', now: NOON + 90_000 }))).toBe('pausing');
  expect(phase(applyEvents(asked('pause'), { type: 'clock-ticked', now: NOON + 90_001 }))).toBe('idle');
});

it('a task that was removed is gone at once', () => {
  const state = applyEvents(asked('delete'), { type: 'task-deleted', taskId: 'a', now: NOON + 5 });
  expect(state.tasks).toEqual([]);
  expect(state.pendingChanges.size).toBe(0);
});
