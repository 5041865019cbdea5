import { BackendError } from '../domain/errors.ts';
import type { ApiRequest, ApiResponse } from './call.ts';
import { ROUTE_NOT_FOUND } from './http-error.ts';
import { tasksUnavailable } from './tasks-unavailable.ts';

/** Everything that lies under the tasks' prefix, by what it is for. */
type TasksEndpoint = 'list' | 'create' | 'get' | 'remove' | 'input' | 'logs' | 'send' | 'pause' | 'resume';

/** A request below the tasks' prefix, which its path lacks: empty, or beginning with a slash. */
export type TasksRequest = ApiRequest;

export interface RoutedResponse {
  readonly response: ApiResponse;
  /** With the path that was used in the end. */
  readonly request: ApiRequest;
}

export interface TasksRoutes {
  /** @throws BackendError `no-tasks` when the server has no Tasks, `invalid` when only this is missing. */
  request(endpoint: TasksEndpoint, call: TasksRequest, signal: AbortSignal): Promise<RoutedResponse>;
  /** The same, but null when this server knows the request under no prefix. */
  requestIfSupported(
    endpoint: TasksEndpoint,
    request: TasksRequest,
    signal: AbortSignal,
  ): Promise<RoutedResponse | null>;
}

/** Stable since 2.29; before that, and for pause and resume still in 2.31, there was only the second one. */
const PREFIXES = ['/api/v2/tasks', '/api/experimental/tasks'] as const;
type Prefix = (typeof PREFIXES)[number];

/**
 * Finds out which prefix a server has each request under. Endpoints moved one by one from version to version, so
 * each is remembered for itself; a server that was upgraded meanwhile is asked under the other prefix again.
 */
export function createTasksRoutes(
  send: (call: ApiRequest, signal: AbortSignal) => Promise<ApiResponse>,
  /** The server's version, or null when it does not say. */
  version: (signal: AbortSignal) => Promise<string | null>,
): TasksRoutes {
  const knownPrefixes = new Map<TasksEndpoint, Prefix>();

  async function requestIfSupported(endpoint: TasksEndpoint, relative: TasksRequest, signal: AbortSignal) {
    const last = knownPrefixes.get(endpoint);
    const order = last === undefined ? PREFIXES : [last, ...PREFIXES.filter((prefix) => prefix !== last)];
    for (const prefix of order) {
      const request: ApiRequest = { ...relative, path: prefix + relative.path };
      try {
        const response = await send(request, signal);
        knownPrefixes.set(endpoint, prefix);
        return { response, request };
      } catch (error) {
        if (isRouteNotFound(error)) continue;
        // A refusal of Coder's own shows that the path is there; a proxy's error shows nothing.
        if (isCoderError(error)) knownPrefixes.set(endpoint, prefix);
        throw error;
      }
    }
    knownPrefixes.delete(endpoint);
    return null;
  }

  /** Which of the two it is: no Tasks at all, or a version that lacks this one request. */
  async function unsupportedError(endpoint: TasksEndpoint, signal: AbortSignal): Promise<BackendError> {
    const probe: TasksRequest = { method: 'GET', path: '', query: { q: 'owner:me' } };
    const hasTasks =
      knownPrefixes.size > 0 ||
      (endpoint !== 'list' && (await requestIfSupported('list', probe, signal)) !== null);
    const found = await version(signal);
    if (!hasTasks) return tasksUnavailable(found);
    return new BackendError({
      kind: 'invalid',
      message: `This server${found === null ? '' : ` (Coder ${found})`} is too old for that.`,
      status: 404,
      tookEffect: 'no',
    });
  }

  return {
    requestIfSupported,
    async request(endpoint, relative, signal) {
      const routed = await requestIfSupported(endpoint, relative, signal);
      if (routed === null) throw await unsupportedError(endpoint, signal);
      return routed;
    },
  };
}

const isRouteNotFound = (error: unknown): boolean =>
  error instanceof BackendError && error.status === 404 && error.message === ROUTE_NOT_FOUND;

const isCoderError = (error: unknown): boolean =>
  error instanceof BackendError &&
  (error.kind === 'not-found' ||
    error.kind === 'conflict' ||
    error.kind === 'invalid' ||
    error.kind === 'forbidden' ||
    error.kind === 'busy');
