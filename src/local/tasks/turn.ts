import { setImmediate as nextRound } from 'node:timers/promises';
import type { Clock } from '../../domain/ports/clock.ts';
import { sleep } from '../../platform/sleep.ts';
import { describeSystemError } from '../../platform/system-error.ts';
import {
  launch,
  type ProcessExit,
  type ProcessGroupRecord,
  type RunningGroup,
} from '../processes/process-group.ts';
import type { StreamingMessage } from './streaming-message.ts';

/** Why the server ends a turn before its command has finished. */
export interface CutOffReason {
  /** For the transcript. */
  readonly remark: string;
  readonly state: 'idle' | 'failure';
  /** For the task list. */
  readonly message: string;
}

export type TurnOutcome =
  | { readonly kind: 'ended'; readonly exit: ProcessExit }
  | { readonly kind: 'cut-off'; readonly cutOff: CutOffReason }
  | { readonly kind: 'not-started'; readonly reason: string };

export interface TurnOptions {
  readonly clock: Clock;
  readonly message: StreamingMessage;
  readonly argv: readonly string[];
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
  /** Path of the file for standard input; null for none. */
  readonly input: string | null;
  /** Creates the directories and files that the command needs. If it throws, the turn does not start. */
  readonly prepare: () => void;
  readonly pipeDirectory: string;
  readonly onStarted: (record: ProcessGroupRecord) => void;
}

/** A command can write this many bytes before it has to wait, so that its output does not use a whole CPU. */
const READ_BURST_BYTES = 256 * 1024;
/** The length of that wait, ms; allows about 60 MiB/s. */
const READ_GAP_MS = 4;
/** Maximum wait for the rest of the output while background processes hold it open after the command, ms. */
const DRAIN_TIMEOUT_MS = 100;

const neverAborted = new AbortController().signal;

/** One run of an agent command, from its start to the end of its output. */
export class Turn {
  readonly message: StreamingMessage;
  /** Resolves when the first process has ended and its output is in the message. Never rejects. */
  readonly outcome: Promise<TurnOutcome>;
  /** Resolves at the end of the output, which background processes can hold open after the turn. */
  readonly closed: Promise<void>;
  readonly #setup: TurnOptions;
  readonly #startAborted = new AbortController();
  #cutOff: CutOffReason | null = null;
  #group: RunningGroup | null = null;
  #record: ProcessGroupRecord | null = null;

  constructor(setup: TurnOptions) {
    this.#setup = setup;
    this.message = setup.message;
    const closed = Promise.withResolvers<void>();
    this.closed = closed.promise;
    this.outcome = this.#run(closed.resolve);
  }

  /** Records why the turn is about to end. The caller ends its processes. */
  cutOff(reason: CutOffReason): void {
    this.#cutOff ??= reason;
    this.#startAborted.abort();
  }

  /** The process group; null before it is started. */
  get record(): ProcessGroupRecord | null {
    return this.#record;
  }

  /** Stops reading the output. */
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
    const exit = await this.#group.exited;
    await Promise.race([this.closed, this.#drained()]);
    return this.#cutOff === null ? { kind: 'ended', exit } : { kind: 'cut-off', cutOff: this.#cutOff };
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
    // Reading fails only after `close`.
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
