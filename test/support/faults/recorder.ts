import { BackendError } from '../../../src/domain/errors.ts';
import type { AgentBackend } from '../../../src/domain/ports/backend.ts';
import type { Clock } from '../../../src/domain/ports/clock.ts';

export interface RecordedCall {
  readonly method: Method;
  /** The first argument, such as a task's id. */
  readonly about: string;
  /** Unix ms, by the client's clock. */
  readonly at: number;
  /** Unix ms; null while in flight. */
  ended: number | null;
  error: BackendError | null;
}

export type Method = Exclude<keyof AgentBackend, 'capabilities'>;

export interface Recorder {
  readonly backend: AgentBackend;
  readonly calls: readonly RecordedCall[];
  /** The number of calls in flight. */
  open(): number;
}

/** Wraps a backend and records its calls. */
export function recordCalls(backend: AgentBackend, clock: Clock): Recorder {
  const calls: RecordedCall[] = [];
  let open = 0;
  const recording = new Proxy(backend, {
    get(target, name) {
      const method = target[name as Method] as unknown;
      // Sends no request.
      if (typeof method !== 'function' || name === 'resolveFrom') return method;
      return async (...args: readonly unknown[]): Promise<unknown> => {
        const entry: RecordedCall = {
          method: name as Method,
          about: aboutOf(args[0]),
          at: clock.now(),
          ended: null,
          error: null,
        };
        calls.push(entry);
        open++;
        try {
          return await (method as (...all: readonly unknown[]) => Promise<unknown>)(...args);
        } catch (error) {
          entry.error = error instanceof BackendError ? error : null;
          throw error;
        } finally {
          entry.ended = clock.now();
          open--;
        }
      };
    },
  });
  return { backend: recording, calls, open: () => open };
}

function aboutOf(first: unknown): string {
  if (typeof first === 'string') return first;
  if (first instanceof AbortSignal || typeof first !== 'object' || first === null) return '';
  return 'id' in first ? String(first.id) : JSON.stringify(first);
}
