import { BackendError } from '../../../src/domain/errors.ts';
import type { AgentBackend } from '../../../src/domain/ports/backend.ts';
import type { Clock } from '../../../src/domain/ports/clock.ts';
import type { Source } from '../../../src/domain/ports/source.ts';
import { type Around, decorate } from '../../../src/platform/decorate.ts';

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

/** A method of the backend or a source, or an action. */
export type Method =
  | Exclude<keyof AgentBackend | keyof Source, 'sources' | 'id' | 'capabilities' | 'run'>
  | 'pause'
  | 'resume'
  | 'delete'
  | 'interrupt'
  | 'archive';

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
  const record: Around = ({ name, args }, proceed) => {
    const at = clock.now();
    const result = proceed(args);
    // Anything else sends no request, and a stream is no request of its own time.
    if (!(result instanceof Promise) || name === 'watch' || name === 'follow') return result;
    // An action is recorded by its id.
    const [action, ...rest] = args;
    return name === 'run' ? recordCall(String(action), rest, at, result) : recordCall(name, args, at, result);
  };
  async function recordCall(name: string, args: readonly unknown[], at: number, result: Promise<unknown>) {
    const entry: RecordedCall = {
      method: name as Method,
      about: aboutOf(args[0]),
      at,
      ended: null,
      error: null,
    };
    calls.push(entry);
    open++;
    try {
      return await result;
    } catch (error) {
      entry.error = error instanceof BackendError ? error : null;
      throw error;
    } finally {
      entry.ended = clock.now();
      open--;
    }
  }
  return { backend: decorate(backend, record, ['sources']), calls, open: () => open };
}

function aboutOf(first: unknown): string {
  if (typeof first === 'string') return first;
  if (first instanceof AbortSignal || typeof first !== 'object' || first === null) return '';
  return 'id' in first ? String(first.id) : JSON.stringify(first);
}
