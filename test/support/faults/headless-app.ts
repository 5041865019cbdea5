import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createCoderBackend } from '../../../src/api/coder-backend.ts';
import { coderBackendFacts } from '../../../src/api/coder-facts.ts';
import { connectByToken, reconnectingBackend } from '../../../src/api/reconnecting-backend.ts';
import type { CommandContext } from '../../../src/commands/command.ts';
import { keyNames } from '../../../src/commands/command-registry.ts';
import { dispatchKey } from '../../../src/commands/dispatch-key.ts';
import type { ActionTable } from '../../../src/domain/action.ts';
import type { AgentBackend } from '../../../src/domain/ports/backend.ts';
import type { Source } from '../../../src/domain/ports/source.ts';
import type { Storage } from '../../../src/domain/ports/storage.ts';
import { buildNumberOf } from '../../../src/domain/task.ts';
import { graphemesOf } from '../../../src/domain/text/graphemes.ts';
import { openStorage } from '../../../src/storage/storage.ts';
import { initialState } from '../../../src/store/initial-state.ts';
import { selectedTask } from '../../../src/store/selectors.ts';
import { phaseIn } from '../../../src/store/slices/actions.ts';
import type { State } from '../../../src/store/state.ts';
import { createStore } from '../../../src/store/store.ts';
import { persistConversations } from '../../../src/sync/persist-conversations.ts';
import { persistState } from '../../../src/sync/persist-state.ts';
import type { Pace } from '../../../src/sync/refresh/intervals.ts';
import { type Sync, startSync } from '../../../src/sync/sync.ts';
import { restoreScrollPositions, savedScrollPositionsOf } from '../../../src/view/detail/scroll-positions.ts';
import { taskInView } from '../../../src/view/layout/task-in-view.ts';
import { appFixture } from '../../commands/app-fixture.ts';
import { type FaultServer, startFaultServer } from './fault-server.ts';
import { type Recorder, recordCalls } from './recorder.ts';
import type { TestTime } from './test-time.ts';

const TOKEN = 'abcdefghij-abcdefghijklmnopqrstuv';
export const NEW_TOKEN = 'klmnopqrst-abcdefghijklmnopqrstuv';

/** taskdeck without a terminal, against a `FaultServer`. */
export interface HeadlessApp {
  readonly server: FaultServer;
  readonly time: TestTime;
  readonly sync: Sync;
  readonly calls: Recorder['calls'];
  /**
   * Times at which taskdeck may poll at once, Unix ms: a key, a new selection, a pending delivery, a changed phase of the
   * selected task.
   */
  readonly activityTimes: readonly number[];
  /** For requests that no key makes here. */
  readonly backend: AgentBackend;
  readonly state: State;
  /** From storage. */
  readonly drafts: ReadonlyMap<string, string>;
  readonly history: readonly string[];
  press(...keys: readonly string[]): void;
  type(text: string): void;
  select(taskId: string): void;
  onChange(listener: (state: State) => void): () => void;
  /** Stores another token, like `taskdeck login` in another terminal. */
  signIn(token: string): void;
  close(): Promise<void>;
}

export interface HeadlessAppOptions {
  /** Creates the time. `isQuiet`: no request is in progress. */
  readonly time: (isQuiet: () => boolean) => TestTime;
  /** Polling intervals, s. */
  readonly pace?: Pace;
  /** Several apps can share it; their servers' origins separate their data. */
  readonly storage: Storage;
  /** Runs before the first request. */
  readonly prepare?: (server: FaultServer) => void | Promise<void>;
  readonly size?: State['size'];
  /** The server has Chats instead of Tasks. */
  readonly hasChats?: boolean;
  /** Sources beside those of the server, with their actions. */
  readonly moreSources?: readonly Source[];
  readonly actionTables?: readonly ActionTable[];
}

