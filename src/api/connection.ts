import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import got from 'got';
import { BackendError, UsageError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import { type Address, addressOf } from './address.ts';
import { transportFailure } from './failure.ts';
import { refusalOf } from './refusal.ts';
import { defaultTimeouts, type Timeouts, untilSent } from './timeouts.ts';

/** One request to a deployment. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the deployment's own path, beginning with a slash, escaped. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /** The answer is not timed, because an agent's whole turn may come before it. */
  readonly patient?: boolean;
  /** Without the token, for what the server tells everybody. */
  readonly anonymous?: boolean;
}

/** What came back, with a status of 200 to 299. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface ConnectionOptions {
  /** The deployment, such as `https://coder.example.com`, with a path if it lives under one. */
  readonly url: string;
  /** The session token; empty when there is none. */
  readonly token: string;
  /** Sent with every request, for proxies in front of the deployment. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeouts?: Partial<Timeouts>;
  readonly clock?: Pick<Clock, 'now'>;
  readonly userAgent?: string;
}

/** HTTP to one deployment. Every failure of it is a BackendError without a secret in it. */
export interface Connection {
  readonly address: Address;
  ask(call: Call, signal: AbortSignal): Promise<Answer>;
}

/**
 * Opens nothing yet: connections are made by the first request and kept alive between reads.
 * @throws UsageError for a URL or token that no request can be made with.
 */
export function connectionTo(options: ConnectionOptions): Connection {
  const { token } = options;
  const address = addressOf(options.url);
  const timeouts: Timeouts = { ...defaultTimeouts, ...options.timeouts };
  const now = () => (options.clock ?? Date).now();
  if (!/^[\x21-\x7e]*$/.test(token)) {
    throw new UsageError('The session token has characters in it that no token has: copy it again.');
  }

  const http = got.extend({
    responseType: 'buffer',
    // Every status is judged in one place, where the bodies of Coder and of proxies are told apart.
    throwHttpErrors: false,
    // Coder's API never redirects: following one would carry the token to wherever a proxy points.
    followRedirect: false,
    // Who polls has its own back-off, so a failing server is not asked again here. The exception is a kept-alive
    // connection that the server closed just as we wrote to it, which says nothing about the server.
    retry: {
      limit: 1,
      methods: ['GET'],
      statusCodes: [],
      errorCodes: ['ECONNRESET', 'EPIPE'],
      calculateDelay: ({ computedValue, error }) =>
        computedValue > 0 && error.request?.reusedSocket === true ? 1 : 0,
    },
    headers: {
      accept: 'application/json',
      'user-agent': options.userAgent ?? 'taskdeck',
      ...options.headers,
    },
  });
  const kept = agents();
  // Whatever changes something goes over a connection of its own: on a kept one that the server has just closed
  // nobody could tell whether the message arrived.
  const fresh = agents();

  return {
    address,
    async ask(call, signal) {
      try {
        const response = await http(new URL(address.prefix + call.path, address.origin), {
          method: call.method,
          signal,
          timeout: call.patient === true ? untilSent(timeouts) : timeouts,
          agent: call.method === 'GET' ? kept : fresh,
          headers: {
            ...(call.method === 'GET' ? {} : { connection: 'close' }),
            ...(token === '' || call.anonymous === true ? {} : { 'coder-session-token': token }),
          },
          ...(call.query === undefined ? {} : { searchParams: { ...call.query } }),
          ...(call.json === undefined ? {} : { json: call.json }),
        });
        const { buffer, byteOffset, byteLength } = response.body;
        const answer: Answer = {
          status: response.statusCode,
          headers: response.headers,
          body: Buffer.from(buffer, byteOffset, byteLength),
        };
        if (answer.status >= 200 && answer.status <= 299) return answer;
        throw refusalOf({ answer, call, address, token, now: now() });
      } catch (error) {
        if (error instanceof BackendError) throw error;
        throw transportFailure(error, call, address);
      }
    },
  };
}

/** `keepAlive` also has the kernel probe the line, so that waiting for an agent's turn ends when the line is dead. */
const agents = () => ({
  http: new HttpAgent({ keepAlive: true }),
  https: new HttpsAgent({ keepAlive: true }),
});
