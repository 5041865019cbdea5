import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { lateBackend } from '../../../src/api/late-backend.ts';
import { renewable } from '../../../src/api/renewable.ts';
import { createTasksBackend } from '../../../src/api/tasks-backend.ts';
import type { CommandContext } from '../../../src/commands/command.ts';
import { keyNames } from '../../../src/commands/command-registry.ts';
import { dispatchKey } from '../../../src/commands/dispatch-key.ts';
import type { AgentBackend } from '../../../src/domain/ports/backend.ts';
import type { Storage } from '../../../src/domain/ports/storage.ts';
import { graphemesOf } from '../../../src/domain/text/graphemes.ts';
import { openStorage } from '../../../src/storage/storage.ts';
import { initialState } from '../../../src/store/initial-state.ts';
import { phaseIn, selectedTask } from '../../../src/store/selectors.ts';
import type { State } from '../../../src/store/state.ts';
import { createStore } from '../../../src/store/store.ts';
import type { Pace } from '../../../src/sync/intervals.ts';
import { persistConversations } from '../../../src/sync/persist-conversations.ts';
import { persistState } from '../../../src/sync/persist-state.ts';
import { type Sync, startSync } from '../../../src/sync/sync.ts';
import { appFixture } from '../../commands/app-fixture.ts';
import { type FaultServer, startFaultServer } from './fault-server.ts';
import { type Recorder, recordCalls } from './recorder.ts';
import type { TestTime } from './test-time.ts';

/** A token as Coder makes them. */
const TOKEN = 'abcdefghij-abcdefghijklmnopqrstuv';
export const NEW_TOKEN = 'klmnopqrst-abcdefghijklmnopqrstuv';

/** All of taskdeck but its terminal, on a server that can be told what to do wrong. */
export interface HeadlessApp {
  readonly server: FaultServer;
  readonly time: TestTime;
  readonly sync: Sync;
  readonly calls: Recorder['calls'];
  /**
   * When something happened that is looked into at once, Unix ms: a key, another task selected, a message on its way,
   * another phase of the selected task.
   */
  readonly activityTimes: readonly number[];
  /** As the program has it, for what no key asks for yet. */
  readonly backend: AgentBackend;
  readonly state: State;
  /** What is on disk. */
  readonly drafts: ReadonlyMap<string, string>;
  readonly history: readonly string[];
  press(...keys: readonly string[]): void;
  type(text: string): void;
  select(taskId: string): void;
  onChange(listener: (state: State) => void): () => void;
  /** What `taskdeck login` in another terminal does: from now on there is another token. */
  signIn(token: string): void;
  close(): Promise<void>;
}

export interface HeadlessAppOptions {
  /** Makes time, given whether the network is at rest. */
  readonly time: (isQuiet: () => boolean) => TestTime;
  /** Seconds between two looks at the list, and at the transcript of a working task. */
  readonly pace?: Pace;
  /** What is remembered: one file for many worlds, which are kept apart by their servers' addresses. */
  readonly storage: Storage;
  /** Says what the server has before anybody asks. */
  readonly prepare?: (server: FaultServer) => void | Promise<void>;
  readonly size?: State['size'];
}

/** A place for what taskdeck remembers, and how to end it. */
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
  time: makeTime,
  storage,
  prepare,
  size,
  pace,
}: HeadlessAppOptions): Promise<HeadlessApp> {
  let recorder: Recorder | null = null;
  const time = makeTime(() => server.isQuiet(recorder?.open() ?? 0));
  const { clock } = time;
  const server = await startFaultServer({ clock, token: TOKEN });
  await prepare?.(server);
  let kept = TOKEN;
  const remote = renewable({
    token: TOKEN,
    createBackend: (token) => createTasksBackend({ url: server.url, token, clock, timeouts: time.timeouts }),
    findNewToken: async (token) => (kept === token ? null : kept),
  });
  const real = lateBackend(remote, { interrupt: false, directories: false });
  recorder = recordCalls(real, clock);
  const { backend, calls } = recorder;
  const initial = initialState({
    deployment: { name: 'coder.example.com', local: false },
    size: size ?? { columns: 100, rows: 30 },
    now: clock.now(),
    keyNames: keyNames({}),
  });
  const store = createStore(initial);
  const whose = { origin: server.url, user: 'ada' };
  const memory = storage.savedState(whose);
  const remembering = persistState(store, memory, clock);
  const archiving = persistConversations(store, storage.conversations(whose), clock);
  let count = 0;
  // Anything, but the same every time.
  const random = (): number => (++count * 0.618) % 1;
  const sync = startSync({
    backend,
    store,
    clock,
    random,
    outboxStorage: storage.outbox(whose),
    ...(pace && { pace }),
  });
  const context: CommandContext = {
    ...appFixture(initial).context,
    store,
    clock,
    operations: sync.operations,
    outbox: sync.outbox,
    refresh: sync.refresh,
  };
  const touched: number[] = [];
  let phase: string | null = null;
  store.subscribe(() => {
    const state = store.getState();
    const task = selectedTask(state);
    const before = phase;
    phase = task === null ? null : `${phaseIn(state, task)} ${task.buildNumber}`;
    if (phase !== before || state.deliveries.length > 0) touched.push(clock.now());
  });
  const pressOne = (key: string): void => {
    touched.push(clock.now());
    dispatchKey(context, key === ' ' ? 'space' : key, graphemesOf(key).length === 1 ? key : '');
  };
  return {
    server,
    time,
    sync,
    calls,
    activityTimes: touched,
    backend,
    get state() {
      return store.getState();
    },
    get drafts() {
      return memory.drafts();
    },
    get history() {
      return memory.promptHistory();
    },
    press(...keys) {
      for (const key of keys) pressOne(key);
    },
    type(text) {
      for (const key of graphemesOf(text)) pressOne(key);
    },
    select(taskId) {
      touched.push(clock.now());
      store.dispatch({ type: 'task-selected', taskId });
    },
    onChange: (listener) => store.subscribe(() => listener(store.getState())),
    signIn(token) {
      kept = token;
    },
    async close() {
      sync.stop();
      archiving.stop();
      remembering();
      await server.close();
    },
  };
}
