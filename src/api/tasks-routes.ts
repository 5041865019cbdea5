import { BackendError } from '../domain/errors.ts';
import type { Answer, Call } from './call.ts';
import { noTasks } from './no-tasks.ts';
import { ROUTE_NOT_FOUND } from './refusal.ts';

/** Everything that lies under the tasks' prefix, by what it is for. */
type TasksEndpoint = 'list' | 'create' | 'get' | 'remove' | 'input' | 'logs' | 'send' | 'pause' | 'resume';

/** A request below the tasks' prefix, which its path lacks: empty, or beginning with a slash. */
export type TasksCall = Call;

export interface Answered {
  readonly answer: Answer;
  /** With the path that was used in the end. */
  readonly call: Call;
}

export interface TasksRoutes {
  /** @throws BackendError `no-tasks` when the server has no Tasks, `invalid` when only this is missing. */
  ask(endpoint: TasksEndpoint, call: TasksCall, signal: AbortSignal): Promise<Answered>;
  /** The same, but null when this server knows the request under no prefix. */
  askIfThere(endpoint: TasksEndpoint, call: TasksCall, signal: AbortSignal): Promise<Answered | null>;
}

/** Stable since 2.29; before that, and for pause and resume still in 2.31, there was only the second one. */
const PREFIXES = ['/api/v2/tasks', '/api/experimental/tasks'] as const;
type Prefix = (typeof PREFIXES)[number];

/**
 * Finds out which prefix a server has each request under. Endpoints moved one by one from version to version, so
 * each is remembered for itself; a server that was upgraded meanwhile is asked under the other prefix again.
 */
export function tasksRoutes(
  ask: (call: Call, signal: AbortSignal) => Promise<Answer>,
  /** The server's version, or null when it does not say. */
  version: (signal: AbortSignal) => Promise<string | null>,
): TasksRoutes {
  const known = new Map<TasksEndpoint, Prefix>();

  async function askIfThere(endpoint: TasksEndpoint, relative: TasksCall, signal: AbortSignal) {
    const last = known.get(endpoint);
    const order = last === undefined ? PREFIXES : [last, ...PREFIXES.filter((prefix) => prefix !== last)];
    for (const prefix of order) {
      const call: Call = { ...relative, path: prefix + relative.path };
      try {
        const answer = await ask(call, signal);
        known.set(endpoint, prefix);
        return { answer, call };
      } catch (error) {
        if (isNoRoute(error)) continue;
        // A refusal of Coder's own shows that the path is there; a proxy's error shows nothing.
        if (isCodersRefusal(error)) known.set(endpoint, prefix);
        throw error;
      }
    }
    known.delete(endpoint);
    return null;
  }

  /** Which of the two it is: no Tasks at all, or a version that lacks this one request. */
  async function missing(endpoint: TasksEndpoint, signal: AbortSignal): Promise<BackendError> {
    const probe: TasksCall = { method: 'GET', path: '', query: { q: 'owner:me' } };
    const hasTasks =
      known.size > 0 || (endpoint !== 'list' && (await askIfThere('list', probe, signal)) !== null);
    const found = await version(signal);
    if (!hasTasks) return noTasks(found);
    return new BackendError({
      kind: 'invalid',
      message: `This server${found === null ? '' : ` (Coder ${found})`} is too old for that.`,
      status: 404,
      tookEffect: 'no',
    });
  }

  return {
    askIfThere,
    async ask(endpoint, call, signal) {
      const answered = await askIfThere(endpoint, call, signal);
      if (answered === null) throw await missing(endpoint, signal);
      return answered;
    },
  };
}

const isNoRoute = (error: unknown): boolean =>
  error instanceof BackendError && error.status === 404 && error.message === ROUTE_NOT_FOUND;

const isCodersRefusal = (error: unknown): boolean =>
  error instanceof BackendError &&
  (error.kind === 'not-found' ||
    error.kind === 'conflict' ||
    error.kind === 'invalid' ||
    error.kind === 'forbidden' ||
    error.kind === 'busy');
