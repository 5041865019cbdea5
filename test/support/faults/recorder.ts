import { BackendError } from '../../../src/domain/errors.ts';
import type { AgentBackend } from '../../../src/domain/ports/backend.ts';
import type { Clock } from '../../../src/domain/ports/clock.ts';

/** One request that the client made. */
export interface RecordedCall {
  readonly method: Method;
  /** What it was about, such as a task's id. */
  readonly about: string;
  /** Unix ms, by the client's clock. */
  readonly at: number;
  /** The same; null while it is under way. */
  ended: number | null;
  error: BackendError | null;
}

export type Method = Exclude<keyof AgentBackend, 'capabilities'>;

export interface Recorder {
  readonly backend: AgentBackend;
  readonly calls: readonly RecordedCall[];
  /** How many are under way. */
  open(): number;
}

/** Notes what is asked of a backend. */
export function recordCalls(backend: AgentBackend, clock: Clock): Recorder {
  const asked: RecordedCall[] = [];
  let open = 0;
  const noted = new Proxy(backend, {
    get(target, name) {
      const method = target[name as Method] as unknown;
      if (typeof method !== 'function') return method;
      return async (...args: readonly unknown[]): Promise<unknown> => {
        const entry: RecordedCall = {
          method: name as Method,
          about: aboutOf(args[0]),
          at: clock.now(),
          ended: null,
          error: null,
        };
        asked.push(entry);
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
  return { backend: noted, calls: asked, open: () => open };
}

function aboutOf(first: unknown): string {
  if (typeof first === 'string') return first;
  if (first instanceof AbortSignal || typeof first !== 'object' || first === null) return '';
  return 'id' in first ? String(first.id) : JSON.stringify(first);
}
