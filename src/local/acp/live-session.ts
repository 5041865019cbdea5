import type {
  AgentOffer,
  ChatTurn,
  PermissionRequest,
  SessionUpdate,
  StoredSession,
} from '../chats/session.ts';
import type { ProcessExit, ProcessGroupRecord } from '../processes/process-group.ts';
import { AgentError, INTERNAL_ERROR, isLostSession, ProtocolViolated } from './agent-errors.ts';
import { AgentLink, type AgentLinkOptions } from './agent-link.ts';
import type { Capabilities } from './capabilities.ts';
import { OpenQuestions } from './open-questions.ts';
import { promptBlocks } from './prompt-blocks.ts';
import { SessionConfig } from './session-config.ts';
import { offerOf, type SessionOptions } from './session-options.ts';
import { SessionRouter } from './session-router.ts';
import { promptEnd, type SessionEvent } from './to-update.ts';
import { MAX_CALLS_OF_A_TURN, ToolCalls } from './tool-calls.ts';
import { fieldsOf } from './untrusted.ts';
import { UpdateBatch } from './update-batch.ts';

export interface LiveSessionOptions extends AgentLinkOptions {
  readonly receiver: LiveSessionReceiver;
}

export interface LiveSessionReceiver {
  update(update: SessionUpdate): void;
  asked(request: PermissionRequest): void;
  withdrawn(requestId: string, reason: string): void;
  /** The id of the option that answers without the user; null: the user answers. */
  decide(request: PermissionRequest): string | null;
  /** The agent changed an option by itself. */
  changed(options: SessionOptions, previous: SessionOptions): void;
}

/** For session/new, load and resume. */
const OPEN_MS = 60_000;
const SET_MS = 30_000;
const CLOSE_MS = 1_000;
/** A replay is over after this much silence after the answer. */
const SILENCE_MS = 100;
const LATE_SILENCE_MS = 1_000;

