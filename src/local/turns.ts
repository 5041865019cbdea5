import { mkdirSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import type { AgentCommand } from '../config/agent-command.ts';
import type { Clock } from '../domain/ports/clock.ts';
import { commandLine } from './agents/command-line.ts';
import { type Continuation, continuationOf, conversationAfter } from './conversation.ts';
import { endGroup, isAlive } from './end-group.ts';
import { GrowingMessage } from './growing.ts';
import type { GroupRecord } from './process-group.ts';
import type { Repository } from './repository.ts';
import type { MessageRow, TaskRow } from './rows.ts';
import { type CutOff, type Outcome, Turn } from './turn.ts';

export interface TurnsSetup {
  readonly repository: Repository;
  readonly clock: Clock;
  /** What a task's commands inherit, with what tells them who they are. */
  readonly environment: (task: TaskRow, command: AgentCommand) => NodeJS.ProcessEnv;
  /** A private directory. */
  readonly pipes: string;
  /** Of a task's agent alone: what it wants to keep between turns. */
  readonly privateDirectory: (task: TaskRow) => string;
}

/** `message` of a task's state is at most this long (contract, section 5), characters. */
const STATE_MESSAGE_LIMIT = 160;
/** How often groups that outlived their turn are looked at, ms. */
const SWEEP_MS = 2_000;
const RETRY_MS = 1_000;

/** Runs the turns of all tasks: one at a time for each task, any number of tasks side by side. */
export class Turns {
  readonly #setup: TurnsSetup;
  readonly #running = new Map<string, Turn>();
  /** The running ones, and those that ended while background processes can still write to their message. */
  readonly #open = new Map<string, Set<Turn>>();
  #cancelSweep: (() => void) | null = null;

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

  /** Writes down what the user said and runs the agent on it. The caller made sure that no turn runs. */
  begin(task: TaskRow, command: AgentCommand, prompt: string): void {
    const { repository, clock } = this.#setup;
    const ran = continuationOf(task, command);
    const own = this.#setup.privateDirectory(task);
    mkdirSync(own, { recursive: true, mode: 0o700 });
    if (task.owns_directory === 1) mkdirSync(task.directory, { recursive: true, mode: 0o700 });
    const now = clock.wall();
    const place = { taskId: task.id, id: repository.nextMessageId(task.id) + 1 };
    repository.together(() => {
      repository.putMessage(task.id, { id: place.id - 1, type: 'input', content: prompt, time: now });
      repository.beginTurn({ task_id: task.id, message_id: place.id, started_at: now });
      repository.changeTask(task.id, {
        state: 'working',
        state_message: shortened(prompt),
        state_at: now,
        input_due: 0,
        cut_off: 0,
        // Known even if the server is killed before the turn is over.
        ...(command.sessionPattern === '' && { session: ran.session }),
      });
    });
    const message = new GrowingMessage(repository, clock, place, () => this.#report(task.id, message));
    const turn = new Turn({
      clock,
      message,
      argv: commandLine(ran.line, { prompt, session: ran.session, private: own }),
      directory: task.directory,
      env: this.#setup.environment(task, command),
      pipes: this.#setup.pipes,
      remember: ({ group, identity }) => repository.addGroup({ task_id: task.id, number: group, identity }),
    });
    this.#running.set(task.id, turn);
    this.#open.set(task.id, (this.#open.get(task.id) ?? new Set()).add(turn));
    void turn.outcome.then((outcome) => this.#ended(task.id, command, ran, turn, outcome));
    void Promise.all([turn.outcome, turn.closed]).then(() => this.#settle(task.id, turn));
  }

  /**
   * Ends whatever runs for a task, background processes of earlier turns included, and resolves when it is gone and
   * written down. Throws GroupSurvived, or the signal's reason.
   */
  async end(taskId: string, why: CutOff, graceMs: number, signal: AbortSignal): Promise<void> {
    const { repository, clock } = this.#setup;
    const turn = this.#running.get(taskId);
    turn?.cutOff(why);
    // A turn that is just being started may add its group in this very moment.
    for (let again = true; again; ) {
      await Promise.all(
        repository.groupsOf(taskId).map(async ({ number, identity }) => {
          await endGroup({ group: number, identity }, { clock, graceMs, signal });
          repository.dropGroup(taskId, number);
        }),
      );
      await turn?.outcome;
      again = repository.groupsOf(taskId).length > 0;
    }
  }

  /** Forgets what a deleted task's turns had in memory. */
  forget(taskId: string): void {
    for (const turn of this.#open.get(taskId) ?? []) {
      turn.message.forget();
      turn.close();
    }
    this.#open.delete(taskId);
  }

  /** Ends everything. */
  async endAll(why: CutOff, graceMs: number, signal: AbortSignal): Promise<void> {
    const tasks = new Set([
      ...this.#running.keys(),
      ...this.#setup.repository.groups().map((row) => row.task_id),
    ]);
    await Promise.allSettled([...tasks].map((taskId) => this.end(taskId, why, graceMs, signal)));
    for (const taskId of [...this.#open.keys()]) this.forget(taskId);
    this.#cancelSweep?.();
  }

  #report(taskId: string, message: GrowingMessage): void {
    if (this.#running.get(taskId)?.message !== message) return;
    const line = shortened(message.lastLine());
    // The time stays: it says since when the task works, not when it last wrote.
    if (line !== '') this.#setup.repository.changeTask(taskId, { state_message: line });
  }

  #ended(taskId: string, command: AgentCommand, ran: Continuation, turn: Turn, outcome: Outcome): void {
    const { repository, clock } = this.#setup;
    const task = repository.anyTask(taskId);
    if (task === null) {
      this.#running.delete(taskId);
      return;
    }
    const lastLine = shortened(turn.message.lastLine());
    const written = turn.message.row()?.content ?? '';
    const end = endOf(outcome, command, lastLine);
    if (end.remark !== null) turn.message.remark(end.remark);
    else if (turn.message.row() === null) turn.message.remark('no output');
    const write = (): void => {
      turn.message.finish();
      repository.endTurn(taskId);
      repository.changeTask(taskId, {
        state: end.state,
        state_message: end.message,
        state_at: clock.wall(),
        ...(outcome.kind === 'cut off' && { cut_off: 1 }),
        ...conversationAfter(task, ran, command, outcome, written),
      });
    };
    this.#untilWritten(write, () => {
      this.#running.delete(taskId);
      this.#sweep();
    });
  }

  /** Does it as one step, again and again while it fails: the disk may be full. Until then the turn is not over. */
  #untilWritten(write: () => void, done: () => void): void {
    const { repository, clock } = this.#setup;
    try {
      repository.together(write);
    } catch (error) {
      console.error('The end of a turn could not be written down:', error);
      clock.after(RETRY_MS, () => this.#untilWritten(write, done));
      return;
    }
    done();
  }

  /** Drops the records of groups that are empty, and looks again later while there are others. */
  #sweep(): void {
    const { repository, clock } = this.#setup;
    for (const { task_id: taskId, number, identity } of repository.groups()) {
      if (this.#running.has(taskId) || isAlive(recordOf(number, identity))) continue;
      repository.dropGroup(taskId, number);
    }
    const left = repository.groups();
    this.#cancelSweep?.();
    this.#cancelSweep = left.some((row) => !this.#running.has(row.task_id))
      ? clock.after(SWEEP_MS, () => this.#sweep())
      : null;
  }

  /** From here on the message is what the database says. */
  #settle(taskId: string, turn: Turn): void {
    const open = this.#open.get(taskId);
    if (open?.delete(turn) !== true) return;
    turn.message.flush();
    if (open.size === 0) this.#open.delete(taskId);
  }
}

const recordOf = (group: number, identity: string): GroupRecord => ({ group, identity });

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

/** One line of text for the task list. */
function shortened(text: string): string {
  const line = stripVTControlCharacters(text)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  const characters = [...line];
  return characters.length <= STATE_MESSAGE_LIMIT
    ? line
    : `${characters.slice(0, STATE_MESSAGE_LIMIT - 1).join('')}…`;
}
