import { expect, it } from 'vitest';
import type { Phase } from '../../src/domain/phase.ts';
import type { StoreEvent } from '../../src/store/event.ts';
import { phaseIn } from '../../src/store/slices/actions.ts';
import type { State } from '../../src/store/state.ts';
import { taskById } from '../../src/store/task-index.ts';
import { makeTask, NOON, type TaskFields } from '../domain/builders.ts';
import { applyEvents, emptyState, listReceived } from './state-builders.ts';

const phase = (state: State): Phase | undefined => {
  const task = taskById(state, 'a');
  return task === null ? undefined : phaseIn(state, task);
};

const afterAction = (action: 'pause' | 'resume' | 'delete', about: TaskFields = {}): State =>
  applyEvents(
    emptyState(),
    listReceived([makeTask({ id: 'a', ...about })]),
    { type: 'notice-changed', notice: { tone: 'bad', text: 'Old.', at: NOON } },
    { type: 'action-started', taskId: 'a', action, now: NOON },
  );

const polled = (about: TaskFields, startedAt: number): StoreEvent =>
  listReceived([makeTask({ id: 'a', ...about })], startedAt);

it('a started action shows at once and hides the notice before it', () => {
  const state = afterAction('pause');
  expect(phase(state)).toBe('pausing');
  expect(state.notice).toBeNull();
});

it('ignores an action on an unknown task', () => {
  const state = emptyState();
  expect(applyEvents(state, { type: 'action-started', taskId: 'a', action: 'pause', now: NOON })).toBe(state);
});

it('a response from before the build does not undo the change on screen', () => {
  expect(phase(applyEvents(afterAction('pause'), polled({}, NOON + 1_000)))).toBe('pausing');
});

it("the server's word replaces it as soon as there is a newer build", () => {
  const stopping = { buildNumber: 2, status: 'unknown', workspaceStatus: 'stopping' };
  const state = applyEvents(afterAction('pause'), polled(stopping, NOON + 1_000));
  expect(state.pendingChanges.size).toBe(0);
  expect(phase(state)).toBe('pausing');
  expect(phase(applyEvents(state, polled({ buildNumber: 2, status: 'paused' }, NOON + 2_000)))).toBe(
    'paused',
  );
});

it('a single task settles the change too', () => {
  const state = applyEvents(afterAction('resume', { status: 'paused' }), {
    type: 'task-received',
    task: makeTask({ id: 'a', buildNumber: 2, status: 'pending' }),
    startedAt: NOON + 1,
    now: NOON + 2,
  });
  expect(state.pendingChanges.size).toBe(0);
  expect(phase(state)).toBe('resuming');
});

it('a failed action undoes the change', () => {
  expect(phase(applyEvents(afterAction('delete'), { type: 'action-failed', taskId: 'a' }))).toBe('idle');
});

it('the change times out although the list stays the same', () => {
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

it('the change times out while the server is unreachable', () => {
  expect(phase(applyEvents(afterAction('pause'), { type: 'clock-ticked', now: NOON + 90_000 }))).toBe(
    'pausing',
  );
  expect(phase(applyEvents(afterAction('pause'), { type: 'clock-ticked', now: NOON + 90_001 }))).toBe('idle');
});

it('a deleted task disappears at once', () => {
  const state = applyEvents(afterAction('delete'), {
    type: 'action-accepted',
    taskId: 'a',
    action: 'delete',
    patch: { isRemoved: true },
    now: NOON + 5,
  });
  expect(state.tasks).toEqual([]);
  expect(state.pendingChanges.size).toBe(0);
});
