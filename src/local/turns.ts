import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { AgentDefinition } from '../config/agent-definition.ts';
import { createStateDirectory } from '../config/directories.ts';
import type { Clock } from '../domain/ports/clock.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { type AgentInvocation, invocationFor, sessionAfterTurn } from './agent-session.ts';
import { commandLinesFor, fillPlaceholders, readsPromptFromStdin } from './agents/agent-command-line.ts';
import { userShell } from './agents/shell.ts';
import { makeSocketDirectory } from './command-environment.ts';
import {
  endProcesses,
  exclusiveGroupsOf,
  runningProcessesOf,
  type TaskProcesses,
  taggedTaskIds,
} from './end-processes.ts';
import { processTable } from './process-table.ts';
import type { Repository } from './repository.ts';
import type { MessageRow, TaskRow } from './row-types.ts';
import { StreamingMessage } from './streaming-message.ts';
import { type CutOffReason, Turn, type TurnOutcome } from './turn.ts';
import { writeWithRetry } from './write-with-retry.ts';

export interface TurnsOptions {
  readonly repository: Repository;
  readonly clock: Clock;
  /** The environment of a task's commands. */
  readonly environment: (task: TaskRow, command: AgentDefinition) => NodeJS.ProcessEnv;
  /** A private directory. */
  readonly pipeDirectory: string;
  /** Of a task's agent alone: what it wants to keep between turns. */
  readonly privateDirectory: (task: TaskRow) => string;
  /** Where tmux and screen of a task keep their sockets. */
  readonly socketDirectory: (task: TaskRow) => string;
}

/** `message` of a task's state is at most this long (contract, section 5), characters. */
const STATE_MESSAGE_LIMIT = 160;
/** How often the processes of tasks are looked at, ms. */
const SWEEP_MS = 2_000;

const neverAborted = new AbortController().signal;

interface RunningTurn {
  readonly turn: Turn;
  /** Resolves when the end of the turn is on disk, or when the server ends without that. Never rejects. */
  readonly finished: Promise<void>;
}

/** Runs the turns of all tasks: one at a time for each task, any number of tasks side by side. */
export class Turns {
  readonly #setup: TurnsOptions;
  readonly #running = new Map<string, RunningTurn>();
  /** The running ones, and those that ended while background processes can still write to their message. */
  readonly #turnsWithOpenOutput = new Map<string, Set<Turn>>();
  #cancelSweep: (() => void) | null = null;
  readonly #shutdown = new AbortController();

  constructor(setup: TurnsOptions) {
    this.#setup = setup;
  }

  isRunning(taskId: string): boolean {
    return this.#running.has(taskId);
  }

