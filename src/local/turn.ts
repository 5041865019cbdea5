import { setImmediate as nextRound } from 'node:timers/promises';
import type { Clock } from '../domain/ports/clock.ts';
import { sleep } from '../platform/sleep.ts';
import { sentenceOfSystem } from '../platform/system-error.ts';
import type { GrowingMessage } from './growing.ts';
import { type Ending, type GroupRecord, launch, type RunningGroup } from './process-group.ts';

/** Why a turn ends before its command does. */
export interface CutOff {
  /** For the transcript. */
  readonly remark: string;
  readonly state: 'idle' | 'failure';
  /** For the task list. */
  readonly message: string;
}

/** How a turn came to its end. */
export type Outcome =
  | { readonly kind: 'ended'; readonly ending: Ending }
  | { readonly kind: 'cut off'; readonly cutOff: CutOff }
  | { readonly kind: 'not started'; readonly reason: string };

export interface TurnSetup {
  readonly clock: Clock;
  readonly message: GrowingMessage;
  readonly argv: readonly string[];
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
  /** File that the command reads as its standard input; null for none. */
  readonly input: string | null;
  /** Makes the directories and files that the command needs. What throws here is why the turn could not start. */
  readonly prepare: () => void;
  readonly pipes: string;
  readonly remember: (record: GroupRecord) => void;
}

/** One command may write this much, bytes, before it has to wait: a flood shall not take a whole processor. */
const SHARE = 256 * 1024;
/** So long, ms. Some 60 MiB a second are still read. */
const REST_MS = 4;
/** How long the output of a command that has ended is waited for when background processes hold it open, ms. */
const DRAIN_MS = 100;

const never = new AbortController().signal;

/** One run of an agent command: from the start of its process to the last of its output. */
export class Turn {
  readonly message: GrowingMessage;
  /** Resolves when the first process is gone and what it wrote is in the message. Never rejects. */
  readonly outcome: Promise<Outcome>;
  /** Resolves when nobody can write to the message any more; background processes may outlive the turn. */
  readonly closed: Promise<void>;
  readonly #setup: TurnSetup;
  readonly #giveUp = new AbortController();
  #cutOff: CutOff | null = null;
  #group: RunningGroup | null = null;
  #record: GroupRecord | null = null;

  constructor(setup: TurnSetup) {
    this.#setup = setup;
    this.message = setup.message;
    const read = Promise.withResolvers<void>();
    this.closed = read.promise;
    this.outcome = this.#run(read.resolve);
  }

  /** Says why the turn is about to end. Ending its processes is the caller's part. */
  cutOff(why: CutOff): void {
    this.#cutOff ??= why;
    this.#giveUp.abort();
  }

  /** The group of its process; null before there is one. */
  get record(): GroupRecord | null {
    return this.#record;
  }

  /** Stops reading, whoever still writes. */
  close(): void {
    this.#group?.output.destroy();
  }

  async #run(onClosed: () => void): Promise<Outcome> {
    try {
      this.#setup.prepare();
      this.#group = await launch({
        ...this.#setup,
        remember: (record) => {
          this.#record = record;
          this.#setup.remember(record);
        },
        signal: this.#giveUp.signal,
      });
    } catch (error) {
      onClosed();
      if (this.#cutOff !== null) return { kind: 'cut off', cutOff: this.#cutOff };
      return { kind: 'not started', reason: sentenceOfSystem(error) };
    }
    this.#read(this.#group, onClosed);
    const ending = await this.#group.ended;
    await Promise.race([this.closed, this.#drained()]);
    return this.#cutOff === null ? { kind: 'ended', ending } : { kind: 'cut off', cutOff: this.#cutOff };
  }

  #read({ output }: RunningGroup, onClosed: () => void): void {
    let share = 0;
    output.on('data', (bytes: Buffer) => {
      this.message.push(bytes);
      share += bytes.length;
      if (share < SHARE) return;
      output.pause();
      this.#setup.clock.after(REST_MS, () => {
        share = 0;
        output.resume();
      });
    });
    // Reading fails only when we close it.
    output.on('error', () => undefined);
    output.once('close', onClosed);
  }

  /** A timer alone may fire before bytes that have long been there were read. */
  async #drained(): Promise<void> {
    await sleep(this.#setup.clock, DRAIN_MS, never);
    await nextRound();
    await nextRound();
  }
}
