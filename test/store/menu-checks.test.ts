import { describe, expect, it } from 'vitest';
import { EVERYONE } from '../../src/domain/owner-scope.ts';
import type { Task } from '../../src/domain/task.ts';
import type { StoreEvent } from '../../src/store/event.ts';
import { tasksWithUnknownMenu } from '../../src/store/menu-checks.ts';
import type { State } from '../../src/store/state.ts';
import { live, MINUTE, makeChat, makeReport, makeTask, NOON, type TaskFields } from '../domain/builders.ts';
import { applyEvents, emptyState, listReceived, serverError, transcriptReceived } from './state-builders.ts';

const DAY = 24 * 60 * MINUTE;

const selected = makeTask({ id: 'selected' });
const listAndSelect = (...tasks: readonly Task[]): readonly StoreEvent[] => [
  listReceived([selected, ...tasks]),
  { type: 'task-selected', taskId: 'selected' },
];
const idle = (id: string, ageMs = MINUTE, about: TaskFields = {}): Task =>
  makeTask({ id, state: makeReport({ at: NOON - ageMs }), ...about });
const listed = (...tasks: readonly Task[]): State => applyEvents(emptyState(), ...listAndSelect(...tasks));
const idsIn = (state: State): readonly string[] => tasksWithUnknownMenu(state).map(({ id }) => id);

describe('the tasks whose menu is unknown', () => {
  it('are the idle ones, newest report first, without the selected one', () => {
    expect(idsIn(listed(idle('b', 2 * MINUTE), idle('c', 3 * MINUTE), idle('a', MINUTE)))).toEqual([
      'a',
      'b',
      'c',
    ]);
  });

  it.each<[string, Task]>([
    ['works', idle('a', 0, { state: makeReport({ state: 'working' }) })],
    ['is complete', idle('a', 0, { state: makeReport({ state: 'complete' }) })],
    ['failed', idle('a', 0, { state: makeReport({ state: 'failed' }) })],
    ['is paused', idle('a', 0, { status: 'paused' })],
    ['starts', idle('a', 0, { status: 'initializing' })],
    ['is deleted', idle('a', 0, { workspaceStatus: 'deleting' })],
    ['has not reported', idle('a', 0, { state: null })],
    ['is a chat', makeChat({ id: 'a', source: 'tasks', state: makeReport() })],
    ['has been idle for over a week', idle('a', 7 * DAY + 1)],
  ])('do not include one that %s', (_, task) => {
    expect(idsIn(listed(task, idle('b')))).toEqual(['b']);
  });

  it('include one that has been idle for a week', () => {
    expect(idsIn(listed(idle('a', 7 * DAY)))).toEqual(['a']);
  });

  it('do not include one that the user acknowledged, until its next report', () => {
    const state = applyEvents(listed(idle('a')), {
      type: 'tasks-acknowledged',
      taskIds: ['a'],
      on: true,
      now: NOON,
    });
    expect(idsIn(state)).toEqual([]);
    expect(idsIn(applyEvents(state, listReceived([selected, idle('a', 0)], NOON + 1)))).toEqual(['a']);
  });

  it('are the tasks of the user only, also in a list of everyone', () => {
    const user = { id: 'u', username: 'ada', name: '' };
    const mine = applyEvents(emptyState(), { type: 'user-received', user });
    const all = [
      { type: 'scope-selected', scope: EVERYONE, now: NOON } as const,
      ...listAndSelect(idle('a'), idle('b', 0, { ownerName: 'grace' })),
    ];
    expect(idsIn(applyEvents(mine, ...all))).toEqual(['a']);
    // Whose tasks these are is unknown.
    expect(idsIn(applyEvents(emptyState(), ...all))).toEqual([]);
  });

  it('are none before the first list, and while it fails', () => {
    const restored = { type: 'list-restored', tasks: [idle('b'), idle('a')], at: NOON - DAY } as const;
    expect(idsIn(applyEvents(emptyState(), restored))).toEqual([]);
    const [error, retryAt, now] = [serverError(), NOON + 2_000, NOON + 1];
    const failed = { type: 'list-failed', source: 'tasks', error, retryAt, now } as const;
    expect(idsIn(applyEvents(listed(idle('a')), failed))).toEqual([]);
  });

  it('do not include one with a conversation that was requested after its report was received', () => {
    const state = listed(idle('a'));
    expect(idsIn(applyEvents(state, transcriptReceived('a', live(), NOON - 1)))).toEqual(['a']);
    const loaded = applyEvents(state, transcriptReceived('a', live(), NOON));
    expect(idsIn(loaded)).toEqual([]);
    const same = applyEvents(loaded, listReceived([selected, idle('a')], NOON + 5_000));
    expect(idsIn(same)).toEqual([]);
    // The server's clock is an hour behind.
    const next = applyEvents(same, listReceived([selected, idle('a', 60 * MINUTE)], NOON + 10_000));
    expect(idsIn(next)).toEqual(['a']);
  });

  it('are at most those of the 50 that became idle last', () => {
    const tasks = Array.from({ length: 200 }, (_, age) => idle(`t${age}`, (age + 1) * MINUTE));
    const state = listed(...tasks.toReversed());
    // The selected one is the tenth newest.
    expect(idsIn(state)).toEqual(tasks.slice(0, 49).map(({ id }) => id));
    const loaded = tasks.slice(0, 49).map(({ id }) => transcriptReceived(id, live(), NOON + 1));
    expect(idsIn(applyEvents(state, ...loaded))).toEqual([]);
  });
});