export function temporaryStorage(): { readonly storage: Storage; readonly dispose: () => void } {
  const directory = mkdtempSync(path.join(tmpdir(), 'taskdeck-faults-'));
  const storage = openStorage({ directory });
  return {
    storage,
    dispose() {
      storage.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export async function openHeadlessApp({
  time: createTime,
  storage,
  prepare,
  size,
  pace,
  moreSources = [],
  actionTables,
  hasChats = false,
}: HeadlessAppOptions): Promise<HeadlessApp> {
  let recorder: Recorder | null = null;
  const time = createTime(() => server.isQuiet(recorder?.open() ?? 0));
  const { clock } = time;
  const server = await startFaultServer({ clock, token: TOKEN });
  await prepare?.(server);
  server.model.hasChats = hasChats;
  let storedToken = TOKEN;
  /** One of the server's sources: an app of both would need a server with both. */
  const only = <Each extends { readonly id: string }>([tasks, chats]: readonly [Each, ...Each[]]): Each =>
    hasChats && chats !== undefined ? chats : tasks;
  const remote = connectByToken({
    token: TOKEN,
    createBackend(token) {
      const coder = createCoderBackend({ url: server.url, token, clock, timeouts: time.timeouts });
      return { ...coder, sources: [only(coder.sources), ...moreSources] };
    },
    findNewToken: async (token) => (storedToken === token ? null : storedToken),
  });
  const facts = coderBackendFacts({ directories: false, hasChats: true });
  const late = reconnectingBackend(remote, {
    // Tasks state that all optional methods are missing: one that is left out would count as a method.
    sources: [only(facts.sources), ...moreSources.map((source) => ({ ...facts.sources[0], ...source }))],
  });
  recorder = recordCalls(late, clock);
  const { backend, calls } = recorder;
  const initial = initialState({
    deployment: { name: 'coder.example.com', local: false },
    size: size ?? { columns: 100, rows: 30 },
    now: clock.now(),
    keyNames: keyNames({}),
    ...(actionTables && { actionTables }),
  });
  const store = createStore(initial);
  const scope = { origin: server.url, user: 'ada' };
  const savedState = storage.savedState(scope);
  restoreScrollPositions(store);
  const stopPersisting = persistState(store, savedState, clock, savedScrollPositionsOf);
  const conversations = persistConversations(store, storage.conversations(scope), clock);
  let count = 0;
  // Deterministic.
  const random = (): number => (++count * 0.618) % 1;
  const sync = startSync({
    backend,
    store,
    clock,
    random,
    outboxStorage: storage.outbox(scope),
    taskInView,
    ...(pace && { pace }),
  });
  const context: CommandContext = {
    ...appFixture(initial).context,
    store,
    clock,
    operations: sync.operations,
    bulk: sync.bulk,
    outbox: sync.outbox,
    refresh: sync.refresh,
  };
  const activityTimes: number[] = [];
  let phase: string | null = null;
  store.subscribe(() => {
    const state = store.getState();
    const task = selectedTask(state);
    const before = phase;
    phase = task === null ? null : `${phaseIn(state, task)} ${buildNumberOf(task)}`;
    if (phase !== before || state.deliveries.length > 0) activityTimes.push(clock.now());
  });
  const pressOne = (key: string): void => {
    activityTimes.push(clock.now());
    dispatchKey(context, key === ' ' ? 'space' : key, graphemesOf(key).length === 1 ? key : '');
  };
  return {
    server,
    time,
    sync,
    calls,
    activityTimes,
    backend,
    get state() {
      return store.getState();
    },
    get drafts() {
      return savedState.drafts();
    },
    get history() {
      return savedState.promptHistory();
    },
    press(...keys) {
      for (const key of keys) pressOne(key);
    },
    type(text) {
      for (const key of graphemesOf(text)) pressOne(key);
    },
    select(taskId) {
      activityTimes.push(clock.now());
      store.dispatch({ type: 'task-selected', taskId });
    },
    onChange: (listener) => store.subscribe(() => listener(store.getState())),
    signIn(token) {
      storedToken = token;
    },
    async close() {
      sync.stop();
      conversations.stop();
      stopPersisting();
      await server.close();
    },
  };
}
