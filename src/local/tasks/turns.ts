import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { AgentDefinition } from '../../config/agent-definition.ts';
import { createStateDirectory } from '../../config/directories.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { commandLinesFor, fillPlaceholders, readsPromptFromStdin } from '../agents/agent-command-line.ts';
import { userShell } from '../agents/shell.ts';
import type { Repository } from '../database/repository.ts';
import type { MessageRow, TaskRow } from '../database/row-types.ts';
import { writeWithRetry } from '../database/write-with-retry.ts';
import { makeSocketDirectory } from '../processes/command-environment.ts';
import {
  endProcesses,
  exclusiveGroupsOf,
  runningProcessesOf,
  type TaskProcesses,
  taggedTaskIds,
} from '../processes/end-processes.ts';
import { processTable } from '../processes/process-table.ts';
import { type AgentInvocation, invocationFor, sessionAfterTurn } from './agent-session.ts';
import { StreamingMessage } from './streaming-message.ts';
import { type CutOffReason, Turn, type TurnOutcome } from './turn.ts';

export interface TurnsOptions {
  readonly repository: Repository;
  readonly clock: Clock;
  /** The environment of a task's commands. */
  readonly environment: (task: TaskRow, command: AgentDefinition) => NodeJS.ProcessEnv;
  /** Path of a private directory for named pipes. */
  readonly pipeDirectory: string;
  /** Directory for files that the task's agent keeps between turns. */
  readonly privateDirectory: (task: TaskRow) => string;
  /** Directory for the sockets of a task's tmux and screen. */
  readonly socketDirectory: (task: TaskRow) => string;
}

/** Characters of a state's `message` (contract, section 5). */
const STATE_MESSAGE_LIMIT = 160;
const SWEEP_MS = 2_000;

const neverAborted = new AbortController().signal;

interface RunningTurn {
  readonly turn: Turn;
  /** Resolves when the end of the turn is stored, or when the server ends. Never rejects. */
  readonly finished: Promise<void>;
}

/** Runs the turns of all tasks: tasks in parallel, the turns of one task one at a time. */
export class Turns {
  readonly #setup: TurnsOptions;
  readonly #running = new Map<string, RunningTurn>();
  /** Running turns, and ended ones whose background processes can still write to the message. */
  readonly #turnsWithOpenOutput = new Map<string, Set<Turn>>();
  #cancelSweep: (() => void) | null = null;
  readonly #shutdown = new AbortController();

  constructor(setup: TurnsOptions) {
    this.#setup = setup;
  }

  isRunning(taskId: string): boolean {
    return this.#running.has(taskId);
  }