  /** How many tasks have a turn or background processes of one. */
  get busyTaskCount(): number {
    return new Set([...this.#running.keys(), ...this.#setup.repository.groups().map((row) => row.task_id)])
      .size;
  }

  /** The conversation as it is at this moment. */
  messages(taskId: string): readonly MessageRow[] {
    const open = [...(this.#turnsWithOpenOutput.get(taskId) ?? [])];
    const live = new Map(open.flatMap((turn) => turn.message.row() ?? []).map((row) => [row.id, row]));
    const stored = this.#setup.repository.messages(taskId).filter((row) => !live.has(row.id));
    return [...stored, ...live.values()].sort((one, other) => one.id - other.id);
  }

  /**
   * Stores what the user said, and runs the agent on it after the COMMIT of the transaction around this call. The
   * caller made sure that no turn runs.
   */
  begin(task: TaskRow, command: AgentDefinition, prompt: string): void {
    const { repository, clock } = this.#setup;
    repository.inTransaction(() => {
      // A prompt that is too long was refused before; where it was not, the system says so.
      const ran = invocationFor(task, commandLinesFor(command, prompt) ?? command);
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
        // Known even if the server is killed before the turn is over.
        ...(command.sessionPattern === '' && { session: ran.session }),
      });
      repository.afterCommit(() => this.#run({ task, command, prompt, invocation: ran, env, messageId: id }));
    });
  }

  /**
   * Ends whatever runs for a task, background processes of earlier turns included, and resolves when it is gone and
   * the end of its turn is on disk. Throws ProcessesSurvived, or the signal's reason.
   */
  async end(taskId: string, why: CutOffReason, graceMs: number, signal: AbortSignal): Promise<void> {
    const { repository, clock } = this.#setup;
    const running = this.#running.get(taskId);
    running?.turn.cutOff(why);
    // A turn that is just being started may add its group in this very moment.
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

  /** Watches the groups that are still on record from an earlier server, until they are empty. */
  watchRecordedGroups(): void {
    void this.#sweep();
  }

  /** Forgets what a deleted task's turns had in memory. */
  discard(taskId: string): void {
    for (const turn of this.#turnsWithOpenOutput.get(taskId) ?? []) {
      turn.message.discard();
      turn.close();
    }
    this.#turnsWithOpenOutput.delete(taskId);
  }

  /** Ends everything, because the server ends. Writes that fail now are not tried again. */
  async endAll(why: CutOffReason, graceMs: number): Promise<void> {
    const { repository } = this.#setup;
    this.#shutdown.abort();
    const tasks = new Set([
      ...this.#running.keys(),
      ...repository.groups().map((row) => row.task_id),
      ...[...taggedTaskIds()].filter((taskId) => repository.taskOrDeletedTask(taskId) !== null),
    ]);
    await Promise.allSettled([...tasks].map((taskId) => this.end(taskId, why, graceMs, neverAborted)));
    for (const taskId of [...this.#turnsWithOpenOutput.keys()]) this.discard(taskId);
    this.#cancelSweep?.();
  }

  #run({ task, command, prompt, invocation, env, messageId }: StartedTurn): void {
    const { repository, clock, pipeDirectory } = this.#setup;
    const own = this.#setup.privateDirectory(task);
    const file = path.join(own, 'prompt');
    const place = { taskId: task.id, id: messageId };
    const message = new StreamingMessage(repository, clock, place, () =>
      this.#updateStateMessage(task.id, message),
    );
    let remembered = Promise.resolve();
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
        // Another file each time: what an earlier turn left running may still read the last one.
        rmSync(file, { force: true });
        writeFileSync(file, prompt, { mode: 0o600, flag: 'wx' });
      },
      pipeDirectory,
      onStarted: ({ group, identity }) => {
        remembered = this.#writeWithRetry(() =>
          repository.addGroup({ task_id: task.id, number: group, identity }),
        ).catch((error) => console.error(`The process of task ${task.id}:`, error));
      },
    });
    const over = turn.outcome.then(async (outcome) => {
      // After that, its record is the one that is on disk.
      await remembered;
      await this.#finishTurn(task.id, command, invocation, turn, outcome);
    });
    this.#running.set(task.id, { turn, finished: over });
    this.#turnsWithOpenOutput.set(task.id, (this.#turnsWithOpenOutput.get(task.id) ?? new Set()).add(turn));
    void Promise.all([over, turn.closed]).then(() => this.#closeMessage(task.id, turn));
    this.#cancelSweep ??= clock.after(SWEEP_MS, () => void this.#sweep());
  }

  #updateStateMessage(taskId: string, message: StreamingMessage): void {
    if (this.#running.get(taskId)?.turn.message !== message) return;
    const line = stateMessageOf(message.lastLine());
    // The time stays: it says since when the task works, not when it last wrote.
    if (line !== '') this.#setup.repository.updateTask(taskId, { state_message: line });
  }

  /** Until the end is on disk, the turn is not over. Never rejects. */
  async #finishTurn(
    taskId: string,
    command: AgentDefinition,
    ran: AgentInvocation,
    turn: Turn,
    outcome: TurnOutcome,
  ): Promise<void> {
    const { repository, clock } = this.#setup;
    const lastLine = stateMessageOf(turn.message.lastLine());
    const written = turn.message.row()?.content ?? '';
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
          ...sessionAfterTurn(task, ran, command, outcome, written),
        });
      });
    } catch (error) {
      console.error(`The end of a turn of task ${taskId}:`, error);
    }
    this.#running.delete(taskId);
    void this.#sweep();
  }

  /**
   * Drops the records of groups that are empty, adds those of groups that a task's processes made for themselves, and
   * looks again while there are any: a group on record is found even when it has left its parents behind, where the
   * system does not show the environment of a process.
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
      const living = runningProcessesOf(task, table);
      const alive = new Set(living.flatMap(({ group, session }) => [group, session]));
      for (const { group, identity } of exclusiveGroupsOf(living, table)) {
        if (task.groups.some((known) => known.group === group)) continue;
        repository.addGroup({ task_id: taskId, number: group, identity });
      }
      // While a turn runs as well: the number of a group that is empty may go to a process of the user.
      for (const { group } of task.groups) if (!alive.has(group)) repository.deleteGroup(taskId, group);
    }
  }

  /** With the group of a turn that runs, even while its record cannot be written. */
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

  /** From here on the message is what the database says. */
  async #closeMessage(taskId: string, turn: Turn): Promise<void> {
    await turn.message.flush();
    const open = this.#turnsWithOpenOutput.get(taskId);
    open?.delete(turn);
    if (open?.size === 0) this.#turnsWithOpenOutput.delete(taskId);
  }
}

/** A turn whose beginning is on disk. */
interface StartedTurn {
  readonly task: TaskRow;
  readonly command: AgentDefinition;
  readonly prompt: string;
  readonly invocation: AgentInvocation;
  readonly env: NodeJS.ProcessEnv;
  readonly messageId: number;
}

/** Waits for `promise`, which never rejects. Throws the signal's reason when that comes first. */
async function abortable(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const giveUp = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

interface TurnEnd {
  readonly state: 'idle' | 'complete' | 'failure';
  readonly message: string;
  /** For the transcript; null when the output says it all. */
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
  const { code, signal } = outcome.ending;
  const word = signal === null ? `exit ${code}` : `ended by ${signal}`;
  const message = lastLine === '' ? word : lastLine;
  return code === 0
    ? { state: command.whenDone, message, remark: null }
    : { state: 'failure', message, remark: word };
}

/** One line of text for the task list, cleaned as a transcript is. */
function stateMessageOf(text: string): string {
  const line = sanitiseLine(text).trim();
  const characters = [...line];
  return characters.length <= STATE_MESSAGE_LIMIT
    ? line
    : `${characters.slice(0, STATE_MESSAGE_LIMIT - 1).join('')}…`;
}
