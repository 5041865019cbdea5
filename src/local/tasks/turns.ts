import type { AgentDefinition } from '../../config/agent-definition.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import type { AgentRuntime } from '../agent-runtime.ts';
import { commandLinesFor } from '../agents/agent-command-line.ts';
import type { Repository } from '../database/repository.ts';
import type { MessageRow, TaskRow } from '../database/row-types.ts';
import { writeWithRetry } from '../database/write-with-retry.ts';
import type { TurnOutcome } from '../processes/command-run.ts';
import { type AgentInvocation, invocationFor, sessionAfterTurn } from './agent-session.ts';
import { abortable, type OneShotListener, type OneShotTurn } from './one-shot-runtime.ts';
import { StreamingMessage } from './streaming-message.ts';

/** Why the server ends a turn before its command has finished. */
export interface CutOffReason {
  /** For the transcript. */
  readonly remark: string;
  readonly state: 'idle' | 'failure';
  /** For the task list. */
  readonly message: string;
}

export interface TurnsOptions {
  readonly repository: Repository;
  readonly clock: Clock;
  /** The environment of a task's commands. */
  readonly environment: (task: TaskRow, command: AgentDefinition) => NodeJS.ProcessEnv;
  /** Makes the runtime; called once, by the constructor. */
  readonly runtime: (listener: OneShotListener) => OneShotTaskRuntime;
}

/** The runtime of tasks. */
export interface OneShotTaskRuntime extends AgentRuntime<OneShotTurn, never> {
  /** Stops reading the output of a task that has no running turn. */
  discard(taskId: string): void;
}

/** Characters of a state's `message` (contract, section 5). */
const STATE_MESSAGE_LIMIT = 160;

/** A turn from its beginning until its end is stored. */
interface RunningTurn {
  readonly command: AgentDefinition;
  readonly invocation: AgentInvocation;
  readonly message: StreamingMessage;
  /** Resolves when the end is stored, or when the server ends. Never rejects. */
  readonly stored: Promise<void>;
  readonly onStored: () => void;
}

/**
 * The turns of all tasks, as the database has them: stores the beginning, the output and the end of each turn, and is the
 * only writer of these rows. A task has one running turn at a time.
 */
export class Turns implements OneShotListener {
  readonly #setup: TurnsOptions;
  readonly #runtime: OneShotTaskRuntime;
  readonly #running = new Map<string, RunningTurn>();
  /** Messages of running turns, and of ended ones whose background processes can still write; by task and id. */
  readonly #openMessages = new Map<string, Map<number, StreamingMessage>>();
  /** Why turns are being ended. */
  readonly #cutOffs = new Map<string, CutOffReason>();
  readonly #shutdown = new AbortController();

  constructor(setup: TurnsOptions) {
    this.#setup = setup;
    this.#runtime = setup.runtime(this);
  }

  isRunning(taskId: string): boolean {
    return this.#running.has(taskId);
  }

  get isAnyRunning(): boolean {
    return this.#running.size > 0;
  }

