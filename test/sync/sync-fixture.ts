import { keyNames } from '../../src/commands/command-registry.ts';
import { ACTION_TABLES } from '../../src/domain/action-tables.ts';
import type { Task } from '../../src/domain/task.ts';
import type { StoreEvent } from '../../src/store/event.ts';
import { initialState } from '../../src/store/initial-state.ts';
import type { State } from '../../src/store/state.ts';
import { createStore, type Store } from '../../src/store/store.ts';
import type { TaskInView } from '../../src/sync/mark-seen.ts';
import { createTranscriptFetcher, type FetchTranscript } from '../../src/sync/refresh/fetch-transcript.ts';
import type { RequestKind } from '../../src/sync/refresh/request-kind.ts';
import { createScheduler, type Scheduler } from '../../src/sync/refresh/scheduler.ts';
import { statusRequests } from '../../src/sync/refresh/status-requests.ts';
import { transcriptRequests } from '../../src/sync/refresh/transcript-requests.ts';
import type { SyncContext } from '../../src/sync/sync-context.ts';
import { taskInView } from '../../src/view/layout/task-in-view.ts';
import { NOON } from '../domain/builders.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { type ScriptedBackend, scriptedBackend } from './scripted-backend.ts';

/** The context of sync, with a manual clock and a scripted backend. */
export interface SyncFixture {
  readonly backend: ScriptedBackend;
  readonly fetchTranscript: FetchTranscript;
  readonly store: Store;
  readonly clock: ManualClock;
  readonly random: () => number;
  readonly taskInView: TaskInView;
  /** No menu is. */
  readonly isMenuPending: (taskId: string) => boolean;
  readonly state: State;
  /** Simulates a list response. */
  receiveList(...tasks: readonly Task[]): void;
  select(taskId: string): void;
}

export function syncFixture({
  deaf = false,
  tasks = [] as readonly Task[],
  actionTables = ACTION_TABLES,
  local = true,
} = {}): SyncFixture {
  const clock = manualClock(NOON);
  const store = createStore(
    initialState({
      deployment: { name: local ? 'local' : 'coder.example.com', local },
      size: { columns: 80, rows: 24 },
      actionTables,
      keyNames: keyNames({}),
      now: clock.now(),
    }),
  );
  const dispatch = (event: StoreEvent): void => store.dispatch(event);
  const backend = scriptedBackend({ deaf });
  const fixture: SyncFixture = {
    backend,
    fetchTranscript: createTranscriptFetcher({ backend, clock }),
    store,
    clock,
    // No jitter.
    random: () => 0,
    taskInView,
    isMenuPending: () => false,
    get state() {
      return store.getState();
    },
    receiveList(...listed) {
      const now = clock.now();
      dispatch({
        type: 'list-received',
        source: 'tasks',
        tasks: listed,
        startedAt: now,
        refreshMs: 5_000,
        now,
      });
    },
    select: (taskId) => dispatch({ type: 'task-selected', taskId }),
  };
  if (tasks.length > 0) fixture.receiveList(...tasks);
  return fixture;
}

/** A scheduler of these kinds alone, which is not woken yet. */
export const schedule = (context: SyncContext, ...kinds: readonly RequestKind[]): Scheduler =>
  createScheduler(context, kinds);

/** A scheduler of the status and the transcript of the selected task. */
export const scheduleSelectedTask = (
  context: SyncContext & Pick<SyncFixture, 'fetchTranscript'>,
  ...others: readonly RequestKind[]
): Scheduler => schedule(context, statusRequests(context), transcriptRequests(context), ...others);
