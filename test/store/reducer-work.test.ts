import { expect, it } from 'vitest';
import { statusFingerprint } from '../../src/domain/needs-attention.ts';
import { EVERYONE } from '../../src/domain/owner-scope.ts';
import type { Task } from '../../src/domain/task.ts';
import type { StoreEvent } from '../../src/store/event.ts';
import { counts, nextTickAt, visibleTasks } from '../../src/store/selectors.ts';
import type { State } from '../../src/store/state.ts';
import { makeReport, makeTask, NOON } from '../domain/builders.ts';
import { applyEvents, emptyState, listReceived } from './state-builders.ts';

const TASKS = 500;
/** How often an action may look at each task. A map that is built for each of them would look `TASKS` times. */
const LOOKS = 40;

let looks = 0;

function looked<Value>(value: Value): Value {
  looks++;
  return value;
}

/** A task that counts how often its id or its state is read. */
function watched(about: Partial<Task>): Task {
  const task = makeTask(about);
  const { id, state } = task;
  return Object.defineProperties(task, {
    id: { enumerable: true, get: () => looked(id) },
    state: { enumerable: true, get: () => looked(state) },
  });
}

const all = Array.from({ length: TASKS }, (_, index) => watched({ id: `t${index}` }));
const changed = watched({ id: 't7', state: makeReport({ message: 'Tests pass.' }) });

/** All tasks are listed, all of them were seen, and every second one is marked. */
function busy(): State {
  const state = applyEvents(emptyState(), listReceived(all), { type: 'task-selected', taskId: 't3' });
  return {
    ...state,
    seenFingerprints: new Map(all.map((task) => [task.id, statusFingerprint(task)])),
    view: { ...state.view, marked: new Set(all.flatMap(({ id }, index) => (index % 2 === 0 ? [id] : []))) },
  };
}

/** The same, with the tasks of another scope put aside. */
const withAside = (): State =>
  applyEvents(
    busy(),
    { type: 'scope-selected', scope: EVERYONE, now: NOON },
    listReceived([...all], NOON + 1),
  );

const onlyNeeding = (): State => applyEvents(busy(), { type: 'attention-filter-changed', on: true });

const ACTIONS: Readonly<Record<string, StoreEvent>> = {
  'one task changed in the list': listReceived(all.with(7, changed), NOON + 10),
  'one task left the list': listReceived(all.toSpliced(7, 1), NOON + 10),
  'the selected task left the list': listReceived(all.toSpliced(3, 1), NOON + 10),
  'one task joined the list': listReceived([watched({ id: 'new' }), ...all], NOON + 10),
  'one task was removed here': { type: 'task-deleted', taskId: 't7', now: NOON + 10 },
  'one task was fetched by itself': { type: 'task-received', task: changed, startedAt: NOON, now: NOON + 10 },
  'a filter hides the selected task': { type: 'filter-changed', filter: 't9' },
};
const STATES = { 'all listed': busy, 'others aside': withAside, 'only those that need you': onlyNeeding };

it.each(
  Object.entries(ACTIONS).flatMap(([what, action]) =>
    Object.entries(STATES).map(([where, state]) => [what, where, action, state] as const),
  ),
)('%s (%s): the work grows with the list, not with its square', (_what, _where, event, stateOf) => {
  const before = stateOf();
  looks = 0;
  const after = applyEvents(before, event);
  // A screen that compares both states, as the screen reader does.
  for (let turn = 0; turn < 5; turn++)
    for (const state of [before, after]) [counts(state), nextTickAt(state), visibleTasks(state)];
  expect(looks / TASKS).toBeLessThan(LOOKS);
});