  /** The number of tasks with a running turn or background processes. */
  get busyTaskCount(): number {
    return new Set([...this.#running.keys(), ...this.#setup.repository.groups().map((row) => row.task_id)])
      .size;
  }

  /** All messages of a task, with the output that is not stored yet. */
  messages(taskId: string): readonly MessageRow[] {
    const open = [...(this.#turnsWithOpenOutput.get(taskId) ?? [])];
    const live = new Map(open.flatMap((turn) => turn.message.row() ?? []).map((row) => [row.id, row]));
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
      const id = repository.nextMessageId(task.id) + 1;
      repository.putMessage(task.id, { id: id - 1, type: 'input', content: prompt, time: now });
      repository.beginTurn({ task_id: task.id, message_id: id, started_at: now });
      repository.updateTask(task.id, {
        state: 'working',
        state_message: stateMessageOf(prompt),
        state_at: now,
        input_due: 0,
        cut_off: 0,
        // Stored now, in case the server is killed during the turn.
        ...(command.sessionPattern === '' && { session: invocation.session }),
      });
      repository.afterCommit(() => this.#run({ task, command, prompt, invocation, env, messageId: id }));
    });
  }

  /**
   * Ends all processes of a task, including background processes of earlier turns. Resolves when they are gone and the
   * end of the turn is stored. Rejects with ProcessesSurvived, ProcessTableUnreadable, or the signal's reason.
   */
  async end(taskId: string, reason: CutOffReason, graceMs: number, signal: AbortSignal): Promise<void> {
    const { repository, clock } = this.#setup;
    const running = this.#running.get(taskId);
    running?.turn.cutOff(reason);
    // A turn that is starting may add its group meanwhile.
    for (let again = true; again; ) {
      const task = this.#processesOf(taskId);
      await endProcesses(task, { clock, graceMs, signal });
      if (running !== undefined) await abortable(running.finished, signal);
      await this.#writeWithRetry(() => {
        for (const { group } of task.groups) repository.deleteGroup(taskId, group);
      }, signal);
      again = repository.groupsOf(taskId).length > 0;
    }
  }

  /** Watches the process groups of an earlier server until they are empty. */
  watchRecordedGroups(): void {
    void this.#sweep();
  }

  /** Drops the turns of a deleted task from memory. */
  discard(taskId: string): void {
    for (const turn of this.#turnsWithOpenOutput.get(taskId) ?? []) {
      turn.message.discard();
      turn.close();
    }
    this.#turnsWithOpenOutput.delete(taskId);
  }

  /** Ends the processes of all tasks at the server's end. Failed writes are not retried. */
  async endAll(reason: CutOffReason, graceMs: number): Promise<void> {
    const { repository } = this.#setup;
    this.#shutdown.abort();
    const tasks = new Set([
      ...this.#running.keys(),
      ...repository.groups().map((row) => row.task_id),
      ...[...taggedTaskIds()].filter((taskId) => repository.taskOrDeletedTask(taskId) !== null),
    ]);
    await Promise.allSettled([...tasks].map((taskId) => this.end(taskId, reason, graceMs, neverAborted)));
    for (const taskId of [...this.#turnsWithOpenOutput.keys()]) this.discard(taskId);
    this.#cancelSweep?.();
  }

  #run({ task, command, prompt, invocation, env, messageId }: StartedTurn): void {
    const { repository, clock, pipeDirectory } = this.#setup;
    const own = this.#setup.privateDirectory(task);
    const file = path.join(own, 'prompt');
    const key = { taskId: task.id, id: messageId };
    const message = new StreamingMessage(repository, clock, key, () =>
      this.#updateStateMessage(task.id, message),
    );
    let groupStored = Promise.resolve();
    const turn = new Turn({
      clock,
      message,
      argv: fillPlaceholders(invocation.line, {
        prompt,
        prompt_file: file,
        session: invocation.session,
        private: own,
        shell: userShell(env),
      }),
      directory: task.directory,
      env,
      input: readsPromptFromStdin(invocation.line) ? file : null,
      prepare: () => {
        for (const directory of task.owns_directory === 1 ? [own, task.directory] : [own]) {
          createStateDirectory(directory);
        }
        makeSocketDirectory(this.#setup.socketDirectory(task));
        // A new file: background processes of an earlier turn may still read the old one.
        rmSync(file, { force: true });
        writeFileSync(file, prompt, { mode: 0o600, flag: 'wx' });
      },
      pipeDirectory,
      onStarted: ({ group, identity }) => {
        groupStored = this.#writeWithRetry(() =>
          repository.addGroup({ task_id: task.id, number: group, identity }),
        ).catch((error) => console.error(`The process of task ${task.id}:`, error));
      },
    });
    const finished = turn.outcome.then(async (outcome) => {
      // Once the turn no longer runs, only the database knows its group.
      await groupStored;
      await this.#finishTurn(task.id, command, invocation, turn, outcome);
    });
    this.#running.set(task.id, { turn, finished });
    this.#turnsWithOpenOutput.set(task.id, (this.#turnsWithOpenOutput.get(task.id) ?? new Set()).add(turn));
    void Promise.all([finished, turn.closed]).then(() => this.#closeMessage(task.id, turn));
    this.#cancelSweep ??= clock.after(SWEEP_MS, () => void this.#sweep());
  }

  #updateStateMessage(taskId: string, message: StreamingMessage): void {
    if (this.#running.get(taskId)?.turn.message !== message) return;
    const line = stateMessageOf(message.lastLine());
    // `state_at` stays: it is the time since when the task works.
    if (line !== '') this.#setup.repository.updateTask(taskId, { state_message: line });
  }

  /** Stores the end of a turn; until then the turn counts as running. Never rejects. */
  async #finishTurn(
    taskId: string,
    command: AgentDefinition,
    invocation: AgentInvocation,
    turn: Turn,
    outcome: TurnOutcome,
  ): Promise<void> {
    const { repository, clock } = this.#setup;
    const lastLine = stateMessageOf(turn.message.lastLine());
    const output = turn.message.row()?.content ?? '';
    const end = turnEndOf(outcome, command, lastLine);
    if (end.remark !== null) turn.message.appendRemark(end.remark);
    else if (turn.message.row() === null) turn.message.appendRemark('no output');
    try {
      await this.#writeWithRetry(() => {
        const task = repository.taskOrDeletedTask(taskId);
        if (task === null) return;
        turn.message.finish();
        repository.endTurn(taskId);
        repository.updateTask(taskId, {
          state: end.state,
          state_message: end.message,
          state_at: clock.wall(),
          ...(outcome.kind === 'cut-off' && { cut_off: 1 }),
          ...sessionAfterTurn(task, invocation, command, outcome, output),
        });
      });
    } catch (error) {
      console.error(`The end of a turn of task ${taskId}:`, error);
    }
    this.#running.delete(taskId);
    void this.#sweep();
  }

