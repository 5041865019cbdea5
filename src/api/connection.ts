import type { Socket } from 'node:net';
import got from 'got';
import { BackendError, UsageError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports/clock.ts';
import { longEnough } from '../domain/secrets.ts';
import { systemClock } from '../platform/clock.ts';
import { type Address, addressOf } from './address.ts';
import type { Answer, Call } from './call.ts';
import { ClockSkew } from './clock-skew.ts';
import { deadline } from './deadline.ts';
import { transportFailure } from './failure.ts';
import { type GetHeaders, type Headers, headerSource } from './header-source.ts';
import { agentsFor, dropIdle, type Environment, networkFrom } from './network.ts';
import { badAnswer, refuseHtml } from './read-answer.ts';
import { streamed } from './receive.ts';
import { refusalOf } from './refusal.ts';
import { beforeAnswer, defaultTimeouts, perPhase, type Timeouts, untilSent } from './timeouts.ts';

export interface ConnectionOptions {
  /** The deployment, such as `https://coder.example.com`, with a path if it lives under one. */
  readonly url: string;
  /** The session token; empty when there is none. */
  readonly token: string;
  /** Sent with every request, for proxies in front of the deployment. A function is asked again when they ran out. */
  readonly headers?: Headers | GetHeaders;
  /** Says which proxy to go through and whom to trust; without it nothing but Node's own settings count. */
  readonly env?: Environment;
  readonly timeouts?: Partial<Timeouts>;
  /** The largest answer that is read, bytes after decompression. */
  readonly maxBytes?: number;
  /** Real time when missing. */
  readonly clock?: Pick<Clock, 'now' | 'after' | 'onSleep'>;
  readonly userAgent?: string;
}

/** Ten times what 10,000 tasks or a very long conversation take, and half of what one string of JavaScript can hold. */
const DEFAULT_MAX_BYTES = 256 * 1024 * 1024;

/** HTTP to one deployment. Every failure of it is a BackendError without a secret in it. */
export interface Connection {
  readonly address: Address;
  /** How far the server's clock is ahead of ours, as far as its answers have told; ms. */
  readonly skewMs: number;
  /** Resolves to an answer with a status of 200 to 299 that is not a web page. */
  ask(call: Call, signal: AbortSignal): Promise<Answer>;
}

/**
 * Opens nothing yet: connections are made by the first request and kept alive between reads.
 * @throws UsageError for a URL, token, proxy or certificate file that no request can be made with.
 */
export function connectionTo(options: ConnectionOptions): Connection {
  const { token } = options;
  const address = addressOf(options.url);
  const timeouts: Timeouts = { ...defaultTimeouts, ...options.timeouts };
  const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
  const { now, after, onSleep } = options.clock ?? systemClock;
  if (!/^[\x21-\x7e]*$/.test(token)) {
    throw new UsageError('The session token has characters in it that no token has: copy it again.');
  }
  const skew = new ClockSkew();
  const http = client(options.userAgent ?? 'taskdeck');
  const headers = headerSource(options.headers ?? {});
  const network = networkFrom(options.env ?? {}, address.origin);
  const kept = agentsFor(network, address.origin, timeouts, true);
  // Whatever changes something goes over a connection of its own: on a kept one that the server has just closed
  // nobody could tell whether the message arrived.
  const fresh = agentsFor(network, address.origin, timeouts, false);

  // The server, or something on the way to it, has forgotten them meanwhile.
  onSleep(() => dropIdle(kept));

  async function exchange(call: Call, signal: AbortSignal): Promise<Answer> {
    const extra = await headers.current(signal);
    const patient = call.patient === true;
    const isAlone = call.method !== 'GET' || call.alone === true;
    const limit = deadline(patient ? beforeAnswer(timeouts) : timeouts.request, signal, after);
    let tooLarge = false;
    let socket: Socket | undefined;
    try {
      const url = new URL(address.prefix + call.path, address.origin);
      const options = {
        method: call.method,
        signal: limit.signal,
        timeout: patient ? untilSent(timeouts) : perPhase(timeouts),
        agent: isAlone ? fresh : kept,
        headers: {
          ...extra,
          ...(isAlone ? { connection: 'close' } : {}),
          ...(token === '' || call.anonymous === true ? {} : { 'coder-session-token': token }),
        },
        ...(call.query === undefined ? {} : { searchParams: { ...call.query } }),
        ...(call.json === undefined ? {} : { json: call.json }),
      };
      const downloaded = ({ transferred }: { readonly transferred: number }): void => {
        call.heard?.();
        if (transferred <= maxBytes) return;
        tooLarge = true;
        limit.abort();
      };
      if (call.sink !== undefined) {
        // Node itself sees to it that a body is as long as was said; got does not see all of it.
        const request = http.stream(url, { ...options, strictContentLength: false });
        return await streamed(request, call.sink, downloaded);
      }
      const request = http(url, options);
      request.on('request', (sending) => {
        sending.once('socket', (its) => {
          socket = its;
        });
      });
      request.on('downloadProgress', downloaded);
      if (patient) {
        request.on('uploadProgress', ({ percent }) => {
          if (percent === 1) limit.stopClock();
        });
      }
      const { statusCode: status, headers: answered, body } = await request;
      return {
        status,
        headers: answered,
        body: Buffer.from(body.buffer, body.byteOffset, body.byteLength),
      };
    } catch (error) {
      if (tooLarge) throw badAnswer(call, `it is larger than ${maxBytes} bytes`);
      const failure = transportFailure(error, call, address, network.proxy, socket);
      // What lets one connection hang, such as a NAT entry that is gone, lets the idle ones beside it hang too.
      if (failure.kind === 'timeout') dropIdle(kept);
      throw failure;
    } finally {
      limit.clear();
    }
  }

  return {
    address,
    get skewMs() {
      return skew.ms;
    },
    async ask(call, signal) {
      try {
        const askedAt = now();
        const answer = await exchange(call, signal);
        skew.note(answer.headers.date, askedAt, now());
        if (answer.status < 200 || answer.status > 299) {
          const sent = Object.values(await headers.current(signal));
          const secrets = longEnough([token, ...sent]);
          throw refusalOf({ answer, call, address, secrets, now: now() + skew.ms });
        }
        refuseHtml(answer, call, address);
        return answer;
      } catch (error) {
        // What a gate in front of the server says when its own sign-in has run out.
        if (error instanceof BackendError && (error.kind === 'not-coder' || error.kind === 'signed-out')) {
          headers.forget();
        }
        throw error;
      }
    },
  };
}

const client = (userAgent: string) =>
  got.extend({
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
    headers: { accept: 'application/json', 'user-agent': userAgent },
  });
