import type { Clock } from '../../domain/ports/clock.ts';
import type { Repository } from './repository.ts';
import { writeWithRetry } from './write-with-retry.ts';

/**
 * Runs writes in the order of their calls, each in one transaction and with the rule of `writeWithRetry`. A write that
 * cannot be stored holds back the later ones.
 */
export class SerialWriter {
  readonly #setup: { readonly repository: Repository; readonly clock: Clock };
  readonly #signal: AbortSignal;
  readonly #waiting: (() => void)[] = [];
  #isWriting = false;
  #idle: (() => void)[] = [];

  /** After `signal` aborts, each write has one attempt. */
  constructor(setup: { readonly repository: Repository; readonly clock: Clock }, signal: AbortSignal) {
    this.#setup = setup;
    this.#signal = signal;
  }

  /** Runs `write` now if no other write waits. Logs errors. */
  write(write: () => void): void {
    this.#waiting.push(write);
    if (!this.#isWriting) void this.#run();
  }

  /** Resolves when no write waits. Never rejects. */
  settled(): Promise<void> {
    return this.#isWriting ? new Promise((resolve) => this.#idle.push(resolve)) : Promise.resolve();
  }

  async #run(): Promise<void> {
    this.#isWriting = true;
    for (let write = this.#waiting.shift(); write !== undefined; write = this.#waiting.shift()) {
      try {
        await writeWithRetry(this.#setup, write, this.#signal);
      } catch (error) {
        console.error('Cannot write:', error);
      }
    }
    this.#isWriting = false;
    const idle = this.#idle;
    this.#idle = [];
    for (const resolve of idle) resolve();
  }
}
