import type { Socket } from 'node:net';
import { RequestError, TimeoutError } from 'got';
import { BackendError, type BackendErrorFacts } from '../domain/errors.ts';
import { capitalize } from '../domain/text/format.ts';
import type { BaseUrl } from './base-url.ts';
import type { ApiRequest } from './call.ts';
import { ConnectTimeout, isHandshaking } from './happy-eyeballs.ts';
import type { ProxyInUse } from './network.ts';

/**
 * The error of a request without a complete response. `error` is got's error, or Node's for an upgrade; `socket` is
 * undefined before a connection.
 */
export function transportError(
  error: unknown,
  request: ApiRequest,
  { host }: BaseUrl,
  proxy: ProxyInUse | null,
  socket: Socket | undefined,
): BackendError {
  const errorOf = (
    kind: BackendErrorFacts['kind'],
    message: string,
    hint?: string,
    tookEffect: 'no' | 'maybe' = tookEffectOf(error, request, socket),
  ) =>
    new BackendError({
      kind,
      message,
      tookEffect,
      cause: causeWithoutSecrets(error),
      ...(hint ? { hint } : {}),
    });

  const failure = failureOf(error);
  if (failure === null) {
    return errorOf('unreachable', `Cannot make a request to ${host}.`);
  }
  if (failure.name === 'AbortError') return errorOf('aborted', 'Cancelled.');
  const timeout = timeoutOf(failure);
  if (timeout !== undefined) {
    return errorOf('timeout', timeoutMessage(timeout, request, host), TIMEOUT_HINTS.get(timeout.event));
  }
  const { code } = failure;
  if (code === 'ERR_PROXY_TUNNEL') {
    const { kind, message, hint } = proxyTunnelError(failure.cause, host, proxy);
    return errorOf(kind, message, hint, 'no');
  }
  if (CERTIFICATE_CODES.has(code) || code.startsWith('ERR_TLS_CERT')) {
    return errorOf(
      'unreachable',
      `Cannot trust the certificate of ${host} (${code}).`,
      CERTIFICATE_HINTS.get(code) ??
        'If your own authority signed it, set SSL_CERT_FILE to the certificate file of the authority.',
      'no',
    );
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL')) {
    return errorOf(
      'unreachable',
      `Cannot open a secure connection to ${host} (${code}).`,
      'Check http or https in the URL.',
    );
  }
  if (code.startsWith('HPE_')) {
    return errorOf('not-coder', `The server at ${host} does not speak HTTP.`, 'Check the URL and its port.');
  }
  const [message, hint] = CONNECTION_MESSAGES.get(code) ?? [
    `The connection to {} failed (${code}).`,
    undefined,
  ];
  return proxy === null
    ? errorOf('unreachable', message.replace('{}', host), hint)
    : errorOf('unreachable', message.replace('{}', proxyName(proxy)), proxyHint(proxy));
}

/**
 * Why the proxy did not connect to the server, which got nothing. Node's error has `proxyTunnelTimeout` after a
 * timeout, `statusCode` after an error status, and neither when the proxy closes the connection.
 */
function proxyTunnelError(cause: unknown, host: string, proxy: ProxyInUse | null) {
  if (cause instanceof Error && 'proxyTunnelTimeout' in cause) {
    return {
      kind: 'timeout',
      message: `${capitalize(proxyName(proxy))} did not connect to ${host} in time.`,
      hint: proxyHint(proxy),
    } as const;
  }
  const status = cause instanceof Error && 'statusCode' in cause ? cause.statusCode : undefined;
  if (status === undefined) {
    return {
      kind: 'unreachable',
      message: `${capitalize(proxyName(proxy))} closed the connection to ${host} without an answer.`,
      hint: proxyHint(proxy),
    } as const;
  }
  return {
    kind: 'unreachable',
    message: `${capitalize(proxyName(proxy))} refused to connect to ${host} (status ${String(status)}).`,
    hint: status === 407 ? PROXY_CREDENTIALS_HINT : proxyHint(proxy),
  } as const;
}

const proxyName = (proxy: ProxyInUse | null): string =>
  proxy === null ? 'the proxy' : `the proxy ${proxy.url.host} of ${proxy.variable}`;

const proxyHint = (proxy: ProxyInUse | null): string =>
  `Check ${proxy?.variable ?? 'HTTPS_PROXY'}. Hosts in NO_PROXY do not use the proxy.`;

/** For a proxy that answers 407. */
export const PROXY_CREDENTIALS_HINT =
  'Put the user name and password in HTTPS_PROXY: http://user:password@proxy.example.com:3128.';

const CUT_OFF_HINT = 'If this happens again, check the proxies in front of the server.';

