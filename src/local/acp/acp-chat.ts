import { neverAborted } from '../../platform/never-aborted.ts';
import { sleep } from '../../platform/sleep.ts';
import type { CloseOptions } from '../agent-runtime.ts';
import type {
  ChatTurn,
  PermissionAnswer,
  SessionSettings,
  SessionUpdate,
  TurnEnd,
} from '../chats/session.ts';
import { AgentError, AgentExited, AgentUnsuitable, AUTH_REQUIRED, chatErrorOf } from './agent-errors.ts';
import { ChatProcesses } from './chat-processes.ts';
import { ChatSettings } from './chat-settings.ts';
import type { LiveSession } from './live-session.ts';
import { newTurn, type RunningTurn } from './running-turn.ts';
import { environmentKey, type OpenSession, openSession, type SessionContext } from './session-start.ts';

/** Wait for the answer to a cancel, ms. */
const CANCEL_MS = 5_000;
/** A cancel right after the prompt can get lost: it is sent again after this time, ms. */
const CANCEL_AGAIN_MS = 1_000;
/** Between SIGTERM and SIGKILL of a session that rests, ms. */
const IDLE_GRACE_MS = 2_000;

/** The agent of one chat: its process, its session and its turns. The methods are those of ChatRuntime. */
export class AcpChat {
  readonly #id: string;
  readonly #setup: SessionContext;
  #live: LiveSession | null = null;
  /** Another key needs another process. */
  #key = '';
  #turn: RunningTurn | null = null;
  readonly #settings: ChatSettings;
  readonly #processes: ChatProcesses;
  #cancelIdle = (): void => undefined;

  constructor(id: string, setup: SessionContext) {
    this.#id = id;
    this.#setup = setup;
    this.#settings = new ChatSettings(id, setup);
    this.#processes = new ChatProcesses(id, setup.processes);
  }

  get isRunning(): boolean {
    return this.#turn !== null;
  }

  /** It has neither a turn nor a process. */
  get isEmpty(): boolean {
    return this.#turn === null && this.#live === null;
  }

  begin(turn: ChatTurn): void {
    if (this.#turn !== null) throw new Error(`Chat ${this.#id} has a running turn.`);
    this.#cancelIdle();
    this.#settings.choose(turn.settings);
    const running = newTurn(turn);
    this.#turn = running;
    this.#setup.processes.turnStarted(this.#id);
    running.ended = this.#run(running);
    running.reported = running.ended.then((end) => this.#report(running, end));
  }

  answer({ requestId, outcome }: PermissionAnswer): void {
    this.#live?.questions.answer(requestId, outcome);
  }

  /** Outside of a turn it cancels what the agent does by itself. */
  interrupt(): void {
    const running = this.#turn;
    if (running === null) return this.#live?.sendCancel();
    const { phase, live, isInterrupted } = running;
    if (phase === 'over') return;
    running.isInterrupted = true;
    running.abort.abort(new Error('The turn was interrupted.'));
    if (live === null) return;
    if (isInterrupted || (phase === 'starting' && running.isFresh)) this.#kill(live);
    else if (phase === 'prompting') this.#cancel(running, live);
  }

  configure(settings: SessionSettings): void {
    const live = this.#live;
    if (live?.isOpen === true && !live.hasExited) this.#settings.configure(live, settings);
    else this.#settings.choose(settings);
  }

  async close({ reason, graceMs, signal }: CloseOptions): Promise<void> {
    this.#cancelIdle();
    const running = this.#turn;
    try {
      await this.#processes.during(async (before) => {
        // At the end of the server the user waits.
        const patience = reason === 'shutdown' ? graceMs : Number.POSITIVE_INFINITY;
        if (running !== null) await this.#endTurn(running, Math.min(CANCEL_MS, patience), signal);
        await before;
        const live = this.#live;
        this.#live = null;
        if (live !== null) await this.#leave(live, patience, signal);
        await this.#setup.processes.end(this.#id, { graceMs, signal });
      });
    } finally {
      await running?.reported;
    }
  }

