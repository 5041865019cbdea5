import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { AgentCommand } from '../config/agent-command.ts';
import { createPrivate } from '../config/directories.ts';
import type { Clock } from '../domain/ports/clock.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { commandLine, linesFor, readsPrompt } from './agents/command-line.ts';
import { shellOf } from './agents/shell.ts';
import { type Continuation, continuationOf, conversationAfter } from './conversation.ts';
import { endProcesses, groupsOf, livingOf, type TaskProcesses, taggedTasks } from './end-processes.ts';
import { makeSocketDirectory } from './environment.ts';
import { GrowingMessage } from './growing.ts';
import { processTable } from './processes.ts';
import type { Repository } from './repository.ts';
import type { MessageRow, TaskRow } from './rows.ts';
import { type CutOff, type Outcome, Turn } from './turn.ts';
import { untilWritten } from './until-written.ts';

export interface TurnsSetup {
  readonly repository: Repository;
  readonly clock: Clock;
  /** The environment of a task's commands. */
  readonly environment: (task: TaskRow, command: AgentCommand) => NodeJS.ProcessEnv;
  /** A private directory. */
  readonly pipes: string;
  /** Of a task's agent alone: what it wants to keep between turns. */
  readonly privateDirectory: (task: TaskRow) => string;
  /** Where tmux and screen of a task keep their sockets. */
  readonly socketDirectory: (task: TaskRow) => string;
}

/** `message` of a task's state is at most this long (contract, section 5), characters. */
const STATE_MESSAGE_LIMIT = 160;
/** How often the processes of tasks are looked at, ms. */
const SWEEP_MS = 2_000;

const never = new AbortController().signal;

interface RunningTurn {
  readonly turn: Turn;
  /** Resolves when the end of the turn is on disk, or when the server ends without that. Never rejects. */
  readonly over: Promise<void>;
}

/** Runs the turns of all tasks: one at a time for each task, any number of tasks side by side. */
export class Turns {
  readonly #setup: TurnsSetup;
  readonly #running = new Map<string, RunningTurn>();
  /** The running ones, and those that ended while background processes can still write to their message. */
  readonly #open = new Map<string, Set<Turn>>();
  #cancelSweep: (() => void) | null = null;
  readonly #serverEnds = new AbortController();

  constructor(setup: TurnsSetup) {
    this.#setup = setup;
  }

  isRunning(taskId: string): boolean {
    return this.#running.has(taskId);
  }