  /** All messages of a task, with the output that is not stored yet. */
  messages(taskId: string): readonly MessageRow[] {
    const open = [...(this.#openMessages.get(taskId)?.values() ?? [])];
    const live = new Map(open.flatMap((message) => message.row() ?? []).map((row) => [row.id, row]));
    const stored = this.#setup.repository.messages(taskId).filter((row) => !live.has(row.id));
    return [...stored, ...live.values()].sort((one, other) => one.id - other.id);
  }

  /** Stores the prompt, and runs the agent on it after the COMMIT. The task must have no running turn. */
  begin(task: TaskRow, command: AgentDefinition, prompt: string): void {
    const { repository, clock } = this.#setup;
    repository.inTransaction(() => {
      // A prompt that is too long has been refused; if not, starting the process fails.
      const invocation = invocationFor(task, commandLinesFor(command, prompt) ?? command);
      const env = this.#setup.environment(task, command);
      const now = clock.wall();
      const messageId = repository.nextMessageId(task.id) + 1;
      repository.putMessage(task.id, { id: messageId - 1, type: 'input', content: prompt, time: now });
      repository.beginTurn({ task_id: task.id, message_id: messageId, started_at: now });
      repository.updateTask(task.id, {
        state: 'working',
        state_message: stateMessageOf(prompt),
        state_at: now,
        input_due: 0,
        cut_off: 0,
        // Stored now, in case the server is killed during the turn.
        ...(command.sessionPattern === '' && { session: invocation.session }),
      });
      const turn: OneShotTurn = {
        taskId: task.id,
        messageId,
        line: invocation.line,
        prompt,
        session: invocation.session,
        env,
        directory: task.directory,
        ownsDirectory: task.owns_directory === 1,
      };
      repository.afterCommit(() => this.#run(turn, command, invocation));
    });
  }

  /**
   * Ends all processes of a task, including background processes of earlier turns. Resolves when they are gone and the
   * end of the turn is stored. Rejects with ProcessesSurvived, ProcessTableUnreadable, or the signal's reason.
   */
  async end(taskId: string, reason: CutOffReason, graceMs: number, signal: AbortSignal): Promise<void> {
    const running = this.#markCutOff(taskId, reason);
    await this.#runtime.close(taskId, { reason: 'user', graceMs, signal });
    if (running !== undefined) await abortable(running.stored, signal);
  }

  /** Drops the turns of a deleted task from memory. */
  discard(taskId: string): void {
    for (const message of this.#openMessages.get(taskId)?.values() ?? []) message.discard();
    this.#openMessages.delete(taskId);
    this.#runtime.discard(taskId);
  }

  /** Ends the running turns of all tasks at the server's end. Failed writes are not retried. Never rejects. */
  async endAll(reason: CutOffReason, graceMs: number): Promise<void> {
    this.#shutdown.abort();
    const running = [...this.#running.keys()].map((taskId) => this.#markCutOff(taskId, reason));
    await this.#runtime.closeAll(graceMs);
    await Promise.all(running.map((turn) => turn?.stored));
  }

  /** Drops all turns from memory, and stops reading the output of their processes. */
  discardAll(): void {
    for (const taskId of [...this.#openMessages.keys()]) this.discard(taskId);
  }

  output({ taskId, messageId }: OneShotTurn, bytes: Buffer): void {
    this.#openMessages.get(taskId)?.get(messageId)?.push(bytes);
  }

  turnEnded({ taskId }: OneShotTurn, outcome: TurnOutcome): void {
    const running = this.#running.get(taskId);
    if (running !== undefined) void this.#storeEnd(taskId, running, outcome);
  }

  outputEnded({ taskId, messageId }: OneShotTurn): void {
    const message = this.#openMessages.get(taskId)?.get(messageId);
    if (message === undefined) return;
    void Promise.resolve(this.#running.get(taskId)?.stored)
      .then(() => message.flush())
      .then(() => {
        const open = this.#openMessages.get(taskId);
        open?.delete(messageId);
        if (open?.size === 0) this.#openMessages.delete(taskId);
      });
  }

  #run(turn: OneShotTurn, command: AgentDefinition, invocation: AgentInvocation): void {
    const { taskId, messageId: id } = turn;
    const message = new StreamingMessage(this.#setup.repository, this.#setup.clock, { taskId, id }, () =>
      this.#updateStateMessage(taskId, message),
    );
    const { promise: stored, resolve: onStored } = Promise.withResolvers<void>();
    this.#running.set(taskId, { command, invocation, message, stored, onStored });
    const open = this.#openMessages.get(taskId) ?? new Map<number, StreamingMessage>();
    this.#openMessages.set(taskId, open.set(id, message));
    this.#runtime.begin(turn);
  }

  #markCutOff(taskId: string, reason: CutOffReason): RunningTurn | undefined {
    const running = this.#running.get(taskId);
    if (running !== undefined && !this.#cutOffs.has(taskId)) this.#cutOffs.set(taskId, reason);
    return running;
  }

  #updateStateMessage(taskId: string, message: StreamingMessage): void {
    if (this.#running.get(taskId)?.message !== message) return;
    const line = stateMessageOf(message.lastLine());
    // `state_at` stays: it is the time since when the task works.
    if (line !== '') this.#setup.repository.updateTask(taskId, { state_message: line });
  }

  /** Stores the end of a turn; until then the turn counts as running. Never rejects. */
  async #storeEnd(taskId: string, running: RunningTurn, outcome: TurnOutcome): Promise<void> {
    const { repository, clock } = this.#setup;
    const { command, invocation, message } = running;
    const lastLine = stateMessageOf(message.lastLine());
    const output = message.row()?.content ?? '';
    const end = turnEndOf(outcome, this.#cutOffs.get(taskId) ?? INTERRUPTED, command, lastLine);
    if (end.remark !== null) message.appendRemark(end.remark);
    else if (message.row() === null) message.appendRemark('no output');
    try {
      await writeWithRetry(
        this.#setup,
        () => {
          const task = repository.taskOrDeletedTask(taskId);
          if (task === null) return;
          message.finish();
          repository.endTurn(taskId);
          repository.updateTask(taskId, {
            state: end.state,
            state_message: end.message,
            state_at: clock.wall(),
            ...(outcome.kind === 'cut-off' && { cut_off: 1 }),
            ...sessionAfterTurn(task, invocation, command, outcome, output),
          });
        },
        this.#shutdown.signal,
      );
    } catch (error) {
      console.error(`The end of a turn of task ${taskId}:`, error);
    }
    this.#running.delete(taskId);
    this.#cutOffs.delete(taskId);
    running.onStored();
  }
}

interface TurnEnd {
  readonly state: 'idle' | 'complete' | 'failure';
  readonly message: string;
  /** For the transcript; null after exit code 0. */
  readonly remark: string | null;
}

const INTERRUPTED: CutOffReason = {
  remark: 'ended: the task was interrupted',
  state: 'idle',
  message: 'Interrupted before the command finished',
};

function turnEndOf(
  outcome: TurnOutcome,
  cutOff: CutOffReason,
  command: AgentDefinition,
  lastLine: string,
): TurnEnd {
  if (outcome.kind === 'cut-off') return cutOff;
  if (outcome.kind === 'not-started') {
    return {
      state: 'failure',
      message: stateMessageOf(outcome.reason),
      remark: `not started: ${outcome.reason}`,
    };
  }
  const { code, signal } = outcome.exit;
  const exit = signal === null ? `exit ${code}` : `ended by ${signal}`;
  const message = lastLine === '' ? exit : lastLine;
  return code === 0
    ? { state: command.whenDone, message, remark: null }
    : { state: 'failure', message, remark: exit };
}

/** Sanitises and truncates a line for the task list. */
function stateMessageOf(text: string): string {
  const line = sanitiseLine(text).trim();
  const characters = [...line];
  return characters.length <= STATE_MESSAGE_LIMIT
    ? line
    : `${characters.slice(0, STATE_MESSAGE_LIMIT - 1).join('')}…`;
}
