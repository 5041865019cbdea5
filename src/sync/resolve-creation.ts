import { BackendError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { Source } from '../domain/ports/source.ts';
import type { Task } from '../domain/task.ts';
import { sleep } from '../platform/sleep.ts';
import { backOff } from './refresh/back-off.ts';

/** A creation that does not show this long after its request ended did not happen: the server writes it at once. ms */
const ARRIVAL_TIMEOUT_MS = 10_000;
/** Looks end after this time: the server cannot be asked, ms. */
const TIMEOUT_MS = 10 * 60_000;
/** Between looks while the server answers, ms. */
const INTERVAL_MS = 2_000;

interface Looks {
  readonly source: Source;
  readonly creationId: string;
  readonly clock: Pick<Clock, 'monotonic' | 'after'>;
  readonly random: () => number;
}

/**
 * Finds out whether a creation without an answer took effect. Resolves to the task, to `absent` when the server certainly
 * has none, and to `unknown` when it cannot say or the signal ends the looks.
 */
export async function resolveCreation(
  { source, creationId, clock, random }: Looks,
  signal: AbortSignal,
): Promise<Task | 'absent' | 'unknown'> {
  const brokenAt = clock.monotonic();
  let failures = 0;
  while (!signal.aborted && clock.monotonic() - brokenAt < TIMEOUT_MS) {
    const requestedAt = clock.monotonic();
    try {
      const found = await source.findCreated?.(creationId, signal);
      if (found === undefined) return 'unknown';
      if (found !== null) return found;
      if (requestedAt - brokenAt >= ARRIVAL_TIMEOUT_MS) return 'absent';
      failures = 0;
    } catch (error) {
      if (!(error instanceof BackendError) || isFinal(error)) return 'unknown';
      failures++;
    }
    await sleep(clock, failures === 0 ? INTERVAL_MS : backOff(failures, random()), signal);
  }
  return 'unknown';
}

/** No later look can find out more. */
const isFinal = ({ kind }: BackendError): boolean =>
  kind === 'invalid' || kind === 'forbidden' || kind === 'no-tasks' || kind === 'internal';
