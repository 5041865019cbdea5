import { BackendError } from '../domain/errors.ts';
import { tasksUnavailable } from '../domain/unavailable.ts';
import type { ApiRequest, ApiResponse } from './call.ts';
import { isCoderError, isRouteNotFound } from './http-error.ts';

type TasksEndpoint = 'list' | 'create' | 'get' | 'remove' | 'input' | 'logs' | 'send' | 'pause' | 'resume';

/** Its path is relative to the Tasks prefix: empty, or with a leading slash. */
export type TasksRequest = ApiRequest;

export interface RoutedResponse {
  readonly response: ApiResponse;
  /** With the complete path. */
  readonly request: ApiRequest;
}

export interface TasksRoutes {
  /** The path below which the list is. Rejects like `request`. */
  findPath(signal: AbortSignal): Promise<string>;
  /** @throws BackendError `no-tasks` when the server has no Tasks, `invalid` when it lacks only this endpoint */
  request(endpoint: TasksEndpoint, request: TasksRequest, signal: AbortSignal): Promise<RoutedResponse>;
  /** Resolves to null when the server lacks the endpoint. */
  requestIfSupported(
    endpoint: TasksEndpoint,
    request: TasksRequest,
    signal: AbortSignal,
  ): Promise<RoutedResponse | null>;
}

/** The first exists since 2.29; for pause and resume 2.31 still has only the second. */
const PREFIXES = ['/api/v2/tasks', '/api/experimental/tasks'] as const;
type Prefix = (typeof PREFIXES)[number];

/** A request that every server with Tasks answers. */
const PROBE: TasksRequest = { method: 'GET', path: '', query: { q: 'owner:me' } };

/**
 * Finds the prefix of each endpoint and remembers it. Endpoints moved one by one between versions. After an upgrade of
 * the server it tries the other prefix again.
 */
export function createTasksRoutes(
  send: (request: ApiRequest, signal: AbortSignal) => Promise<ApiResponse>,
  /** Null for an unknown version. */
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
        if (isCoderError(error)) knownPrefixes.set(endpoint, prefix);
        throw error;
      }
    }
    knownPrefixes.delete(endpoint);
    return null;
  }

  async function unsupportedError(endpoint: TasksEndpoint, signal: AbortSignal): Promise<BackendError> {
    const hasTasks =
      knownPrefixes.size > 0 ||
      (endpoint !== 'list' && (await requestIfSupported('list', PROBE, signal)) !== null);
    const found = await version(signal);
    if (!hasTasks) return tasksUnavailable(found);
    return new BackendError({
      kind: 'invalid',
      message: `This server${found === null ? '' : ` (Coder ${found})`} is too old for this action.`,
      status: 404,
      tookEffect: 'no',
    });
  }

  async function request(endpoint: TasksEndpoint, relative: TasksRequest, signal: AbortSignal) {
    const routed = await requestIfSupported(endpoint, relative, signal);
    if (routed === null) throw await unsupportedError(endpoint, signal);
    return routed;
  }

  return {
    requestIfSupported,
    request,
    async findPath(signal) {
      if (!knownPrefixes.has('list')) await request('list', PROBE, signal);
      return knownPrefixes.get('list') ?? PREFIXES[0];
    },
  };
}
