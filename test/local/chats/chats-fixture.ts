import type { AcpAgent, KnownAgent } from '../../../src/local/agents/acp-agent.ts';
import { ChatRepository } from '../../../src/local/chats/chat-repository.ts';
import type { NewChat } from '../../../src/local/chats/chat-requests.ts';
import { type ChatRow, partsOf, type WirePart } from '../../../src/local/chats/chat-row-types.ts';
import { LocalChats } from '../../../src/local/chats/local-chats.ts';
import type {
  ChatRuntime,
  ChatTurn,
  PermissionAnswer,
  PermissionRequest,
  SessionListener,
  SessionSettings,
  StoredSession,
  ToolCallChange,
  TurnEnd,
} from '../../../src/local/chats/session.ts';
import { openDatabase } from '../../../src/local/database/database.ts';
import { Repository } from '../../../src/local/database/repository.ts';
import { StatementCache } from '../../../src/local/database/statement-cache.ts';
import { temporaryDirectory } from '../../support/local-server.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';

/** A runtime whose turns the test plays. */
class ScriptedRuntime implements ChatRuntime {
  readonly listener: SessionListener;
  /** The calls in their order. */
  readonly calls: (readonly [name: string, chatId: string, ...rest: readonly unknown[]])[] = [];
  readonly turns: ChatTurn[] = [];
  /** Resolve the pending `close` calls. */
  readonly closes: (() => void)[] = [];
  /** `close` stays pending until the test resolves it. */
  holdsCloses = false;
  readonly #running = new Set<string>();

  constructor(listener: SessionListener) {
    this.listener = listener;
  }

  begin(turn: ChatTurn): void {
    if (this.#running.has(turn.chatId)) throw new Error('The chat has a running turn.');
    this.#running.add(turn.chatId);
    this.turns.push(turn);
    this.calls.push(['begin', turn.chatId]);
  }

  answer(chatId: string, answer: PermissionAnswer): void {
    this.calls.push(['answer', chatId, answer]);
  }

  interrupt(chatId: string): void {
    this.calls.push(['interrupt', chatId]);
  }

  configure(chatId: string, settings: SessionSettings): void {
    this.calls.push(['configure', chatId, settings]);
  }

  isRunning(chatId: string): boolean {
    return this.#running.has(chatId);
  }

  async close(chatId: string): Promise<void> {
    this.calls.push(['close', chatId]);
    if (this.holdsCloses) await new Promise<void>((resolve) => this.closes.push(resolve));
    if (this.#running.has(chatId)) this.end(chatId, { kind: 'closed' });
  }

  async closeAll(): Promise<void> {
    for (const chatId of [...this.#running]) this.end(chatId, { kind: 'closed' });
  }

  end(chatId: string, end: TurnEnd = { kind: 'answered', stopReason: 'end_turn' }): void {
    this.#running.delete(chatId);
    this.listener.turnEnded(chatId, end);
  }

  say(chatId: string, text: string): void {
    this.listener.update(chatId, { type: 'text', text });
  }

  tool(chatId: string, change: ToolCallChange): void {
    this.listener.update(chatId, { type: 'tool', change });
  }

  ask(chatId: string, id: string, call: ToolCallChange = { id: `${id}-tool`, title: 'Run it' }): void {
    const request: PermissionRequest = {
      id,
      call,
      options: [
        { id: 'yes', name: 'Allow', kind: 'allow_once' },
        { id: 'no', name: 'Reject', kind: 'reject_once' },
      ],
    };
    this.listener.permission(chatId, request);
  }
}

const testAgent: AcpAgent = {
  name: 'fake',
  displayName: 'Fake Agent',
  command: ['fake'],
  env: {},
  modes: { ask: 'default', edits: 'acceptEdits', all: 'all', plan: 'plan' },
  quirks: {
    isUnsafeToLoad: false,
    leavesToolsRunning: false,
    replaysLate: false,
    reportsModeAsText: false,
    environmentOfMode: null,
    signIn: '',
    exitMs: 0,
  },
  isConfigured: false,
};

const known = (agent: AcpAgent, isInstalled = true): KnownAgent => ({
  agent,
  isInstalled,
  install: isInstalled ? '' : 'npm install absent',
  missing: null,
});

export const textPart = (text: string): WirePart => ({ type: 'text', text });

export const storedSession: StoredSession = {
  id: 'session-1',
  agentVersion: '1',
  canLoad: true,
  canResume: false,
  hadTurn: true,
};

export interface ChatsFixture {
  readonly local: LocalChats;
  readonly chats: ChatRepository;
  readonly runtime: ScriptedRuntime;
  readonly clock: ManualClock;
  readonly removed: readonly string[];
  create(request?: Partial<NewChat>): ChatRow;
  send(id: string, text: string, busy?: 'queue' | 'interrupt'): ReturnType<LocalChats['send']>;
  status(id: string): string;
  /** Role and parts of the visible messages, as stored. */
  stored(id: string): readonly (readonly [role: string, parts: readonly WirePart[]])[];
  queued(id: string): readonly string[];
  /** The same database for another LocalChats, as after a kill of the server: timers of this one do nothing. */
  restart(): ChatsFixture;
  dispose(): void;
}

/** LocalChats on a real database, with a scripted runtime and a manual clock. */
export function chatsFixture(): ChatsFixture {
  const temporary = temporaryDirectory();
  const sql = new StatementCache(openDatabase(temporary.path).database);
  const repository = new Repository(sql, temporary.path);
  const clock = manualClock();
  const dispose = (): void => {
    repository.close();
    temporary.remove();
  };
  return fixtureOn(new ChatRepository(repository, sql), clock, dispose);
}

function fixtureOn(chats: ChatRepository, clock: ManualClock, dispose: () => void): ChatsFixture {
  let runtime: ScriptedRuntime | null = null;
  const removed: string[] = [];
  let isKilled = false;
  const local = new LocalChats({
    chats,
    clock: { ...clock, after: (ms, callback) => clock.after(ms, () => !isKilled && callback()) },
    agents: () => [
      known(testAgent),
      known({ ...testAgent, name: 'plain', displayName: 'Plain Agent', modes: {} }),
      known({ ...testAgent, name: 'absent', displayName: 'Absent Agent' }, false),
    ],
    environment: (chat) => ({ ...chats.repository.environment(chat.id), TAG: chat.id }),
    runtime: (listener) => {
      runtime = new ScriptedRuntime(listener);
      return runtime;
    },
    preparation: { isReady: () => true, prepare: () => Promise.resolve() },
    graceMs: 1_000,
    removeDirectories: (id) => removed.push(id),
  });
  if (runtime === null) throw new Error('LocalChats made no runtime.');
  return {
    local,
    chats,
    runtime,
    clock,
    removed,
    create: (request = {}) =>
      local.create({
        agent: 'fake',
        model: '',
        effort: '',
        content: [textPart('Hello')],
        directory: '/work',
        permissionMode: 'ask',
        planMode: false,
        labels: {},
        title: null,
        clientType: 'api',
        environment: null,
        worktree: null,
        ...request,
      }).chat,
    send: (id, text, busy = 'queue') => local.send(id, { content: [textPart(text)], busy }),
    status: (id) => local.chat(id).status,
    stored: (id) => chats.messages(id).map((row) => [row.role, partsOf(row)]),
    queued: (id) => chats.queue(id).map((row) => String(partsOf(row)[0]?.text)),
    restart: () => {
      isKilled = true;
      return fixtureOn(chats, clock, dispose);
    },
    dispose,
  };
}
