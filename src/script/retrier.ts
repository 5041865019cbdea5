import { BackendError, type BackendErrorKind, errorText } from '../domain/errors.ts';
import { sleep } from '../platform/sleep.ts';
import { throwIfAborted } from './abort-error.ts';
import { writeNote } from './output.ts';
import type { ScriptContext } from './script-context.ts';

/** Long enough for a server restart, ms. */
const RETRY_FOR_MS = 5 * 60_000;
const MAX_DELAY_MS = 15_000;
/** Maximum Retry-After, ms: a timer of more than 24 days fires at once. */
const MAX_RETRY_AFTER_MS = 24 * 60 * 60_000;

const TRANSIENT: ReadonlySet<BackendErrorKind> = new Set([
  // The program that prints headers may fail once.
  'setup',
  'unreachable',
  'timeout',
  'server',
  'rate-limited',
  'busy',
]);

/**
 * Retries requests of a waiting command after transient errors, for up to five minutes, and writes the first error
 * of a series to stderr. Before the first success errors are thrown at once, so that a wrong URL fails immediately.
 */
export class Retrier {
  readonly #context: ScriptContext;
  #hasSucceeded: boolean;

  /** `hasSucceeded`: an earlier request of this command succeeded. */
  constructor(context: ScriptContext, hasSucceeded: boolean) {
    this.#context = context;
    this.#hasSucceeded = hasSucceeded;
  }

  async run<Result>(request: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const { clock, signal } = this.#context;
    let since: number | null = null;
    for (let failures = 1; ; failures += 1) {
      try {
        const result = await request(signal);
        this.#hasSucceeded = true;
        return result;
      } catch (error) {
        if (!this.#hasSucceeded || !(error instanceof BackendError) || !TRANSIENT.has(error.kind))
          throw error;
        const now = clock.monotonic();
        since ??= now;
        if (now - since > RETRY_FOR_MS) throw error;
        if (failures === 1) await writeNote(this.#context.io, `${errorText(error)} Retrying.`);
        await sleep(clock, retryDelay(failures, error.retryAfterMs), signal);
        throwIfAborted(signal);
      }
    }
  }
}

/** Milliseconds: 1 s, doubled for each failure up to 15 s, or `retryAfterMs` if longer. */
export const retryDelay = (failures: number, retryAfterMs = 0): number =>
  Math.max(Math.min(MAX_DELAY_MS, 1_000 * 2 ** (failures - 1)), Math.min(MAX_RETRY_AFTER_MS, retryAfterMs));

/** Delay before the next poll, ms: 250, doubled for each poll up to `maxMs`. */
export const pollDelay = (polls: number, maxMs: number): number => Math.min(maxMs, 250 * 2 ** polls);
