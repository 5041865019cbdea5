import { BackendError, type BackendErrorKind, errorText } from '../domain/errors.ts';
import { sleep } from '../platform/sleep.ts';
import { throwIfAborted } from './abort-error.ts';
import type { ScriptContext } from './context.ts';
import { writeNote } from './output.ts';

/** A server that restarts, or a laptop that sleeps, must not end a command that waits; ms. */
const RETRY_FOR_MS = 5 * 60_000;
const MAX_DELAY_MS = 15_000;
/** The longest Retry-After that is obeyed, ms: a timer of more than 24 days fires at once. */
const MAX_RETRY_AFTER_MS = 24 * 60 * 60_000;

const TRANSIENT: ReadonlySet<BackendErrorKind> = new Set([
  // A program that prints headers may fail once.
  'setup',
  'unreachable',
  'timeout',
  'server',
  'rate-limited',
  'busy',
]);

/**
 * Asks again and again what a waiting command wants to know. The very first request of a command may fail, so that a
 * wrong address is told at once; later, troubles that pass are waited out, and told once each.
 */
export class Retrier {
  readonly #context: ScriptContext;
  #hasSucceeded: boolean;

  /** `worked`: a request of this command was answered already. */
  constructor(context: ScriptContext, worked: boolean) {
    this.#context = context;
    this.#hasSucceeded = worked;
  }

  async run<Answer>(question: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
    const { clock, signal } = this.#context;
    let since: number | null = null;
    for (let failures = 1; ; failures += 1) {
      try {
        const answer = await question(signal);
        this.#hasSucceeded = true;
        return answer;
      } catch (error) {
        if (!this.#hasSucceeded || !(error instanceof BackendError) || !TRANSIENT.has(error.kind))
          throw error;
        const now = clock.monotonic();
        since ??= now;
        if (now - since > RETRY_FOR_MS) throw error;
        if (failures === 1) await writeNote(this.#context.io, `${errorText(error)} Trying again.`);
        await sleep(clock, retryDelay(failures, error.retryAfterMs), signal);
        throwIfAborted(signal);
      }
    }
  }
}

/** 1 s, then twice as long each time, up to 15 s; longer when the server says so with `retryAfterMs`. */
const retryDelay = (failures: number, retryAfterMs = 0): number =>
  Math.max(Math.min(MAX_DELAY_MS, 1_000 * 2 ** (failures - 1)), Math.min(MAX_RETRY_AFTER_MS, retryAfterMs));

/** How long to wait before looking at a task again, ms: 250 at first, twice as long each time, up to `longest`. */
export const pollDelay = (polls: number, longest: number): number => Math.min(longest, 250 * 2 ** polls);
