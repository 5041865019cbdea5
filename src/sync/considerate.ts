import { BackendError } from '../domain/errors.ts';
import type { AgentBackend } from '../domain/ports/backend.ts';
import type { Clock } from '../domain/ports/clock.ts';
import { boundedRetryAfterMs } from './back-off.ts';
import { sharing } from './sharing.ts';

type Method = Exclude<keyof AgentBackend, 'capabilities'>;

interface RetryAfterWait {
  /** Unix ms. */
  readonly until: number;
  readonly error: BackendError;
}

/**
 * The same backend, asked with manners, whoever asks and why: what the server said to wait for is not asked before, but
 * refused in the server's own words with what is left of the wait; and the templates are asked for once at a time. Servers
 * count each path for itself (Coder: by user and path), so that a wait holds for one thing that is asked of one task.
 */
export function considerate(backend: AgentBackend, clock: Pick<Clock, 'now'>): AgentBackend {
  const waits = new Map<string, RetryAfterWait>();
  const shareRequest = sharing<unknown>();

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
    const real = backend[method] as (...all: readonly unknown[]) => Promise<unknown>;
    try {
      const [signal, heard] = args;
      return method === 'templates' && signal instanceof AbortSignal
        ? await shareRequest(key, real, signal, heard as (() => void) | undefined)
        : await real(...args);
    } catch (error) {
      const ms = error instanceof BackendError ? (boundedRetryAfterMs(error) ?? 0) : 0;
      if (error instanceof BackendError && ms > 0) waits.set(key, { until: clock.now() + ms, error });
      throw error;
    }
  }

  return new Proxy(backend, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function'
        ? (...args: readonly unknown[]) => request(name as Method, args)
        : value;
    },
  });
}

/** What is asked about: a task or a build by its id, a list by its query. All new tasks are one. */
function subjectKey(first: unknown): string {
  if (typeof first === 'string') return first;
  if (typeof first !== 'object' || first === null || first instanceof AbortSignal) return '';
  if ('id' in first) return String(first.id);
  return 'prompt' in first ? '' : JSON.stringify(first);
}
