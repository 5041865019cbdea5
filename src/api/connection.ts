import type { Socket } from 'node:net';
import got from 'got';
import { BackendError, UsageError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports/clock.ts';
import { redactable } from '../domain/secrets.ts';
import { systemClock } from '../platform/clock.ts';
import { type BaseUrl, parseBaseUrl } from './base-url.ts';
import type { ApiRequest, ApiResponse } from './call.ts';
import { ClockSkew } from './clock-skew.ts';
import { deadline } from './deadline.ts';
import { createHeaderCache, type LoadHeaders, type RequestHeaders } from './header-cache.ts';
import { httpError } from './http-error.ts';
import { closeIdleConnections, createAgents, type Environment, networkConfigFrom } from './network.ts';
import { badResponse, rejectHtml } from './parse-response.ts';
import { streamResponse } from './stream-response.ts';
import { defaultTimeouts, phaseTimeouts, sendTimeoutMs, sendTimeouts, type Timeouts } from './timeouts.ts';
import { transportError } from './transport-error.ts';

export interface ConnectionOptions {
  /** The deployment, such as `https://coder.example.com`, with a path if it lives under one. */
  readonly url: string;
  /** The session token; empty when there is none. */
  readonly token: string;
  /** Sent with every request, for proxies in front of the deployment. A function is asked again when they ran out. */
  readonly headers?: RequestHeaders | LoadHeaders;
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
  readonly baseUrl: BaseUrl;
  /** How far the server's clock is ahead of ours, as far as its answers have told; ms. */
  readonly skewMs: number;
  /** Resolves to an answer with a status of 200 to 299 that is not a web page. */
  request(call: ApiRequest, signal: AbortSignal): Promise<ApiResponse>;
}

/**
 * Opens nothing yet: connections are made by the first request and kept alive between reads.
 * @throws UsageError for a URL, token, proxy or certificate file that no request can be made with.
 */
export function createConnection(options: ConnectionOptions): Connection {
  const { token } = options;
  const baseUrl = parseBaseUrl(options.url);
  const timeouts: Timeouts = { ...defaultTimeouts, ...options.timeouts };
  const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
  const { now, after, onSleep } = options.clock ?? systemClock;
  if (!/^[\x21-\x7e]*$/.test(token)) {
    throw new UsageError('The session token has characters in it that no token has: copy it again.');
  }
  const skew = new ClockSkew();
  const http = createHttpClient(options.userAgent ?? 'taskdeck');
  const headers = createHeaderCache(options.headers ?? {});
  const network = networkConfigFrom(options.env ?? {}, baseUrl.origin);
  const pooledAgents = createAgents(network, baseUrl.origin, timeouts, true);
  // Whatever changes something goes over a connection of its own: on a kept one that the server has just closed
  // nobody could tell whether the message arrived.
  const singleUseAgents = createAgents(network, baseUrl.origin, timeouts, false);

  // The server, or something on the way to it, has forgotten them meanwhile.
  onSleep(() => closeIdleConnections(pooledAgents));

  async function sendRequest(apiRequest: ApiRequest, signal: AbortSignal): Promise<ApiResponse> {
    const requestHeaders = await headers.get(signal);
    const isUntimed = apiRequest.untimedResponse === true;
    const usesOwnConnection = apiRequest.method !== 'GET' || apiRequest.ownConnection === true;
    const limit = deadline(isUntimed ? sendTimeoutMs(timeouts) : timeouts.request, signal, after);
    let tooLarge = false;
    let socket: Socket | undefined;
    try {
      const url = new URL(baseUrl.prefix + apiRequest.path, baseUrl.origin);
      const options = {
        method: apiRequest.method,
        signal: limit.signal,
        timeout: isUntimed ? sendTimeouts(timeouts) : phaseTimeouts(timeouts),
        agent: usesOwnConnection ? singleUseAgents : pooledAgents,
        headers: {
          ...requestHeaders,
          ...(usesOwnConnection ? { connection: 'close' } : {}),
          ...(token === '' || apiRequest.anonymous === true ? {} : { 'coder-session-token': token }),
        },
        ...(apiRequest.query === undefined ? {} : { searchParams: { ...apiRequest.query } }),
        ...(apiRequest.json === undefined ? {} : { json: apiRequest.json }),
      };
      const onProgress = ({ transferred }: { readonly transferred: number }): void => {
        apiRequest.onProgress?.();
        if (transferred <= maxBytes) return;
        tooLarge = true;
        limit.abort();
      };
      if (apiRequest.consumer !== undefined) {
        // Node itself sees to it that a body is as long as was said; got does not see all of it.
        const request = http.stream(url, { ...options, strictContentLength: false });
        return await streamResponse(request, apiRequest.consumer, onProgress);
      }
      const request = http(url, options);
      request.on('request', (sending) => {
        sending.once('socket', (its) => {
          socket = its;
        });
      });
      request.on('downloadProgress', onProgress);
      if (isUntimed) {
        request.on('uploadProgress', ({ percent }) => {
          if (percent === 1) limit.stopTimer();
        });
      }
      const { statusCode: status, headers: answered, body } = await request;
      return {
        status,
        headers: answered,
        body: Buffer.from(body.buffer, body.byteOffset, body.byteLength),
      };
    } catch (error) {
      if (tooLarge) throw badResponse(apiRequest, `it is larger than ${maxBytes} bytes`);
      const failure = transportError(error, apiRequest, baseUrl, network.proxy, socket);
      // What lets one connection hang, such as a NAT entry that is gone, lets the idle ones beside it hang too.
      if (failure.kind === 'timeout') closeIdleConnections(pooledAgents);
      throw failure;
    } finally {
      limit.clear();
    }
  }

  return {
    baseUrl,
    get skewMs() {
      return skew.ms;
    },
    async request(call, signal) {
      try {
        const askedAt = now();
        const answer = await sendRequest(call, signal);
        skew.update(answer.headers.date, askedAt, now());
        if (answer.status < 200 || answer.status > 299) {
          const sent = Object.values(await headers.get(signal));
          const secrets = redactable([token, ...sent]);
          throw httpError({ response: answer, request: call, baseUrl, secrets, now: now() + skew.ms });
        }
        rejectHtml(answer, call, baseUrl);
        return answer;
      } catch (error) {
        // What a gate in front of the server says when its own sign-in has run out.
        if (error instanceof BackendError && (error.kind === 'not-coder' || error.kind === 'signed-out')) {
          headers.invalidate();
        }
        throw error;
      }
    },
  };
}

const createHttpClient = (userAgent: string) =>
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
