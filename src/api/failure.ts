import { RequestError, TimeoutError } from 'got';
import { BackendError, type BackendErrorFacts } from '../domain/errors.ts';
import type { Address } from './address.ts';
import type { Call } from './connection.ts';

/** What can be said of a request that got no whole answer. `error` is whatever got threw. */
export function transportFailure(error: unknown, call: Call, address: Address): BackendError {
  const { host } = address;
  const facts = (
    kind: BackendErrorFacts['kind'],
    message: string,
    hint?: string,
    tookEffect: 'no' | 'maybe' = effectOf(error, call),
  ) => new BackendError({ kind, message, tookEffect, cause: plainCause(error), ...(hint ? { hint } : {}) });

  if (!(error instanceof RequestError)) {
    return facts('unreachable', `The request to ${host} could not be made.`);
  }
  if (error.name === 'AbortError') return facts('aborted', 'Given up.');
  if (error instanceof TimeoutError) {
    return facts('timeout', timeoutMessage(error, host), TIMEOUT_HINTS.get(error.event));
  }
  const { code } = error;
  if (CERTIFICATE_CODES.has(code) || code.startsWith('ERR_TLS_CERT')) {
    return facts(
      'unreachable',
      `The certificate of ${host} cannot be trusted (${code}).`,
      CERTIFICATE_HINTS.get(code) ??
        'If it is signed by your own authority, name its certificate file in SSL_CERT_FILE.',
      'no',
    );
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL')) {
    return facts(
      'unreachable',
      `No secure connection to ${host} (${code}).`,
      'Check http or https in the URL.',
    );
  }
  if (code.startsWith('HPE_')) {
    return facts('not-coder', `What answers at ${host} does not speak HTTP.`, 'Check the URL and its port.');
  }
  const [message, hint] = CONNECTION_WORDS.get(code) ?? [`The connection to {} failed (${code}).`, undefined];
  return facts('unreachable', message.replace('{}', host), hint);
}

const CONNECTION_WORDS: ReadonlyMap<string, readonly [message: string, hint: string]> = new Map([
  ['ECONNREFUSED', ['Nothing answers at {}.', 'Check the URL, and that the server is running.']],
  ['ENOTFOUND', ['There is no host at {}.', 'Check the URL, and your network or VPN.']],
  ['EAI_AGAIN', ['The address of {} cannot be looked up at the moment.', 'Check your network or VPN.']],
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

function timeoutMessage({ event, message }: TimeoutError, host: string): string {
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
      return `${host} did not answer ${within}.`;
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
 * A read never takes effect. Anything else may have, unless no connection was made that its first byte could
 * have gone through: got notes when one was, and for a connection taken over from an earlier request at once.
 */
function effectOf(error: unknown, call: Call): 'no' | 'maybe' {
  if (call.method === 'GET') return 'no';
  if (!(error instanceof RequestError)) return 'maybe';
  if (BEFORE_ANY_BYTE.has(error instanceof TimeoutError ? error.event : error.code)) return 'no';
  return error.timings?.connect === undefined ? 'no' : 'maybe';
}

/** got's errors hold the whole request, the token in its headers included: only code and words are kept. */
function plainCause(error: unknown): Error | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return new Error(`${code}: ${error.message}`);
}