/** A process of an agent, with one session at a time. Its methods reject with errors for `chatErrorOf`. */
export class LiveSession {
  readonly #setup: LiveSessionOptions;
  readonly #link: AgentLink;
  readonly #router: SessionRouter;
  readonly #tools = new ToolCalls(() =>
    this.#notice(
      `The turn has more than ${MAX_CALLS_OF_A_TURN} tool calls. taskdeck does not show the rest.`,
    ),
  );
  readonly #batch: UpdateBatch;
  readonly questions: OpenQuestions;
  readonly config: SessionConfig;
  readonly exited: Promise<ProcessExit>;
  #capabilities: Capabilities | null = null;
  #session = '';
  #hadTurn = false;
  /** The agent reported that its turn failed. */
  #hasFailed = false;

  /** Starts the process. Rejects with a sentence for users. */
  static async spawn(setup: LiveSessionOptions): Promise<LiveSession> {
    return new LiveSession(setup, await AgentLink.spawn(setup));
  }

  private constructor(setup: LiveSessionOptions, link: AgentLink) {
    this.#setup = setup;
    this.#link = link;
    const { receiver } = setup;
    this.#batch = new UpdateBatch(receiver.update);
    this.questions = new OpenQuestions({
      toolCall: (change) => this.#tools.applyQuestion(change),
      answered: (change) => this.#batch.add({ type: 'tool', change }),
      decide: receiver.decide,
      asked: (request) => {
        // The question follows the text before it.
        this.#batch.flush();
        receiver.asked(request);
      },
      withdrawn: receiver.withdrawn,
    });
    this.#router = new SessionRouter(setup.agent.quirks, {
      event: (event) => this.#receive(event),
      question: (params, answer) => this.questions.ask(params, answer),
    });
    this.config = new SessionConfig({
      agent: setup.agent,
      request: (method, params) => this.#request(method, params, SET_MS),
      notice: (text) => this.#notice(text),
      changed: (options, previous) => {
        this.#batch.flush();
        receiver.changed(options, previous);
      },
    });
    this.exited = link.exited.then((exit) => {
      this.questions.cancelAll('The agent ended before you answered.');
      this.#batch.flush();
      return exit;
    });
  }

  get record(): ProcessGroupRecord {
    return this.#link.record;
  }

  get hasExited(): boolean {
    return this.#link.hasExited;
  }

  /** See AgentLink. */
  get isExiting(): boolean {
    return this.#link.isExiting;
  }

  /** It has a session. */
  get isOpen(): boolean {
    return this.#session !== '';
  }

  /** How long the agent may take to end by itself, ms. */
  get exitMs(): number {
    return this.#setup.agent.quirks.exitMs;
  }

  /** The number of updates so far. */
  get updates(): number {
    return this.#router.updates;
  }

  /** The end of the agent's log. */
  get log(): string {
    return this.#link.log;
  }

  get canReopen(): boolean {
    const { canLoad = false, canResume = false } = this.#capabilities ?? {};
    return canResume || (canLoad && !this.#setup.agent.quirks.isUnsafeToLoad);
  }

  get stored(): StoredSession {
    const { version, canLoad, canResume } = this.#known;
    return { id: this.#session, agentVersion: version, canLoad, canResume, hadTurn: this.#hadTurn };
  }

  get offer(): AgentOffer {
    return offerOf(this.config.options, this.#known.version, this.#known.takesImages);
  }

  async initialize(): Promise<void> {
    this.#capabilities = await this.#link.initialize({
      update: (params, length) => this.#router.update(params, length),
      permission: (params, answer) => this.#router.question(params, answer),
      endOfRead: () => this.#batch.flush(),
      skipped: () => this.#notice('The agent sent more than 24 MiB at once. taskdeck skipped it.'),
    });
  }

  /** Begins a session. An earlier one of this process is closed. */
  async begin(): Promise<void> {
    if (this.#session !== '') await this.closeSession();
    this.#router.leave();
    const params = { cwd: this.#setup.directory, mcpServers: [] };
    const result = await this.#request('session/new', params, OPEN_MS);
    // Not bounded: the agent must recognise it.
    const { sessionId } = fieldsOf(result);
    if (typeof sessionId !== 'string' || sessionId === '') {
      throw new ProtocolViolated('it answered session/new without a session');
    }
    this.#opened(sessionId, result, false);
    this.#router.begin(sessionId);
  }

  /** Continues a session of an earlier process. The reason, as a sentence, if the agent has lost it; else null. */
  async reopen({ id, hadTurn }: StoredSession): Promise<string | null> {
    const { displayName } = this.#setup.agent;
    if (!this.canReopen) return `${displayName} cannot continue a session after its process has ended.`;
    const method = this.#known.canResume ? 'session/resume' : 'session/load';
    this.#router.beginReplay(id);
    try {
      const params = { sessionId: id, cwd: this.#setup.directory, mcpServers: [] };
      const result = await this.#request(method, params, OPEN_MS);
      this.#opened(id, result, hadTurn);
      const { clock, agent } = this.#setup;
      if (method === 'session/load' || this.#router.replayed > 0) {
        await this.#router.untilSilent(clock, agent.quirks.replaysLate ? LATE_SILENCE_MS : SILENCE_MS);
      }
      return null;
    } catch (error) {
      this.#router.leave();
      if (!isLostSession(error)) throw error;
      return `${displayName} does not find the session any more.`;
    } finally {
      this.#router.endReplay();
    }
  }

  /** Sends a prompt. Resolves with the reason of the end of the turn. `withEarlier`: see `promptBlocks`. */
  async prompt(turn: ChatTurn, withEarlier: boolean): Promise<string> {
    this.#tools.beginTurn();
    this.#batch.beginTurn();
    this.questions.acceptAgain();
    this.#hasFailed = false;
    const { blocks, omittedImages } = promptBlocks(turn, this.#known, withEarlier);
    if (omittedImages > 0) this.#notice(`${turn.agent.displayName} takes no images. They were left out.`);
    const params = { sessionId: this.#session, prompt: blocks };
    const { reason, usage } = promptEnd(await this.#request('session/prompt', params, null));
    this.#hadTurn = true;
    if (!this.#batch.hasUsage && usage !== null) this.#setup.receiver.update({ type: 'usage', usage });
    if (reason === 'end_turn' && this.#hasFailed) {
      throw new AgentError(INTERNAL_ERROR, 'its turn failed. Its last text says why.', null);
    }
    if (reason === 'end_turn' && !this.#batch.hasContent) {
      this.#notice('The agent ended its turn without an answer.');
    }
    return reason;
  }

  /** Asks the agent to end its turn. Its open questions and tool calls are over at once. */
  cancel(reason: string): void {
    // Before the answers: the agent would go on after a refusal.
    this.sendCancel();
    this.questions.cancelAll(reason);
    this.cancelTools();
  }

  sendCancel(): void {
    if (this.#session !== '') this.#link.notify('session/cancel', { sessionId: this.#session });
  }

  cancelTools(): void {
    this.#batch.flush();
    for (const change of this.#tools.cancelOpen()) this.#setup.receiver.update({ type: 'tool', change });
  }

  /** Closes the session if the agent offers that. Never rejects; takes at most 1 s. */
  async closeSession(): Promise<void> {
    if (this.#capabilities?.canClose !== true || this.#session === '' || this.hasExited) return;
    await this.#request('session/close', { sessionId: this.#session }, CLOSE_MS).catch(() => undefined);
  }

  /** Ends the agent's standard input: it should exit. */
  endInput(): void {
    this.#link.endInput();
  }

  /** Rejects what waits for an answer: the process cannot be ended. */
  abandon(error: Error): void {
    this.#link.abandon(error);
  }

  get #known(): Capabilities {
    if (this.#capabilities === null) throw new Error('The agent is not initialized.');
    return this.#capabilities;
  }

  #opened(session: string, result: unknown, hadTurn: boolean): void {
    this.#session = session;
    this.#hadTurn = hadTurn;
    this.config.opened(session, result);
  }

  #receive(event: SessionEvent): void {
    switch (event.type) {
      case 'tool': {
        const change = this.#tools.apply(event.change, event.isNew);
        if (change !== null) this.#batch.add({ type: 'tool', change });
        return;
      }
      case 'mode':
        return this.config.modeReported(event.mode);
      case 'options':
        return this.config.optionsReported(event.options);
      case 'sub-agent':
        return;
      case 'failure':
        this.#hasFailed = true;
        return;
      default:
        this.#batch.add(event);
    }
  }

  #notice(text: string): void {
    this.#batch.flush();
    this.#setup.receiver.update({ type: 'notice', text });
  }

  #request(method: string, params: unknown, timeoutMs: number | null): Promise<unknown> {
    if (method !== 'session/load') return this.#link.request(method, params, { timeoutMs });
    // Loading a long conversation takes as long as its updates flow.
    let seen = this.#router.updates;
    const extend = (): number => {
      const isActive = this.#router.updates !== seen;
      seen = this.#router.updates;
      return isActive ? OPEN_MS : 0;
    };
    return this.#link.request(method, params, { timeoutMs, extend });
  }
}
