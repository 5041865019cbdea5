import { randomUUID } from 'node:crypto';
import type { KnownAgent } from '../../../src/local/agents/acp-agent.ts';
import type {
  AgentOffer,
  ChatError,
  ChatRuntime,
  ChatTurn,
  PermissionAnswer,
  SessionListener,
  SessionStage,
  SessionUpdate,
  ToolCallChange,
} from '../../../src/local/chats/session.ts';

/** An agent of the table that is installed. The scripted runtime never starts it. */
export const knownAgent = (name: string, about: Partial<KnownAgent> = {}): KnownAgent => ({
  agent: {
    name,
    displayName: name[0]?.toUpperCase() + name.slice(1),
    command: [name, '--acp'],
    env: {},
    modes: { ask: 'default', edits: 'edits', all: 'all', plan: 'plan' },
    quirks: {
      isUnsafeToLoad: false,
      leavesToolsRunning: false,
      replaysLate: false,
      reportsModeAsText: false,
      environmentOfMode: null,
      signIn: '',
      exitMs: 1_000,
    },
    isConfigured: false,
  },
  isInstalled: true,
  install: '',
  missing: null,
  ...about,
});

/** A permission request: the kinds of its options, allow once and reject once by default. */
export interface ScriptedRequest {
  readonly title?: string;
  readonly command?: string;
  readonly kinds?: readonly ('allow_once' | 'allow_always' | 'reject_once' | 'reject_always')[];
}

/** The agent of one chat, as a test plays it. Each report reaches the server before the method returns. */
export class ScriptedAgent {
  readonly #chatId: string;
  readonly #listener: SessionListener;
  readonly #runtime: ScriptedAgents;
  #calls = 0;

  constructor(chatId: string, listener: SessionListener, runtime: ScriptedAgents) {
    this.#chatId = chatId;
    this.#listener = listener;
    this.#runtime = runtime;
  }

  write(text: string): void {
    this.report({ type: 'text', text });
  }

  think(text: string): void {
    this.report({ type: 'reasoning', text });
  }

  report(update: SessionUpdate): void {
    this.#listener.update(this.#chatId, update);
  }

  /** Begins a tool call, or changes it. Returns its id. */
  call(change: Omit<ToolCallChange, 'id'> & { readonly id?: string }): string {
    this.#calls += 1;
    const id = change.id ?? `${this.#chatId.slice(0, 8)}-${this.#calls}`;
    this.report({ type: 'tool', change: { ...change, id } });
    return id;
  }

  /** Asks whether a command may run. Returns the id of the request. */
  ask({ title = 'Run it', command = 'make', kinds }: ScriptedRequest = {}): string {
    const id = randomUUID();
    this.#calls += 1;
    this.#listener.permission(this.#chatId, {
      id,
      call: {
        id: `${this.#chatId.slice(0, 8)}-${this.#calls}`,
        title,
        kind: 'execute',
        status: 'pending',
        input: { command },
      },
      options: (kinds ?? ['allow_once', 'reject_once']).map((kind) => ({ id: kind, name: kind, kind })),
    });
    return id;
  }

  withdraw(requestId: string, reason: string): void {
    this.#listener.withdrawn(this.#chatId, requestId, reason);
  }

  stage(stage: SessionStage | null): void {
    this.#listener.stage(this.#chatId, stage);
  }

  /** The session began, with this offer. */
  session(offer: Partial<AgentOffer> = {}): void {
    this.#listener.session(
      this.#chatId,
      {
        id: 'session-1',
        agentVersion: offer.version ?? '1.0',
        canLoad: true,
        canResume: true,
        hadTurn: true,
      },
      {
        version: '1.0',
        models: [],
        currentModel: '',
        modes: [],
        currentMode: '',
        efforts: [],
        currentEffort: '',
        takesImages: true,
        ...offer,
      },
    );
  }

  /** Ends the turn well. */
  finish(stopReason = 'end_turn'): void {
    this.#runtime.ended(this.#chatId);
    this.#listener.turnEnded(this.#chatId, { kind: 'answered', stopReason });
  }

  fail(error: Partial<Omit<ChatError, 'kind'>> & { readonly kind?: string }): void {
    this.#runtime.ended(this.#chatId);
    this.#listener.turnEnded(this.#chatId, {
      kind: 'failed',
      // Kinds of Coder's servers too.
      error: { message: 'It failed.', retryable: true, kind: 'generic', ...error } as ChatError,
    });
  }
}

/** A runtime whose agents do only what a test says. */
export class ScriptedAgents {
  /** All turns, oldest first. */
  readonly turns: ChatTurn[] = [];
  readonly answers: (PermissionAnswer & { readonly chatId: string })[] = [];
  /** Chats whose turn the server wants to end, in order. */
  readonly interrupts: string[] = [];
  readonly #running = new Set<string>();
  #listener: SessionListener | null = null;

  /** For `chatRuntime` of a server. */
  readonly runtime = (listener: SessionListener): ChatRuntime => {
    this.#listener = listener;
    const close = async (chatId: string): Promise<void> => {
      if (!this.#running.delete(chatId)) return;
      listener.turnEnded(chatId, { kind: 'closed' });
    };
    return {
      begin: (turn) => {
        this.turns.push(turn);
        this.#running.add(turn.chatId);
      },
      answer: (chatId, answer) => void this.answers.push({ chatId, ...answer }),
      interrupt: (chatId) => void this.interrupts.push(chatId),
      configure: () => undefined,
      isRunning: (chatId) => this.#running.has(chatId),
      close,
      closeAll: async () => {
        for (const chatId of [...this.#running]) await close(chatId);
      },
    };
  };

  ended(chatId: string): void {
    this.#running.delete(chatId);
  }

  agent(chatId: string): ScriptedAgent {
    if (this.#listener === null) throw new Error('No server runs.');
    return new ScriptedAgent(chatId, this.#listener, this);
  }
}