  /**
   * Updates the stored process groups of tasks, every SWEEP_MS while there are any. On macOS, which does not show the
   * environment of a process, only a stored group finds processes whose parents have ended.
   */
  async #sweep(): Promise<void> {
    const { repository, clock } = this.#setup;
    try {
      await this.#writeWithRetry(() => this.#updateGroups());
    } catch (error) {
      console.error('The processes of tasks:', error);
    }
    this.#cancelSweep?.();
    const isDue =
      !this.#shutdown.signal.aborted && (this.#running.size > 0 || repository.groups().length > 0);
    this.#cancelSweep = isDue ? clock.after(SWEEP_MS, () => void this.#sweep()) : null;
  }

  #updateGroups(): void {
    const { repository } = this.#setup;
    const table = processTable();
    for (const taskId of new Set(repository.groups().map((row) => row.task_id))) {
      const task = this.#processesOf(taskId);
      const running = runningProcessesOf(task, table);
      const alive = new Set(running.flatMap(({ group, session }) => [group, session]));
      for (const { group, identity } of exclusiveGroupsOf(running, table)) {
        if (task.groups.some((stored) => stored.group === group)) continue;
        repository.addGroup({ task_id: taskId, number: group, identity });
      }
      // Even during a turn: the kernel may reuse the number of an empty group for a process of the user.
      for (const { group } of task.groups) if (!alive.has(group)) repository.deleteGroup(taskId, group);
    }
  }

  /** The stored groups, and that of the running turn, which may not be stored yet. */
  #processesOf(taskId: string): TaskProcesses {
    const groups = this.#setup.repository
      .groupsOf(taskId)
      .map(({ number, identity }) => ({ group: number, identity }));
    const record = this.#running.get(taskId)?.turn.record ?? null;
    const isMissing = record !== null && !groups.some(({ group }) => group === record.group);
    return { taskId, groups: isMissing ? [...groups, record] : groups };
  }

  #writeWithRetry(write: () => void, signal = neverAborted): Promise<void> {
    return writeWithRetry(this.#setup, write, AbortSignal.any([signal, this.#shutdown.signal]));
  }

  async #closeMessage(taskId: string, turn: Turn): Promise<void> {
    await turn.message.flush();
    const open = this.#turnsWithOpenOutput.get(taskId);
    open?.delete(turn);
    if (open?.size === 0) this.#turnsWithOpenOutput.delete(taskId);
  }
}

/** A turn whose beginning is stored. */
interface StartedTurn {
  readonly task: TaskRow;
  readonly command: AgentDefinition;
  readonly prompt: string;
  readonly invocation: AgentInvocation;
  readonly env: NodeJS.ProcessEnv;
  readonly messageId: number;
}

/** Waits for `promise`. Throws the signal's reason if it aborts first. */
async function abortable(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

interface TurnEnd {
  readonly state: 'idle' | 'complete' | 'failure';
  readonly message: string;
  /** For the transcript; null after exit code 0. */
  readonly remark: string | null;
}

function turnEndOf(outcome: TurnOutcome, command: AgentDefinition, lastLine: string): TurnEnd {
  if (outcome.kind === 'cut-off') return outcome.cutOff;
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
