import { expect, expectTypeOf, it } from 'vitest';
import { type ActionsState, actionsReducer, INITIAL_ACTIONS } from '../../src/store/slices/actions.ts';
import { type AnswersState, answersReducer, INITIAL_ANSWERS } from '../../src/store/slices/answers.ts';
import {
  type AttentionState,
  attentionReducer,
  INITIAL_ATTENTION,
} from '../../src/store/slices/attention.ts';
import {
  type ChatOptionsState,
  chatOptionsReducer,
  INITIAL_CHAT_OPTIONS,
} from '../../src/store/slices/chat-options.ts';
import {
  type ConnectionState,
  connectionReducer,
  initialConnection,
} from '../../src/store/slices/connection.ts';
import {
  type ConversationSearchState,
  conversationSearchReducer,
  INITIAL_CONVERSATION_SEARCH,
} from '../../src/store/slices/conversation-search.ts';
import {
  type ConversationsState,
  conversationsReducer,
  INITIAL_CONVERSATIONS,
} from '../../src/store/slices/conversations.ts';
import { type DiffState, diffReducer, INITIAL_DIFF } from '../../src/store/slices/diff.ts';
import { type DraftsState, draftsReducer, INITIAL_DRAFTS } from '../../src/store/slices/drafts.ts';
import { INITIAL_LIST_DISPLAY, listDisplayReducer } from '../../src/store/slices/list-display.ts';
import { INITIAL_NEW_TASK, type NewTaskState, newTaskReducer } from '../../src/store/slices/new-task.ts';
import { INITIAL_NOTICES, type NoticesState, noticesReducer } from '../../src/store/slices/notices.ts';
import {
  INITIAL_OPEN_PARTS,
  type OpenPartsState,
  openPartsReducer,
} from '../../src/store/slices/open-parts.ts';
import { INITIAL_OUTBOX, type OutboxState, outboxReducer } from '../../src/store/slices/outbox.ts';
import {
  INITIAL_OWN_FIELDS,
  type OwnFieldsState,
  ownFieldsReducer,
} from '../../src/store/slices/own-fields.ts';
import { INITIAL_PROGRESS, type ProgressState, progressReducer } from '../../src/store/slices/progress.ts';
import { INITIAL_REQUESTS, type RequestsState, requestsReducer } from '../../src/store/slices/requests.ts';
import { INITIAL_REVIEW, type ReviewState, reviewReducer } from '../../src/store/slices/review.ts';
import { INITIAL_ROWS, type RowsState, rowsReducer } from '../../src/store/slices/rows.ts';
import { initialScreen, type ScreenState, screenReducer } from '../../src/store/slices/screen.ts';
import { initialTasks, type TasksState, tasksReducer } from '../../src/store/slices/tasks.ts';
import {
  INITIAL_WORKTREES,
  type WorktreesState,
  worktreesReducer,
} from '../../src/store/slices/worktrees.ts';
import { withChange } from '../../src/store/state.ts';
import { NOON } from '../domain/builders.ts';
import { emptyState, SIZE } from './state-builders.ts';

const SLICES: readonly (readonly [initial: object, reducer: object])[] = [
  [initialConnection({ deployment: { name: 'local', local: true } }), connectionReducer],
  [initialScreen({ size: SIZE, now: NOON }), screenReducer],
  [initialTasks(NOON), tasksReducer],
  [INITIAL_OWN_FIELDS, ownFieldsReducer],
  [INITIAL_ACTIONS, actionsReducer],
  [INITIAL_ATTENTION, attentionReducer],
  [INITIAL_ANSWERS, answersReducer],
  [INITIAL_ROWS, rowsReducer],
  [INITIAL_LIST_DISPLAY, listDisplayReducer],
  [INITIAL_PROGRESS, progressReducer],
  [INITIAL_CONVERSATIONS, conversationsReducer],
  [INITIAL_CONVERSATION_SEARCH, conversationSearchReducer],
  [INITIAL_OPEN_PARTS, openPartsReducer],
  [INITIAL_OUTBOX, outboxReducer],
  [INITIAL_DRAFTS, draftsReducer],
  [INITIAL_NEW_TASK, newTaskReducer],
  [INITIAL_CHAT_OPTIONS, chatOptionsReducer],
  [INITIAL_DIFF, diffReducer],
  [INITIAL_REQUESTS, requestsReducer],
  [INITIAL_REVIEW, reviewReducer],
  [INITIAL_NOTICES, noticesReducer],
  [INITIAL_WORKTREES, worktreesReducer],
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

type KeysOf<Value> = Value extends unknown ? keyof Value : never;
type ViewIn<Value> = Value extends { readonly view?: infer View } ? NonNullable<View> : never;

/** The names of fields that `Reducer` returns and `Slice` does not have. */
type ForeignFields<Reducer, Slice> = {
  [Type in keyof Reducer]: Reducer[Type] extends (...args: never[]) => infer Change
    ? Exclude<KeysOf<Change>, keyof Slice | 'view'> | Exclude<KeysOf<ViewIn<Change>>, KeysOf<ViewIn<Slice>>>
    : never;
}[keyof Reducer];

it('a reducer returns only fields of its own slice: this file compiles', () => {
  type Foreign =
    | ForeignFields<typeof connectionReducer, ConnectionState>
    | ForeignFields<typeof screenReducer, ScreenState>
    | ForeignFields<typeof tasksReducer, TasksState>
    | ForeignFields<typeof ownFieldsReducer, OwnFieldsState>
    | ForeignFields<typeof actionsReducer, ActionsState>
    | ForeignFields<typeof answersReducer, AnswersState>
    | ForeignFields<typeof attentionReducer, AttentionState>
    | ForeignFields<typeof rowsReducer, RowsState>
    | ForeignFields<typeof progressReducer, ProgressState>
    | ForeignFields<typeof conversationsReducer, ConversationsState>
    | ForeignFields<typeof conversationSearchReducer, ConversationSearchState>
    | ForeignFields<typeof openPartsReducer, OpenPartsState>
    | ForeignFields<typeof outboxReducer, OutboxState>
    | ForeignFields<typeof draftsReducer, DraftsState>
    | ForeignFields<typeof newTaskReducer, NewTaskState>
    | ForeignFields<typeof chatOptionsReducer, ChatOptionsState>
    | ForeignFields<typeof diffReducer, DiffState>
    | ForeignFields<typeof requestsReducer, RequestsState>
    | ForeignFields<typeof reviewReducer, ReviewState>
    | ForeignFields<typeof noticesReducer, NoticesState>
    | ForeignFields<typeof worktreesReducer, WorktreesState>;
  expectTypeOf<Foreign>().toBeNever();
  type Trespass = ForeignFields<
    { readonly 'mouse-changed': () => { tasks: []; view?: { focus: 'list'; selected: null } } | { size: 1 } },
    ScreenState
  >;
  expectTypeOf<Trespass>().toEqualTypeOf<'tasks' | 'selected'>();
});

it('a change of no value keeps the state', () => {
  const state = emptyState();
  expect(withChange(state, { drafts: state.drafts, view: { selected: null } })).toBe(state);
  const selected = withChange(state, { view: { selected: 'a' } });
  expect(selected).toEqual({ ...state, view: { ...state.view, selected: 'a' } });
});
