import { BackendError } from '../../domain/errors.ts';
import { chatsRefused, chatsUnavailable } from '../../domain/unavailable.ts';
import type { ApiRequest, ApiResponse } from '../call.ts';
import type { Connection } from '../connection.ts';
import { isCoderError, isRouteNotFound } from '../http-error.ts';

/** The first exists since 2.37, the second until 2.37. */
const PREFIXES = ['/api/v2', '/api/experimental'] as const;
type ChatsPrefix = (typeof PREFIXES)[number];

export interface RoutedResponse {
  readonly response: ApiResponse;
  /** With the complete path. */
  readonly request: ApiRequest;
}

export interface ChatsRoutes {
  /** The prefix of the last answer; null before the first one, and for a server without Chats. */
  readonly prefix: ChatsPrefix | null;
  /**
   * Sends a request of which the path is relative to `/chats`: empty, or with a leading slash.
   * @throws BackendError `no-tasks` when the server has no Chats, `invalid` when it lacks only this endpoint
   */
  request(request: ApiRequest, signal: AbortSignal): Promise<RoutedResponse>;
  /**
   * Opens a WebSocket of which the path is relative to `/chats`, and resolves when the server ends it. A server without
   * Chats gets no upgrade. Rejects as `request` does.
   */
  readonly openSocket: Connection['openSocket'];
  /**
   * Finds the prefix, for paths that are not below `/chats`. Sends a request only before the first answer. Rejects with
   * a BackendError `no-tasks` when the server has no Chats.
   */
  findPrefix(signal: AbortSignal): Promise<ChatsPrefix>;
}

/** The cheapest request that every server with Chats answers. */
const PROBE: ApiRequest = { method: 'GET', path: '', query: { limit: '1' } };

/**
 * Finds the prefix of Chats, which all endpoints share, with the first request, and remembers it. Tries the other prefix
 * again when a path is missing: the server may have been upgraded.
 */
export function createChatsRoutes(
  { request: send, openSocket }: Pick<Connection, 'request' | 'openSocket'>,
  /** Null for an unknown version. */
  version: (signal: AbortSignal) => Promise<string | null>,
): ChatsRoutes {
  let known: ChatsPrefix | null = null;

  const prefixesInOrder = (): readonly ChatsPrefix[] =>
    known === null ? PREFIXES : [known, ...PREFIXES.filter((prefix) => prefix !== known)];

  /** Null when neither prefix has the path. */
  async function requestIfSupported(
    relative: ApiRequest,
    signal: AbortSignal,
  ): Promise<RoutedResponse | null> {
    for (const prefix of prefixesInOrder()) {
      const request: ApiRequest = { ...relative, path: `${prefix}/chats${relative.path}` };
      try {
        const response = await send(request, signal);
        known = prefix;
        return { response, request };
      } catch (error) {
        if (isRouteNotFound(error)) continue;
        if (isCoderError(error)) known = prefix;
        throw error;
      }
    }
    return null;
  }

  async function findPrefix(signal: AbortSignal): Promise<ChatsPrefix> {
    if (known === null) await routes.request(PROBE, signal);
    return known ?? PREFIXES[0];
  }

  const routes: ChatsRoutes = {
    get prefix() {
      return known;
    },
    findPrefix,

    async request(relative, signal) {
      const isList = relative.method === 'GET' && relative.path === '';
      const routed = await requestIfSupported(relative, signal).catch(async (error: unknown) => {
        // Everyone else may list chats, if only none.
        const isRefused = isList && error instanceof BackendError && error.kind === 'forbidden';
        throw isRefused ? chatsRefused(await version(signal), error) : error;
      });
      if (routed !== null) return routed;
      throw await missingPath(isList, signal);
    },

    async openSocket(relative, handlers, signal) {
      await findPrefix(signal);
      for (const prefix of prefixesInOrder()) {
        try {
          return await openSocket(
            { ...relative, path: `${prefix}/chats${relative.path}` },
            {
              ...handlers,
              onOpen(send) {
                known = prefix;
                handlers.onOpen?.(send);
              },
            },
            signal,
          );
        } catch (error) {
          if (!isRouteNotFound(error)) throw error;
        }
      }
      throw await missingPath(false, signal);
    },
  };

  /** The error when neither prefix has a path; that of the list proves that the server has no Chats. */
  async function missingPath(isList: boolean, signal: AbortSignal): Promise<BackendError> {
    const hasChats = !isList && (await requestIfSupported(PROBE, signal)) !== null;
    if (!hasChats) known = null;
    const found = await version(signal);
    if (!hasChats) return chatsUnavailable(found);
    return new BackendError({
      kind: 'invalid',
      message: `This server${found === null ? '' : ` (Coder ${found})`} is too old for this action.`,
      status: 404,
      tookEffect: 'no',
    });
  }

  return routes;
}
