import { expect, it } from 'vitest';
import { sightOf } from '../../src/domain/attention.ts';
import { EVERYONE } from '../../src/domain/scope.ts';
import type { Task } from '../../src/domain/task.ts';
import type { Action } from '../../src/store/action.ts';
import { counts, nextTickAt, visibleTasks } from '../../src/store/selectors.ts';
import type { State } from '../../src/store/state.ts';
import { makeReport, makeTask, NOON } from '../domain/make.ts';
import { begin, listed, play } from './make.ts';

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
  const state = play(begin(), listed(all), { type: 'selected', taskId: 't3' });
  return {
    ...state,
    seen: new Map(all.map((task) => [task.id, sightOf(task)])),
    view: { ...state.view, marked: new Set(all.flatMap(({ id }, index) => (index % 2 === 0 ? [id] : []))) },
  };
}

/** The same, with the tasks of another scope put aside. */
const withAside = (): State =>
  play(busy(), { type: 'scope-chosen', scope: EVERYONE, now: NOON }, listed([...all], NOON + 1));

const onlyNeeding = (): State => play(busy(), { type: 'needing-shown', on: true });

const ACTIONS: Readonly<Record<string, Action>> = {
  'one task changed in the list': listed(all.with(7, changed), NOON + 10),
  'one task left the list': listed(all.toSpliced(7, 1), NOON + 10),
  'the selected task left the list': listed(all.toSpliced(3, 1), NOON + 10),
  'one task joined the list': listed([watched({ id: 'new' }), ...all], NOON + 10),
  'one task was removed here': { type: 'removed', taskId: 't7', now: NOON + 10 },
  'one task was fetched by itself': { type: 'task-arrived', task: changed, startedAt: NOON, now: NOON + 10 },
  'a filter hides the selected task': { type: 'filtered', filter: 't9' },
};
const STATES = { 'all listed': busy, 'others aside': withAside, 'only those that need you': onlyNeeding };

it.each(
  Object.entries(ACTIONS).flatMap(([what, action]) =>
    Object.entries(STATES).map(([where, state]) => [what, where, action, state] as const),
  ),
)('%s (%s): the work grows with the list, not with its square', (_what, _where, action, stateOf) => {
  const before = stateOf();
  looks = 0;
  const after = play(before, action);
  // A screen that compares both states, as the screen reader does.
  for (let turn = 0; turn < 5; turn++)
    for (const state of [before, after]) [counts(state), nextTickAt(state), visibleTasks(state)];
  expect(looks / TASKS).toBeLessThan(LOOKS);
});