  /** How many tasks have a turn or background processes of one. */
  get busyTasks(): number {
    return new Set([...this.#running.keys(), ...this.#setup.repository.groups().map((row) => row.task_id)])
      .size;
  }

  /** The conversation as it is at this moment. */
  messages(taskId: string): readonly MessageRow[] {
    const open = [...(this.#open.get(taskId) ?? [])];
    const live = new Map(open.flatMap((turn) => turn.message.row() ?? []).map((row) => [row.id, row]));
    const stored = this.#setup.repository.messages(taskId).filter((row) => !live.has(row.id));
    return [...stored, ...live.values()].sort((one, other) => one.id - other.id);
  }

  /**
   * Stores what the user said, and runs the agent on it after the COMMIT of the transaction around this call. The
   * caller made sure that no turn runs.
   */
  begin(task: TaskRow, command: AgentCommand, prompt: string): void {
    const { repository, clock } = this.#setup;
    repository.together(() => {
      // A prompt that is too long was refused before; where it was not, the system says so.
      const ran = continuationOf(task, linesFor(command, prompt) ?? command);
      const env = this.#setup.environment(task, command);
      const now = clock.wall();
      const id = repository.nextMessageId(task.id) + 1;
      repository.putMessage(task.id, { id: id - 1, type: 'input', content: prompt, time: now });
      repository.beginTurn({ task_id: task.id, message_id: id, started_at: now });
      repository.changeTask(task.id, {
        state: 'working',
        state_message: shortened(prompt),
        state_at: now,
        input_due: 0,
        cut_off: 0,
        // Known even if the server is killed before the turn is over.
        ...(command.sessionPattern === '' && { session: ran.session }),
      });
      repository.afterCommit(() => this.#run({ task, command, prompt, ran, env, messageId: id }));
    });
  }

  /**
   * Ends whatever runs for a task, background processes of earlier turns included, and resolves when it is gone and
   * the end of its turn is on disk. Throws ProcessesSurvived, or the signal's reason.
   */
  async end(taskId: string, why: CutOff, graceMs: number, signal: AbortSignal): Promise<void> {
    const { repository, clock } = this.#setup;
    const running = this.#running.get(taskId);
    running?.turn.cutOff(why);
    // A turn that is just being started may add its group in this very moment.
    for (let again = true; again; ) {
      const task = this.#processesOf(taskId);
      await endProcesses(task, { clock, graceMs, signal });
      if (running !== undefined) await unlessAborted(running.over, signal);
      await this.#untilWritten(() => {
        for (const { group } of task.groups) repository.dropGroup(taskId, group);
      }, signal);
      again = repository.groupsOf(taskId).length > 0;
    }
  }

  /** Watches the groups that are still on record from an earlier server, until they are empty. */
  takeUp(): void {
    void this.#sweep();
  }

  /** Forgets what a deleted task's turns had in memory. */
  forget(taskId: string): void {
    for (const turn of this.#open.get(taskId) ?? []) {
      turn.message.forget();
      turn.close();
    }
    this.#open.delete(taskId);
  }

  /** Ends everything, because the server ends. Writes that fail now are not tried again. */
  async endAll(why: CutOff, graceMs: number): Promise<void> {
    const { repository } = this.#setup;
    this.#serverEnds.abort();
    const tasks = new Set([
      ...this.#running.keys(),
      ...repository.groups().map((row) => row.task_id),
      ...[...taggedTasks()].filter((taskId) => repository.anyTask(taskId) !== null),
    ]);
    await Promise.allSettled([...tasks].map((taskId) => this.end(taskId, why, graceMs, never)));
    for (const taskId of [...this.#open.keys()]) this.forget(taskId);
    this.#cancelSweep?.();
  }

  #run({ task, command, prompt, ran, env, messageId }: Begun): void {
    const { repository, clock, pipes } = this.#setup;
    const own = this.#setup.privateDirectory(task);
    const file = path.join(own, 'prompt');
    const place = { taskId: task.id, id: messageId };
    const message = new GrowingMessage(repository, clock, place, () => this.#report(task.id, message));
    let remembered = Promise.resolve();
    const turn = new Turn({
      clock,
      message,
      argv: commandLine(ran.line, {
        prompt,
        prompt_file: file,
        session: ran.session,
        private: own,
        shell: shellOf(env),
      }),
      directory: task.directory,
      env,
      input: readsPrompt(ran.line) ? file : null,
      prepare: () => {
        for (const directory of task.owns_directory === 1 ? [own, task.directory] : [own]) {
          createPrivate(directory);
        }
        makeSocketDirectory(this.#setup.socketDirectory(task));
        // Another file each time: what an earlier turn left running may still read the last one.
        rmSync(file, { force: true });
        writeFileSync(file, prompt, { mode: 0o600, flag: 'wx' });
      },
      pipes,
      remember: ({ group, identity }) => {
        remembered = this.#untilWritten(() =>
          repository.addGroup({ task_id: task.id, number: group, identity }),
        ).catch((error) => console.error(`The process of task ${task.id}:`, error));
      },
    });
    const over = turn.outcome.then(async (outcome) => {
      // After that, its record is the one that is on disk.
      await remembered;
      await this.#ended(task.id, command, ran, turn, outcome);
    });
    this.#running.set(task.id, { turn, over });
    this.#open.set(task.id, (this.#open.get(task.id) ?? new Set()).add(turn));
    void Promise.all([over, turn.closed]).then(() => this.#settle(task.id, turn));
    this.#cancelSweep ??= clock.after(SWEEP_MS, () => void this.#sweep());
  }

  #report(taskId: string, message: GrowingMessage): void {
    if (this.#running.get(taskId)?.turn.message !== message) return;
    const line = shortened(message.lastLine());
    // The time stays: it says since when the task works, not when it last wrote.
    if (line !== '') this.#setup.repository.changeTask(taskId, { state_message: line });
  }

  /** Until the end is on disk, the turn is not over. Never rejects. */
  async #ended(
    taskId: string,
    command: AgentCommand,
    ran: Continuation,
    turn: Turn,
    outcome: Outcome,
  ): Promise<void> {
    const { repository, clock } = this.#setup;
    const lastLine = shortened(turn.message.lastLine());
    const written = turn.message.row()?.content ?? '';
    const end = endOf(outcome, command, lastLine);
    if (end.remark !== null) turn.message.remark(end.remark);
    else if (turn.message.row() === null) turn.message.remark('no output');
    try {
      await this.#untilWritten(() => {
        const task = repository.anyTask(taskId);
        if (task === null) return;
        turn.message.finish();
        repository.endTurn(taskId);
        repository.changeTask(taskId, {
          state: end.state,
          state_message: end.message,
          state_at: clock.wall(),
          ...(outcome.kind === 'cut off' && { cut_off: 1 }),
          ...conversationAfter(task, ran, command, outcome, written),
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
      await this.#untilWritten(() => this.#updateGroups());
    } catch (error) {
      console.error('The processes of tasks:', error);
    }
    this.#cancelSweep?.();
    const isDue =
      !this.#serverEnds.signal.aborted && (this.#running.size > 0 || repository.groups().length > 0);
    this.#cancelSweep = isDue ? clock.after(SWEEP_MS, () => void this.#sweep()) : null;
  }

  #updateGroups(): void {
    const { repository } = this.#setup;
    const table = processTable();
    for (const taskId of new Set(repository.groups().map((row) => row.task_id))) {
      const task = this.#processesOf(taskId);
      const living = livingOf(task, table);
      const alive = new Set(living.flatMap(({ group, session }) => [group, session]));
      for (const { group, identity } of groupsOf(living, table)) {
        if (task.groups.some((known) => known.group === group)) continue;
        repository.addGroup({ task_id: taskId, number: group, identity });
      }
      // While a turn runs as well: the number of a group that is empty may go to a process of the user.
      for (const { group } of task.groups) if (!alive.has(group)) repository.dropGroup(taskId, group);
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

  #untilWritten(write: () => void, signal = never): Promise<void> {
    return untilWritten(this.#setup, write, AbortSignal.any([signal, this.#serverEnds.signal]));
  }

  /** From here on the message is what the database says. */
  async #settle(taskId: string, turn: Turn): Promise<void> {
    await turn.message.flush();
    const open = this.#open.get(taskId);
    open?.delete(turn);
    if (open?.size === 0) this.#open.delete(taskId);
  }
}

/** A turn whose beginning is on disk. */
interface Begun {
  readonly task: TaskRow;
  readonly command: AgentCommand;
  readonly prompt: string;
  readonly ran: Continuation;
  readonly env: NodeJS.ProcessEnv;
  readonly messageId: number;
}

/** Waits for `promise`, which never rejects. Throws the signal's reason when that comes first. */
async function unlessAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
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

interface End {
  readonly state: 'idle' | 'complete' | 'failure';
  readonly message: string;
  /** For the transcript; null when the output says it all. */
  readonly remark: string | null;
}

function endOf(outcome: Outcome, command: AgentCommand, lastLine: string): End {
  if (outcome.kind === 'cut off') return outcome.cutOff;
  if (outcome.kind === 'not started') {
    return { state: 'failure', message: shortened(outcome.reason), remark: `not started: ${outcome.reason}` };
  }
  const { code, signal } = outcome.ending;
  const word = signal === null ? `exit ${code}` : `ended by ${signal}`;
  const message = lastLine === '' ? word : lastLine;
  return code === 0
    ? { state: command.whenDone, message, remark: null }
    : { state: 'failure', message, remark: word };
}

/** One line of text for the task list, cleaned as a transcript is. */
function shortened(text: string): string {
  const line = sanitiseLine(text).trim();
  const characters = [...line];
  return characters.length <= STATE_MESSAGE_LIMIT
    ? line
    : `${characters.slice(0, STATE_MESSAGE_LIMIT - 1).join('')}…`;
}
