import { expect, it } from 'vitest';
import { actionsReducer, INITIAL_ACTIONS } from '../../src/store/slices/actions.ts';
import { attentionReducer, INITIAL_ATTENTION } from '../../src/store/slices/attention.ts';
import { connectionReducer, initialConnection } from '../../src/store/slices/connection.ts';
import { conversationsReducer, INITIAL_CONVERSATIONS } from '../../src/store/slices/conversations.ts';
import { draftsReducer, INITIAL_DRAFTS } from '../../src/store/slices/drafts.ts';
import { INITIAL_NEW_TASK, newTaskReducer } from '../../src/store/slices/new-task.ts';
import { INITIAL_NOTICES, noticesReducer } from '../../src/store/slices/notices.ts';
import { INITIAL_OUTBOX, outboxReducer } from '../../src/store/slices/outbox.ts';
import { INITIAL_PROGRESS, progressReducer } from '../../src/store/slices/progress.ts';
import { INITIAL_ROWS, rowsReducer } from '../../src/store/slices/rows.ts';
import { initialScreen, screenReducer } from '../../src/store/slices/screen.ts';
import { initialTasks, tasksReducer } from '../../src/store/slices/tasks.ts';
import { withChange } from '../../src/store/state.ts';
import { NOON } from '../domain/builders.ts';
import { emptyState, SIZE } from './state-builders.ts';

const SLICES: readonly (readonly [initial: object, reducer: object])[] = [
  [initialConnection({ deployment: { name: 'local', local: true } }), connectionReducer],
  [initialScreen({ size: SIZE, now: NOON }), screenReducer],
  [initialTasks(NOON), tasksReducer],
  [INITIAL_ACTIONS, actionsReducer],
  [INITIAL_ATTENTION, attentionReducer],
  [INITIAL_ROWS, rowsReducer],
  [INITIAL_PROGRESS, progressReducer],
  [INITIAL_CONVERSATIONS, conversationsReducer],
  [INITIAL_OUTBOX, outboxReducer],
  [INITIAL_DRAFTS, draftsReducer],
  [INITIAL_NEW_TASK, newTaskReducer],
  [INITIAL_NOTICES, noticesReducer],
];

const viewOf = (slice: object): object => ('view' in slice ? (slice.view as object) : {});

it('each field, also in `view`, belongs to one slice', () => {
  const names = (state: object): string[] => [
    ...Object.keys(state).filter((name) => name !== 'view'),
    ...Object.keys(viewOf(state)).map((name) => `view.${name}`),
  ];
  const owned = SLICES.flatMap(([initial]) => names(initial));
  expect(owned.toSorted()).toEqual(names(emptyState()).toSorted());
});

it('each event belongs to one slice', () => {
  const events = SLICES.flatMap(([, reducer]) => Object.keys(reducer));
  expect(events).toHaveLength(new Set(events).size);
});

it('a change of no value keeps the state', () => {
  const state = emptyState();
  expect(withChange(state, { drafts: state.drafts, view: { selected: null } })).toBe(state);
  const selected = withChange(state, { view: { selected: 'a' } });
  expect(selected).toEqual({ ...state, view: { ...state.view, selected: 'a' } });
});