const CONNECTION_MESSAGES: ReadonlyMap<string, readonly [message: string, hint: string]> = new Map([
  [
    'ECONNREFUSED',
    ['Cannot connect to {}: connection refused.', 'Check the URL, and that the server is running.'],
  ],
  ['ENOTFOUND', ['Cannot find the host {}.', 'Check the URL, and your network or VPN.']],
  ['EAI_AGAIN', ['Cannot look up the address of {}.', 'Check your network or VPN.']],
  ['ETIMEDOUT', ['No response from {}.', 'Check the URL, and your network or VPN.']],
  ['EADDRNOTAVAIL', ['Cannot reach {} from this machine.', 'Check your network or VPN.']],
  ['EACCES', ['This machine blocks connections to {}.', 'Check its firewall.']],
  ['EPERM', ['This machine blocks connections to {}.', 'Check its firewall.']],
  ['EMFILE', ['Cannot connect to {}: too many open files.', 'Raise the limit: ulimit -n 4096.']],
  ['EHOSTUNREACH', ['Cannot reach {} from this machine.', 'Check your network or VPN.']],
  ['ENETUNREACH', ['Cannot reach {} from this machine.', 'Check your network or VPN.']],
  ['ECONNRESET', ['The connection to {} was cut off.', CUT_OFF_HINT]],
  ['EPIPE', ['The connection to {} was cut off.', CUT_OFF_HINT]],
  ['ERR_HTTP_CONTENT_LENGTH_MISMATCH', ['The answer of {} was cut off.', CUT_OFF_HINT]],
]);

const CERTIFICATE_CODES: ReadonlySet<string> = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'CERT_SIGNATURE_FAILURE',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'INVALID_CA',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

const CERTIFICATE_HINTS: ReadonlyMap<string, string> = new Map([
  ['CERT_HAS_EXPIRED', 'It has expired. Ask the administrator of the deployment to renew it.'],
  ['CERT_NOT_YET_VALID', 'It is not valid yet. Check the clock of this machine.'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'It is for another host name. Check the URL.'],
]);

const TIMEOUT_HINTS: ReadonlyMap<string, string> = new Map([
  ['lookup', 'Check your network or VPN.'],
  ['connect', 'Check the URL, and your network or VPN.'],
  ['secureConnect', 'Check http or https in the URL, and the proxies in front of the server.'],
]);

/** The fields of a connection error that are read. */
type Failure = Pick<RequestError, 'name' | 'code' | 'cause'>;

/** got's error, or Node's with the form of got's, which wraps it; null for any other. */
function failureOf(error: unknown): Failure | null {
  if (error instanceof RequestError) return error;
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null;
  return { name: error.name, code: error.code, cause: error };
}

/** got's own timeout error, or ours, which got wraps. */
function timeoutOf(failure: Failure): TimeoutError | ConnectTimeout | undefined {
  if (failure.cause instanceof ConnectTimeout) return failure.cause;
  return failure instanceof TimeoutError ? failure : undefined;
}

function timeoutMessage(
  { event, message }: TimeoutError | ConnectTimeout,
  request: ApiRequest,
  host: string,
): string {
  const seconds = /for (\d+)ms/.exec(message)?.[1];
  const within = seconds === undefined ? 'in time' : `within ${Number(seconds) / 1000} s`;
  switch (event) {
    case 'lookup':
      return `The address of ${host} was not found ${within}.`;
    case 'connect':
    case 'secureConnect':
      return `${host} did not accept a connection ${within}.`;
    case 'send':
      return `${host} did not accept the request ${within}.`;
    default:
      return request.untimedResponse === true
        ? `${host} did not accept the request ${within}.`
        : `${host} did not answer ${within}.`;
  }
}

/** Codes and timeouts that occur only before a connection is open. */
const BEFORE_ANY_BYTE: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'lookup',
  'connect',
  'secureConnect',
]);

/**
 * `no` for a read, and for a write that cannot have sent its first byte: no connection, or no complete TLS handshake.
 * got sets `timings.connect` when a connection is open, immediately for a reused one.
 */
function tookEffectOf(error: unknown, request: ApiRequest, socket: Socket | undefined): 'no' | 'maybe' {
  if (request.method === 'GET') return 'no';
  if (!(error instanceof RequestError)) return 'maybe';
  if (BEFORE_ANY_BYTE.has(timeoutOf(error)?.event ?? error.code)) return 'no';
  if (socket !== undefined && isHandshaking(socket)) return 'no';
  return error.timings?.connect === undefined ? 'no' : 'maybe';
}

/** got's errors contain the request with the token: keeps only code and message. */
function causeWithoutSecrets(error: unknown): Error | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  // A proxy's message may contain secrets.
  return new Error(code.startsWith('ERR_PROXY') ? code : `${code}: ${error.message}`);
}
