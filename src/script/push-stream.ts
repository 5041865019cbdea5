import { BackendError } from '../domain/errors.ts';
import { sleep } from '../platform/sleep.ts';
import { retryDelay } from './retrier.ts';
import type { ScriptContext } from './script-context.ts';

/** A stream that was open for this long does not count as a failure when it breaks, ms. */
const STABLE_MS = 30_000;

/** Opens the stream, calls `onEvent` when it is open and after each change, and ends with it. */
export type OpenStream = (onEvent: () => void, signal: AbortSignal) => Promise<void>;

/**
 * One stream of a waiting command, opened again with growing delays whenever it ended. The command polls while it is not
 * healthy, so that a failure of the stream itself is no error of the command.
 */
export class PushStream {
  readonly #context: Pick<ScriptContext, 'clock'>;
  readonly #ending = new AbortController();
  readonly #signal: AbortSignal;
  #isHealthy = false;

  /** `onChange`: called after each event, and when a healthy stream broke: changes may be missing. */
  constructor(context: Pick<ScriptContext, 'clock' | 'signal'>, open: OpenStream, onChange: () => void) {
    this.#context = context;
    this.#signal = AbortSignal.any([context.signal, this.#ending.signal]);
    void this.#run(open, onChange);
  }

  /** Whether it is open and has called `onEvent`. */
  get isHealthy(): boolean {
    return this.#isHealthy;
  }

  close(): void {
    this.#ending.abort();
  }

  async #run(open: OpenStream, onChange: () => void): Promise<void> {
    const { clock } = this.#context;
    for (let failures = 1; !this.#signal.aborted; failures += 1) {
      const startedAt = clock.monotonic();
      let retryAfterMs: number | undefined;
      try {
        await open(() => {
          if (this.#signal.aborted) return;
          this.#isHealthy = true;
          onChange();
        }, this.#signal);
      } catch (error) {
        if (error instanceof BackendError) ({ retryAfterMs } = error);
      }
      const wasHealthy = this.#isHealthy;
      this.#isHealthy = false;
      if (wasHealthy && !this.#signal.aborted) onChange();
      if (wasHealthy && clock.monotonic() - startedAt >= STABLE_MS) failures = 1;
      await sleep(clock, retryDelay(failures, retryAfterMs), this.#signal);
    }
  }
}

/** Ends a wait early: a hint that something changed. */
export class Hint {
  #isPending = false;
  #wake = (): void => {};

  give(): void {
    this.#isPending = true;
    this.#wake();
  }

  /** Resolves at the next hint, at once for one since the last wait, after `ms`, or when the signal aborts. */
  async wait(clock: ScriptContext['clock'], ms: number, signal: AbortSignal): Promise<void> {
    const ended = new AbortController();
    this.#wake = () => ended.abort();
    if (this.#isPending) ended.abort();
    await sleep(clock, ms, AbortSignal.any([signal, ended.signal]));
    this.#wake = () => {};
    this.#isPending = false;
  }
}
