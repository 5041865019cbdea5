import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createStateDirectory } from '../../config/directories.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import { neverAborted } from '../../platform/never-aborted.ts';
import type { AgentRuntime, CloseOptions } from '../agent-runtime.ts';
import { fillPlaceholders, readsPromptFromStdin } from '../agents/agent-command-line.ts';
import { userShell } from '../agents/shell.ts';
import { makeSocketDirectory } from '../processes/command-environment.ts';
import { CommandRun, type TurnOutcome } from '../processes/command-run.ts';
import type { OwnedProcesses } from '../processes/owned-processes.ts';

/** A turn of a task: one run of a command. */
export interface OneShotTurn {
  readonly taskId: string;
  /** Distinguishes the turns of a task, because background processes of an earlier one may still write. */
  readonly messageId: number;
  /** The command line with placeholders. */
  readonly line: readonly string[];
  readonly prompt: string;
  /** The agent's id of the session, for its placeholder. */
  readonly session: string;
  readonly env: NodeJS.ProcessEnv;
  /** Created if missing when `ownsDirectory`. */
  readonly directory: string;
  readonly ownsDirectory: boolean;
}

/** Receives what happens in the turns of tasks. Must not throw. */
export interface OneShotListener {
  /** stdout and stderr. */
  output(turn: OneShotTurn, bytes: Buffer): void;
  /** The command has ended; its background processes may still write. */
  turnEnded(turn: OneShotTurn, outcome: TurnOutcome): void;
  /** No process can write any more. Comes after `turnEnded`. */
  outputEnded(turn: OneShotTurn): void;
}

export interface OneShotRuntimeOptions {
  readonly clock: Clock;
  readonly processes: OwnedProcesses;
  readonly listener: OneShotListener;
  /** Path of a private directory for named pipes. */
  readonly pipeDirectory: string;
  /** Directory for files that the task's agent keeps between turns. */
  readonly privateDirectory: (taskId: string) => string;
  /** Directory for the sockets of a task's tmux and screen. */
  readonly socketDirectory: (taskId: string) => string;
  /** Time between SIGTERM and SIGKILL after an interrupt, ms. */
  readonly graceMs: number;
}

interface RunningTurn {
  readonly run: CommandRun;
  /** Resolves when the end of the turn was reported. Never rejects. */
  readonly reported: Promise<void>;
}

/** Runs each turn as a command of its own, which gets the prompt once and asks nothing. */
export class OneShotRuntime implements AgentRuntime<OneShotTurn, never> {
  readonly #setup: OneShotRuntimeOptions;
  readonly #running = new Map<string, RunningTurn>();
  /** Runs whose output has not ended, by task. */
  readonly #open = new Map<string, Set<CommandRun>>();

  constructor(setup: OneShotRuntimeOptions) {
    this.#setup = setup;
  }

  isRunning(taskId: string): boolean {
    return this.#running.has(taskId);
  }

  begin(turn: OneShotTurn): void {
    const { clock, processes, listener, pipeDirectory } = this.#setup;
    const { taskId, prompt, session, env } = turn;
    const own = this.#setup.privateDirectory(taskId);
    const file = path.join(own, 'prompt');
    const values = { prompt, prompt_file: file, session, private: own, shell: userShell(env) };
    let groupStored = Promise.resolve();
    const run = new CommandRun({
      clock,
      argv: fillPlaceholders(turn.line, values),
      directory: turn.directory,
      env,
      input: readsPromptFromStdin(turn.line) ? file : null,
      prepare: () => this.#prepare(turn, own, file),
      pipeDirectory,
      onOutput: (bytes) => listener.output(turn, bytes),
      onStarted: (group) => {
        groupStored = processes.record(taskId, group);
      },
    });
    processes.turnStarted(taskId);
    const reported = run.outcome.then(async (outcome) => {
      await groupStored;
      this.#running.delete(taskId);
      processes.turnEnded(taskId);
      listener.turnEnded(turn, outcome);
      processes.sweep();
    });
    this.#running.set(taskId, { run, reported });
    this.#open.set(taskId, (this.#open.get(taskId) ?? new Set()).add(run));
    void Promise.all([reported, run.closed]).then(() => {
      const open = this.#open.get(taskId);
      open?.delete(run);
      if (open?.size === 0) this.#open.delete(taskId);
      listener.outputEnded(turn);
    });
  }

  answer(): void {
    // A command asks nothing.
  }

  interrupt(taskId: string): void {
    const { graceMs } = this.#setup;
    this.#end(taskId, { graceMs, signal: neverAborted }).catch((error) =>
      console.error(`Interrupting task ${taskId}:`, error),
    );
  }

  close(taskId: string, options: CloseOptions): Promise<void> {
    return this.#end(taskId, options);
  }

  async closeAll(graceMs: number): Promise<void> {
    const options: CloseOptions = { reason: 'shutdown', graceMs, signal: neverAborted };
    const ends = [...this.#running.keys()].map((taskId) => this.close(taskId, options));
    for (const result of await Promise.allSettled(ends)) {
      if (result.status === 'rejected') console.error('Ending a task:', result.reason);
    }
  }

  /** Stops reading the output of a task that has no running turn. */
  discard(taskId: string): void {
    for (const run of this.#open.get(taskId) ?? []) run.stopReading();
  }

  async #end(taskId: string, options: Omit<CloseOptions, 'reason'>): Promise<void> {
    const running = this.#running.get(taskId);
    running?.run.cutOff();
    await this.#setup.processes.end(taskId, options);
    if (running !== undefined) await abortable(running.reported, options.signal);
  }

  #prepare({ taskId, ownsDirectory, directory, prompt }: OneShotTurn, own: string, file: string): void {
    for (const each of ownsDirectory ? [own, directory] : [own]) createStateDirectory(each);
    makeSocketDirectory(this.#setup.socketDirectory(taskId));
    // A new file: background processes of an earlier turn may still read the old one.
    rmSync(file, { force: true });
    writeFileSync(file, prompt, { mode: 0o600, flag: 'wx' });
  }
}

/** Waits for `promise`. Throws the signal's reason if it aborts first. */
export async function abortable(promise: Promise<void>, signal: AbortSignal): Promise<void> {
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
