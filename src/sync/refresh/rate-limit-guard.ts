import { BackendError } from '../../domain/errors.ts';
import type { AgentBackend } from '../../domain/ports/backend.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import { type Around, decorate } from '../../platform/decorate.ts';
import { boundedRetryAfterMs } from './back-off.ts';
import { sharedCalls } from './dedupe-requests.ts';

interface RetryAfterWait {
  /** Unix ms. */
  readonly until: number;
  readonly error: BackendError;
}

/**
 * The backend, which enforces Retry-After in all its sources: until the time is over, calls fail locally with the
 * server's error and the remaining time. A wait holds for one method and subject, because servers limit each path
 * separately (Coder: per user and path). Concurrent template requests share one request.
 */
export const guardedBackend = (backend: AgentBackend, clock: Pick<Clock, 'now'>): AgentBackend =>
  decorate(decorate(backend, sharedCalls('templates')), rateLimitGuard(clock), ['sources']);

function rateLimitGuard(clock: Pick<Clock, 'now'>): Around {
  const waits = new Map<string, RetryAfterWait>();

  function throwIfWaiting(key: string): void {
    const wait = waits.get(key);
    if (wait === undefined) return;
    const retryAfterMs = wait.until - clock.now();
    if (retryAfterMs <= 0) return void waits.delete(key);
    const { error } = wait;
    throw new BackendError({
      ...error,
      message: error.message,
      retryAfterMs,
      tookEffect: 'no',
      cause: error,
    });
  }

  async function request(key: string, pending: Promise<unknown>): Promise<unknown> {
    try {
      return await pending;
    } catch (error) {
      const ms = error instanceof BackendError ? (boundedRetryAfterMs(error) ?? 0) : 0;
      if (error instanceof BackendError && ms > 0) waits.set(key, { until: clock.now() + ms, error });
      throw error;
    }
  }

  return ({ path, args }, proceed) => {
    const key = `${path} ${subjectKey(args)}`;
    try {
      throwIfWaiting(key);
    } catch (error) {
      return Promise.reject(error);
    }
    const result = proceed(args);
    return result instanceof Promise ? request(key, result) : result;
  };
}

/**
 * Identifies the subject of a call: a task or a build by id, an action with its task, a list by its query. All new tasks
 * share a key.
 */
function subjectKey([first, second]: readonly unknown[]): string {
  if (typeof first === 'string')
    return typeof second === 'object' && second !== null && 'id' in second ? `${first} ${second.id}` : first;
  if (typeof first !== 'object' || first === null || first instanceof AbortSignal) return '';
  if ('id' in first) return String(first.id);
  return 'prompt' in first ? '' : JSON.stringify(first);
}
