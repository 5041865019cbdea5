import { setImmediate as nextRound } from 'node:timers/promises';
import type { Clock } from '../domain/ports/clock.ts';
import { sleep } from '../platform/sleep.ts';
import { describeSystemError } from '../platform/system-error.ts';
import { launch, type ProcessExit, type ProcessGroupRecord, type RunningGroup } from './process-group.ts';
import type { StreamingMessage } from './streaming-message.ts';

/** Why a turn ends before its command does. */
export interface CutOffReason {
  /** For the transcript. */
  readonly remark: string;
  readonly state: 'idle' | 'failure';
  /** For the task list. */
  readonly message: string;
}

/** How a turn came to its end. */
export type TurnOutcome =
  | { readonly kind: 'ended'; readonly ending: ProcessExit }
  | { readonly kind: 'cut-off'; readonly cutOff: CutOffReason }
  | { readonly kind: 'not-started'; readonly reason: string };

export interface TurnOptions {
  readonly clock: Clock;
  readonly message: StreamingMessage;
  readonly argv: readonly string[];
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
  /** File that the command reads as its standard input; null for none. */
  readonly input: string | null;
  /** Makes the directories and files that the command needs. What throws here is why the turn could not start. */
  readonly prepare: () => void;
  readonly pipeDirectory: string;
  readonly onStarted: (record: ProcessGroupRecord) => void;
}

/** One command may write this much, bytes, before it has to wait: a flood shall not take a whole processor. */
const READ_BURST_BYTES = 256 * 1024;
/** So long, ms. Some 60 MiB a second are still read. */
const READ_GAP_MS = 4;
/** How long the output of a command that has ended is waited for when background processes hold it open, ms. */
const DRAIN_TIMEOUT_MS = 100;

const neverAborted = new AbortController().signal;

/** One run of an agent command: from the start of its process to the last of its output. */
export class Turn {
  readonly message: StreamingMessage;
  /** Resolves when the first process is gone and what it wrote is in the message. Never rejects. */
  readonly outcome: Promise<TurnOutcome>;
  /** Resolves when nobody can write to the message any more; background processes may outlive the turn. */
  readonly closed: Promise<void>;
  readonly #setup: TurnOptions;
  readonly #startAborted = new AbortController();
  #cutOff: CutOffReason | null = null;
  #group: RunningGroup | null = null;
  #record: ProcessGroupRecord | null = null;

  constructor(setup: TurnOptions) {
    this.#setup = setup;
    this.message = setup.message;
    const read = Promise.withResolvers<void>();
    this.closed = read.promise;
    this.outcome = this.#run(read.resolve);
  }

  /** Says why the turn is about to end. Ending its processes is the caller's part. */
  cutOff(why: CutOffReason): void {
    this.#cutOff ??= why;
    this.#startAborted.abort();
  }

  /** The group of its process; null before there is one. */
  get record(): ProcessGroupRecord | null {
    return this.#record;
  }

  /** Stops reading, whoever still writes. */
  close(): void {
    this.#group?.output.destroy();
  }

  async #run(onClosed: () => void): Promise<TurnOutcome> {
    try {
      this.#setup.prepare();
      this.#group = await launch({
        ...this.#setup,
        onStarted: (record) => {
          this.#record = record;
          this.#setup.onStarted(record);
        },
        signal: this.#startAborted.signal,
      });
    } catch (error) {
      onClosed();
      if (this.#cutOff !== null) return { kind: 'cut-off', cutOff: this.#cutOff };
      return { kind: 'not-started', reason: describeSystemError(error) };
    }
    this.#read(this.#group, onClosed);
    const ending = await this.#group.exited;
    await Promise.race([this.closed, this.#drained()]);
    return this.#cutOff === null ? { kind: 'ended', ending } : { kind: 'cut-off', cutOff: this.#cutOff };
  }

  #read({ output }: RunningGroup, onClosed: () => void): void {
    let burst = 0;
    output.on('data', (bytes: Buffer) => {
      this.message.push(bytes);
      burst += bytes.length;
      if (burst < READ_BURST_BYTES) return;
      output.pause();
      this.#setup.clock.after(READ_GAP_MS, () => {
        burst = 0;
        output.resume();
      });
    });
    // Reading fails only when we close it.
    output.on('error', () => undefined);
    output.once('close', onClosed);
  }

  /** A timer alone may fire before bytes that have long been there were read. */
  async #drained(): Promise<void> {
    await sleep(this.#setup.clock, DRAIN_TIMEOUT_MS, neverAborted);
    await nextRound();
    await nextRound();
  }
}