  async #run(running: RunningTurn): Promise<TurnEnd> {
    const { turn, abort } = running;
    try {
      const { live, isNew } = await this.#open(running);
      await this.#settings.apply(live, turn);
      abort.signal.throwIfAborted();
      const groups = turn.agent.quirks.leavesToolsRunning ? this.#processes.groups() : null;
      this.#setup.listener.stage(this.#id, null);
      running.phase = 'prompting';
      const stopReason = await live.prompt(turn, isNew);
      if (live.isExiting && !running.isInterrupted && !running.isClosed) {
        // A child of the process has answered: the turn was cut off.
        const exit = await live.exited;
        if (exit.code !== 0) throw new AgentExited(exit);
      }
      running.phase = 'over';
      // The session had a turn now.
      this.#settings.reportSession(live);
      if (running.isInterrupted) {
        live.cancelTools();
        if (groups !== null) await this.#processes.endAllBut(groups);
      }
      return { kind: 'answered', stopReason };
    } catch (error) {
      return this.#failed(running, error);
    }
  }

  /** The session for a turn: that of the running process, or of a new one. */
  async #open(running: RunningTurn): Promise<OpenSession> {
    const { turn, abort } = running;
    if (this.#live?.isExiting === true) await this.#live.exited;
    await this.#processes.gone;
    abort.signal.throwIfAborted();
    const key = environmentKey(turn);
    const live = this.#live;
    if (live?.isOpen === true && key === this.#key && !live.hasExited) {
      running.live = live;
      if (turn.session?.id === live.stored.id) return { live, isNew: false };
      if (turn.session === null) {
        await live.begin();
        this.#settings.reportSession(live);
        return { live, isNew: true };
      }
    }
    if (live !== null) {
      this.#live = null;
      await this.#leave(live, Number.POSITIVE_INFINITY, abort.signal);
      await this.#processes.endAll();
      abort.signal.throwIfAborted();
    }
    return openSession(this.#setup, turn, abort.signal, {
      receiver: {
        update: (update) => this.#update(update),
        asked: (request) => this.#setup.listener.permission(this.#id, request),
        withdrawn: (id, reason) => this.#setup.listener.withdrawn(this.#id, id, reason),
        decide: (request) => this.#settings.decide(turn, request),
        changed: (options, previous) => {
          this.#settings.follow(turn, options, previous);
          if (this.#live?.isOpen === true) this.#settings.reportSession(this.#live);
        },
      },
      onStarted: (started) => {
        running.live = started;
        running.isFresh = true;
        this.#live = started;
        this.#key = key;
        void this.#setup.processes.record(this.#id, started.record);
        void started.exited.then(() => this.#exited(started));
      },
      onOpen: (opened) => this.#settings.reportSession(opened),
    });
  }

  /** The end of a turn whose session, prompt or process failed. */
  #failed({ turn, live, phase, isInterrupted, isClosed }: RunningTurn, error: unknown): TurnEnd {
    live?.cancelTools();
    const isAlive = live !== null && !live.hasExited;
    if (isClosed) return { kind: 'closed' };
    // Some agents answer a cancelled prompt with an error.
    const isAnswer = error instanceof AgentError && phase === 'prompting' && isAlive;
    if (isInterrupted)
      return isAnswer ? { kind: 'answered', stopReason: 'cancelled' } : { kind: 'interrupted' };
    const log = live?.log ?? '';
    // A session that goes on stays: some agents could not continue it in another process.
    const goesOn = isAnswer ? error.code !== AUTH_REQUIRED : error instanceof AgentUnsuitable;
    if (isAlive && !(goesOn && live.isOpen)) this.#kill(live);
    return { kind: 'failed', error: chatErrorOf(error, turn.agent, log) };
  }

  async #report(running: RunningTurn, end: TurnEnd): Promise<void> {
    running.phase = 'over';
    running.stopWaiting();
    // `close` reports the end when no process is left.
    if (running.isClosed) await this.#processes.gone;
    this.#turn = null;
    const { listener, processes } = this.#setup;
    processes.turnEnded(this.#id);
    this.#awaitIdle();
    listener.stage(this.#id, null);
    listener.turnEnded(this.#id, running.isClosed ? { kind: 'closed' } : end);
  }

  #cancel(running: RunningTurn, live: LiveSession): void {
    const { clock } = this.#setup;
    live.cancel('The turn was interrupted.');
    const stops = [
      clock.after(CANCEL_AGAIN_MS, () => live.sendCancel()),
      clock.after(CANCEL_MS, () => {
        const name = running.turn.agent.displayName;
        this.#notice(`${name} did not stop within ${CANCEL_MS / 1000} s. taskdeck ended its process.`);
        this.#kill(live);
      }),
    ];
    running.stopWaiting = () => {
      for (const stop of stops) stop();
    };
  }

  /** Asks the agent to end a turn, for at most `ms`. */
  async #endTurn(running: RunningTurn, ms: number, signal: AbortSignal): Promise<void> {
    const { phase, live, ended } = running;
    running.isClosed = true;
    running.abort.abort(new Error('The chat was closed.'));
    if (phase !== 'prompting' || live === null || live.hasExited) return;
    live.cancel('The chat was closed.');
    const done = new AbortController();
    await Promise.race([ended, sleep(this.#setup.clock, ms, AbortSignal.any([signal, done.signal]))]);
    done.abort();
  }

  /** Closes the session and waits until the agent has ended by itself, for as long as it may take. */
  async #leave(live: LiveSession, patience: number, signal: AbortSignal): Promise<void> {
    live.questions.cancelAll('The chat was closed.');
    if (live.hasExited) return;
    await live.closeSession();
    // The exit of an agent hides the processes that it leaves.
    this.#setup.processes.sweep();
    live.endInput();
    const done = new AbortController();
    const stop = AbortSignal.any([signal, done.signal]);
    const exitMs = Math.min(live.exitMs, patience);
    await Promise.race([live.exited, sleep(this.#setup.clock, exitMs, stop)]);
    done.abort();
  }

  /** Ends a process now. Requests that wait for it fail. */
  #kill(live: LiveSession): void {
    if (this.#live === live) this.#live = null;
    this.#processes.endAll().catch((error) => live.abandon(error));
  }

  #exited(live: LiveSession): void {
    if (this.#live !== live) return;
    this.#live = null;
    this.#cancelIdle();
    this.#processes.endAll().catch((error) => this.#processes.log(error));
  }

  #update(update: SessionUpdate): void {
    this.#setup.listener.update(this.#id, update);
  }

  #notice(text: string): void {
    this.#update({ type: 'notice', text });
  }

  /** Closes a session that rests, if a later process can continue it. */
  #awaitIdle(): void {
    const live = this.#live;
    if (live === null || !live.canReopen) return;
    const seen = live.updates;
    this.#cancelIdle = this.#setup.clock.after(this.#setup.idleMs, () => {
      if (this.#turn !== null || this.#live !== live) return;
      if (live.updates !== seen || live.questions.size > 0) return this.#awaitIdle();
      this.close({ reason: 'idle', graceMs: IDLE_GRACE_MS, signal: neverAborted }).catch((error) =>
        this.#processes.log(error),
      );
    });
  }
}
