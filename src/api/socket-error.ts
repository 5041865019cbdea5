import { BackendError, type BackendErrorFacts } from '../domain/errors.ts';
import type { BaseUrl } from './base-url.ts';
import type { ApiRequest, ApiResponse } from './call.ts';
import type { ProxyInUse } from './network.ts';
import { badResponse } from './parse-response.ts';
import { ClosedByServer, InvalidFrames, RefusedUpgrade, SilentSocket } from './socket.ts';
import { transportError } from './transport-error.ts';

/** Coder's answer when a proxy in front of it removed the header of the upgrade. */
export const isUpgradeRequired = ({ status }: ApiResponse): boolean => status === 426;

/**
 * The BackendError for an error of `openWebSocket`. An error of a handler stays as it is. A refused upgrade whose answer
 * is not an error counts as blocked.
 */
export function socketError(
  error: unknown,
  request: ApiRequest,
  baseUrl: BaseUrl,
  proxy: ProxyInUse | null,
): unknown {
  const errorOf = (facts: Omit<BackendErrorFacts, 'tookEffect'>) =>
    new BackendError({ ...facts, tookEffect: 'no' });
  const { host } = baseUrl;

  if (error instanceof BackendError) return error;
  if (error instanceof RefusedUpgrade)
    return errorOf({
      kind: 'server',
      message: `${host} did not open a WebSocket (status ${error.response.status}).`,
      hint: BLOCKED_HINT,
      status: error.response.status,
    });
  if (error instanceof SilentSocket)
    return errorOf({ kind: 'timeout', message: `${host} stopped sending.`, cause: error });
  if (error instanceof InvalidFrames) return badResponse(request, error.message);
  if (error instanceof ClosedByServer)
    return errorOf({
      kind: 'server',
      message: error.reason || `${host} closed the connection (code ${error.code}).`,
      cause: error,
    });
  if (isHandshakeError(error))
    return errorOf({
      kind: 'server',
      message: `The answer of ${host} opens no WebSocket.`,
      hint: BLOCKED_HINT,
      cause: error,
    });
  return isConnectionError(error) ? transportError(error, request, baseUrl, proxy, undefined) : error;
}

const BLOCKED_HINT = 'Check whether a proxy in front of the server blocks WebSockets.';

/** The messages of `ws` about an invalid answer to the upgrade, which have no code. */
const isHandshakeError = (error: unknown): boolean =>
  error instanceof Error &&
  !('code' in error) &&
  /^(?:Invalid (?:Upgrade|Sec-WebSocket)|Server (?:sent|indicated))/u.test(error.message);

const isConnectionError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string';
