import { describe, expect, it } from 'vitest';
import { statusFingerprint } from '../../src/domain/needs-attention.ts';
import { EVERYONE } from '../../src/domain/owner-scope.ts';
import type { Task } from '../../src/domain/task.ts';
import type { StoreEvent } from '../../src/store/event.ts';
import { markedTasks } from '../../src/store/marks.ts';
import { counts, nextTickAt, rowIndexById, visibleTasks } from '../../src/store/selectors.ts';
import type { State } from '../../src/store/state.ts';
import { taskById } from '../../src/store/task-index.ts';
import { MINUTE, makeChat, makeReport, makeTask, NOON, type TaskFields } from '../domain/builders.ts';
import { applyEvents, emptyState, listReceived } from './state-builders.ts';

const TASKS = 500;
/** Maximum reads per task and event. A map built for each task would read `TASKS` times. */
const MAX_READS = 40;

let reads = 0;

function counted<Value>(value: Value): Value {
  reads++;
  return value;
}

/** A task that counts the reads of its id and its state. */
function countedTask(about: TaskFields): Task {
  const task = makeTask(about);
  const { id, state } = task;
  return Object.defineProperties(task, {
    id: { enumerable: true, get: () => counted(id) },
    state: { enumerable: true, get: () => counted(state) },
  });
}

const all = Array.from({ length: TASKS }, (_, index) => countedTask({ id: `t${index}` }));
const changed = countedTask({ id: 't7', state: makeReport({ message: 'Tests pass.' }) });

/** All tasks are listed and seen; every second one is marked. */
function allListed(): State {
  const state = applyEvents(emptyState(), listReceived(all), { type: 'task-selected', taskId: 't3' });
  return {
    ...state,
    seenFingerprints: new Map(all.map((task) => [task.id, statusFingerprint(task)])),
    view: { ...state.view, marked: new Set(all.flatMap(({ id }, index) => (index % 2 === 0 ? [id] : []))) },
  };
}

/** The same with a parked list of another scope. */
const withParked = (): State =>
  applyEvents(
    allListed(),
    { type: 'scope-selected', scope: EVERYONE, now: NOON },
    listReceived([...all], NOON + 1),
  );

const attentionOnly = (): State => applyEvents(allListed(), { type: 'attention-filter-changed', on: true });

const EVENTS: Readonly<Record<string, StoreEvent>> = {
  'one task changed in the list': listReceived(all.with(7, changed), NOON + 10),
  'one task left the list': listReceived(all.toSpliced(7, 1), NOON + 10),
  'the selected task left the list': listReceived(all.toSpliced(3, 1), NOON + 10),
  'one task joined the list': listReceived([countedTask({ id: 'new' }), ...all], NOON + 10),
  'one task was deleted here': {
    type: 'action-accepted',
    taskId: 't7',
    action: 'delete',
    patch: { isRemoved: true },
    now: NOON + 10,
  },
  'one task was fetched alone': { type: 'task-received', task: changed, startedAt: NOON, now: NOON + 10 },
  'a filter hides the selected task': { type: 'filter-changed', filter: 't9' },
};
/** Families of ten, of which every second one is unfolded. */
function families(): State {
  const family = all.map((task, index) =>
    index % 10 === 0
      ? task
      : Object.defineProperties(makeChat({ parentId: `t${index - (index % 10)}`, source: 'tasks' }), {
          id: { enumerable: true, get: () => counted(`t${index}`) },
          state: { enumerable: true, get: () => counted(null) },
        }),
  );
  return applyEvents(
    emptyState(),
    listReceived(family),
    ...Array.from({ length: TASKS / 20 }, (_, index) => ({
      type: 'fold-changed' as const,
      taskId: `t${index * 20}`,
      isUnfolded: true,
    })),
  );
}

const STATES = {
  families,
  'all listed': allListed,
  'a parked list': withParked,
  'attention filter': attentionOnly,
};

it.each(
  Object.entries(EVENTS).flatMap(([name, event]) =>
    Object.entries(STATES).map(([stateName, state]) => [name, stateName, event, state] as const),
  ),
)('%s (%s): the work grows with the list, not with its square', (_name, _stateName, event, stateOf) => {
  const before = stateOf();
  reads = 0;
  const after = applyEvents(before, event);
  // The screen reader compares both states in turns.
  for (let turn = 0; turn < 5; turn++)
    for (const state of [before, after]) [counts(state), nextTickAt(state), visibleTasks(state)];
  expect(reads / TASKS).toBeLessThan(MAX_READS);
});

describe('a poll of 10,000 tasks', () => {
  const many = Array.from({ length: 10_000 }, (_, index) => countedTask({ id: `m${index}` }));
  const oneChanged = many.with(7, countedTask({ id: 'm7', state: makeReport({ message: 'Tests pass.' }) }));
  /** Everything that a screen computes from the tasks. */
  const look = (state: State) => [
    counts(state),
    nextTickAt(state),
    visibleTasks(state),
    taskById(state, 'm7'),
    rowIndexById(state),
    markedTasks(state),
  ];

  it.each([
    ['one changed', oneChanged, 10],
    ['none changed, but the ages of all', many, 10 * MINUTE],
  ])('both states are read once each, however often they are compared: %s', (_, received, delay) => {
    const before = applyEvents(emptyState(), listReceived(many), {
      type: 'marks-changed',
      marked: new Set(['m7']),
    });
    look(before);
    const after = applyEvents(before, listReceived(received, NOON + delay));
    look(after);
    reads = 0;
    for (let turn = 0; turn < 3; turn++) for (const state of [before, after]) look(state);
    expect(reads).toBe(0);
  });

  it('in which one changed sorts no rows and builds no index', () => {
    const before = applyEvents(emptyState(), listReceived(many));
    look(before);
    reads = 0;
    look(applyEvents(before, listReceived(oneChanged, NOON + 10)));
    expect(reads).toBeLessThan(100);
  });
});
