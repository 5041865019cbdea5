import path from 'node:path';
import { setImmediate as nextRound } from 'node:timers/promises';
import type { Clock } from '../../domain/ports/clock.ts';
import { neverAborted } from '../../platform/never-aborted.ts';
import { sleep } from '../../platform/sleep.ts';
import { describeSystemError } from '../../platform/system-error.ts';
import { launch, type ProcessExit, type ProcessGroupRecord, type RunningGroup } from './process-group.ts';

export type TurnOutcome =
  | { readonly kind: 'ended'; readonly exit: ProcessExit }
  /** The server ended it before the command had finished. */
  | { readonly kind: 'cut-off' }
  | { readonly kind: 'not-started'; readonly reason: string };

export interface CommandRunOptions {
  readonly clock: Clock;
  readonly argv: readonly string[];
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
  /** Path of the file for standard input; null for none. */
  readonly input: string | null;
  /** Creates the directories and files that the command needs. If it throws, the turn does not start. */
  readonly prepare: () => void;
  readonly pipeDirectory: string;
  /** stdout and stderr, in the order of writing. */
  readonly onOutput: (bytes: Buffer) => void;
  readonly onStarted: (record: ProcessGroupRecord) => void;
}

/** The directory for the named pipes of commands. LocalTasks makes it. */
export const pipeDirectoryIn = (stateDir: string): string => path.join(stateDir, 'pipes');

/** A command can write this many bytes before it has to wait, so that its output does not use a whole CPU. */
const READ_BURST_BYTES = 256 * 1024;
/** The length of that wait, ms; allows about 60 MiB/s. */
const READ_GAP_MS = 4;
/** Maximum wait for the rest of the output while background processes hold it open after the command, ms. */
const DRAIN_TIMEOUT_MS = 100;

/** One run of an agent command, from its start to the end of its output. */
export class CommandRun {
  /** Resolves when the first process has ended and its output was reported. Never rejects. */
  readonly outcome: Promise<TurnOutcome>;
  /** Resolves at the end of the output, which background processes can hold open. */
  readonly closed: Promise<void>;
  readonly #setup: CommandRunOptions;
  readonly #startAborted = new AbortController();
  #isCutOff = false;
  #group: RunningGroup | null = null;

  constructor(setup: CommandRunOptions) {
    this.#setup = setup;
    const closed = Promise.withResolvers<void>();
    this.closed = closed.promise;
    this.outcome = this.#run(closed.resolve);
  }

  /** Marks the run as cut off, and prevents its start. The caller ends its processes. */
  cutOff(): void {
    this.#isCutOff = true;
    this.#startAborted.abort();
  }

  /** Stops reading the output. */
  stopReading(): void {
    this.#group?.output.destroy();
  }

  async #run(onClosed: () => void): Promise<TurnOutcome> {
    try {
      this.#setup.prepare();
      this.#group = await launch({ ...this.#setup, signal: this.#startAborted.signal });
    } catch (error) {
      onClosed();
      if (this.#isCutOff) return { kind: 'cut-off' };
      return { kind: 'not-started', reason: describeSystemError(error) };
    }
    this.#read(this.#group, onClosed);
    const exit = await this.#group.exited;
    await Promise.race([this.closed, this.#drained()]);
    return this.#isCutOff ? { kind: 'cut-off' } : { kind: 'ended', exit };
  }

  #read({ output }: RunningGroup, onClosed: () => void): void {
    let burst = 0;
    output.on('data', (bytes: Buffer) => {
      this.#setup.onOutput(bytes);
      burst += bytes.length;
      if (burst < READ_BURST_BYTES) return;
      output.pause();
      this.#setup.clock.after(READ_GAP_MS, () => {
        burst = 0;
        output.resume();
      });
    });
    // Reading fails only after `stopReading`.
    output.on('error', () => undefined);
    output.once('close', onClosed);
  }

  /** Also yields to the event loop: a timer can fire before bytes that arrived earlier are read. */
  async #drained(): Promise<void> {
    await sleep(this.#setup.clock, DRAIN_TIMEOUT_MS, neverAborted);
    await nextRound();
    await nextRound();
  }
}
