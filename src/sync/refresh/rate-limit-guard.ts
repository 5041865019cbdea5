import { BackendError } from '../../domain/errors.ts';
import type { AgentBackend } from '../../domain/ports/backend.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import { boundedRetryAfterMs } from './back-off.ts';
import { dedupeRequests } from './dedupe-requests.ts';

type Method = Exclude<keyof AgentBackend, 'capabilities'>;

interface RetryAfterWait {
  /** Unix ms. */
  readonly until: number;
  readonly error: BackendError;
}

/**
 * Wraps a backend and enforces Retry-After: until the time is over, calls fail locally with the server's error and the
 * remaining time. Concurrent template requests share one request. A wait holds for one method and subject, because
 * servers limit each path separately (Coder: per user and path).
 */
export function guardRateLimits(backend: AgentBackend, clock: Pick<Clock, 'now'>): AgentBackend {
  const waits = new Map<string, RetryAfterWait>();
  const shareRequest = dedupeRequests<unknown>();

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

  async function request(method: Method, args: readonly unknown[]): Promise<unknown> {
    const key = `${method} ${subjectKey(args[0])}`;
    throwIfWaiting(key);
    const send = backend[method] as (...args: readonly unknown[]) => Promise<unknown>;
    try {
      const [signal, onProgress] = args;
      return method === 'templates' && signal instanceof AbortSignal
        ? await shareRequest(key, send, signal, onProgress as (() => void) | undefined)
        : await send(...args);
    } catch (error) {
      const ms = error instanceof BackendError ? (boundedRetryAfterMs(error) ?? 0) : 0;
      if (error instanceof BackendError && ms > 0) waits.set(key, { until: clock.now() + ms, error });
      throw error;
    }
  }

  return new Proxy(backend, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' && name !== 'resolveFrom'
        ? (...args: readonly unknown[]) => request(name as Method, args)
        : value;
    },
  });
}

/** Identifies the subject of a call: a task or a build by id, a list by its query. All new tasks share a key. */
function subjectKey(first: unknown): string {
  if (typeof first === 'string') return first;
  if (typeof first !== 'object' || first === null || first instanceof AbortSignal) return '';
  if ('id' in first) return String(first.id);
  return 'prompt' in first ? '' : JSON.stringify(first);
}
