import type { Socket } from 'node:net';
import { RequestError, TimeoutError } from 'got';
import { BackendError, type BackendErrorFacts } from '../domain/errors.ts';
import type { BaseUrl } from './base-url.ts';
import type { ApiRequest } from './call.ts';
import { isHandshaking } from './handshake.ts';
import { ConnectTimeout } from './happy-eyeballs.ts';
import type { ProxyInUse } from './network.ts';

/**
 * The error of a request that got no complete answer. `error` is what got threw; `proxy` is the one in use; `socket` is
 * the one that the request got, if it got any.
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

  if (!(error instanceof RequestError)) {
    return errorOf('unreachable', `The request to ${host} could not be made.`);
  }
  if (error.name === 'AbortError') return errorOf('aborted', 'Given up.');
  const timeout = timeoutOf(error);
  if (timeout !== undefined) {
    return errorOf('timeout', timeoutMessage(timeout, request, host), TIMEOUT_HINTS.get(timeout.event));
  }
  const { code } = error;
  if (code === 'ERR_PROXY_TUNNEL') {
    const { kind, message, hint } = proxyTunnelError(error.cause, host, proxy);
    return errorOf(kind, message, hint, 'no');
  }
  if (CERTIFICATE_CODES.has(code) || code.startsWith('ERR_TLS_CERT')) {
    return errorOf(
      'unreachable',
      `The certificate of ${host} cannot be trusted (${code}).`,
      CERTIFICATE_HINTS.get(code) ??
        'If it is signed by your own authority, name its certificate file in SSL_CERT_FILE.',
      'no',
    );
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL')) {
    return errorOf(
      'unreachable',
      `No secure connection to ${host} (${code}).`,
      'Check http or https in the URL.',
    );
  }
  if (code.startsWith('HPE_')) {
    return errorOf(
      'not-coder',
      `What answers at ${host} does not speak HTTP.`,
      'Check the URL and its port.',
    );
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
 * What kept the proxy from connecting to the server, to which nothing was sent. Node's error has `proxyTunnelTimeout` after
 * a timeout, `statusCode` after a refusal, and neither when the proxy closes the connection instead of answering.
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
    message: `${capitalize(proxyName(proxy))} does not let taskdeck through to ${host} (status ${String(status)}).`,
    hint: status === 407 ? PROXY_CREDENTIALS_HINT : proxyHint(proxy),
  } as const;
}

const proxyName = (proxy: ProxyInUse | null): string =>
  proxy === null ? 'the proxy' : `the proxy ${proxy.url.host} of ${proxy.variable}`;

const proxyHint = (proxy: ProxyInUse | null): string =>
  `Check ${proxy?.variable ?? 'HTTPS_PROXY'}; hosts in NO_PROXY are reached without a proxy.`;

const capitalize = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/** For a proxy that answers 407. */
export const PROXY_CREDENTIALS_HINT =
  'Put user name and password into HTTPS_PROXY: http://user:password@proxy.example.com:3128.';

const CONNECTION_MESSAGES: ReadonlyMap<string, readonly [message: string, hint: string]> = new Map([
  ['ECONNREFUSED', ['Nothing answers at {}.', 'Check the URL, and that the server is running.']],
  ['ENOTFOUND', ['There is no host at {}.', 'Check the URL, and your network or VPN.']],
  ['EAI_AGAIN', ['The address of {} cannot be looked up at the moment.', 'Check your network or VPN.']],
  ['ETIMEDOUT', ['{} does not answer.', 'Check the URL, and your network or VPN.']],
  ['EADDRNOTAVAIL', ['There is no way to {} from here.', 'Check your network or VPN.']],
  ['EACCES', ['This machine does not allow connections to {}.', 'Check its firewall.']],
  ['EPERM', ['This machine does not allow connections to {}.', 'Check its firewall.']],
  [
    'EMFILE',
    ['There is no file left for a connection to {}.', 'Raise the limit of open files: ulimit -n 4096.'],
  ],
  ['EHOSTUNREACH', ['There is no way to {} from here.', 'Check your network or VPN.']],
  ['ENETUNREACH', ['There is no way to {} from here.', 'Check your network or VPN.']],
  [
    'ECONNRESET',
    ['The connection to {} was cut off.', 'If it stays so, check what is in front of the server.'],
  ],
  ['EPIPE', ['The connection to {} was cut off.', 'If it stays so, check what is in front of the server.']],
  [
    'ERR_HTTP_CONTENT_LENGTH_MISMATCH',
    ['The answer of {} was cut off.', 'If it stays so, check what is in front of the server.'],
  ],
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
  ['CERT_HAS_EXPIRED', 'It has expired: whoever runs the deployment must renew it.'],
  ['CERT_NOT_YET_VALID', 'It is not valid yet: check the clock of this machine.'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'It is for another host name: check the URL.'],
]);

const TIMEOUT_HINTS: ReadonlyMap<string, string> = new Map([
  ['lookup', 'Check your network or VPN.'],
  ['connect', 'Check the URL, and your network or VPN.'],
  ['secureConnect', 'Check http or https in the URL, and what is in front of the server.'],
]);

/** got's own timeout, or ours, which got wraps. */
function timeoutOf(error: RequestError): TimeoutError | ConnectTimeout | undefined {
  if (error.cause instanceof ConnectTimeout) return error.cause;
  return error instanceof TimeoutError ? error : undefined;
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
      return `The address of ${host} could not be found ${within}.`;
    case 'connect':
    case 'secureConnect':
      return `${host} did not accept a connection ${within}.`;
    case 'send':
      return `${host} did not take the request ${within}.`;
    default:
      return request.untimedResponse === true
        ? `${host} did not take the request ${within}.`
        : `${host} did not answer ${within}.`;
  }
}

/** Codes and time-outs that can only come before a connection stands, whatever the timings say. */
const BEFORE_ANY_BYTE: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'lookup',
  'connect',
  'secureConnect',
]);

/**
 * A read never takes effect. Any other request may have, unless its first byte cannot have been sent: no connection
 * was made, or its TLS handshake did not complete. got notes the time of a connection, for a reused one at once.
 */
function tookEffectOf(error: unknown, request: ApiRequest, socket: Socket | undefined): 'no' | 'maybe' {
  if (request.method === 'GET') return 'no';
  if (!(error instanceof RequestError)) return 'maybe';
  if (BEFORE_ANY_BYTE.has(timeoutOf(error)?.event ?? error.code)) return 'no';
  if (socket !== undefined && isHandshaking(socket)) return 'no';
  return error.timings?.connect === undefined ? 'no' : 'maybe';
}

/** got's errors hold the whole request, the token in its headers included: only code and words are kept. */
function causeWithoutSecrets(error: unknown): Error | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  // Of what a proxy says nobody knows what is in it.
  return new Error(code.startsWith('ERR_PROXY') ? code : `${code}: ${error.message}`);
}
