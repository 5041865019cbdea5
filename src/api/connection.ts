import type { Socket } from 'node:net';
import got from 'got';
import { BackendError, UsageError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports/clock.ts';
import { readOnlyError } from '../domain/read-only.ts';
import { redactable } from '../domain/secrets.ts';
import { systemClock } from '../platform/clock.ts';
import { type BaseUrl, parseBaseUrl } from './base-url.ts';
import type { ApiRequest, ApiResponse } from './call.ts';
import { ClockSkew } from './clock-skew.ts';
import { createHeaderCache, type LoadHeaders, type RequestHeaders } from './header-cache.ts';
import { httpError } from './http-error.ts';
import { closeIdleConnections, createAgents, type Environment, networkConfigFrom } from './network.ts';
import { badResponse, rejectHtml } from './parse-response.ts';
import { type RecordingLog, type RequestRecord, SOCKET } from './request-log.ts';
import { openWebSocket, RefusedUpgrade, type SocketHandlers, type SocketRequest } from './socket.ts';
import { isUpgradeRequired, socketError } from './socket-error.ts';
import { streamResponse } from './stream-response.ts';
import {
  deadline,
  defaultTimeouts,
  phaseTimeouts,
  sendTimeoutMs,
  sendTimeouts,
  type Timeouts,
  uploadLimits,
} from './timeouts.ts';
import { transportError } from './transport-error.ts';

export interface ConnectionOptions {
  /** The deployment, such as `https://coder.example.com`; may have a path. */
  readonly url: string;
  /** The session token; empty for none. */
  readonly token: string;
  /** Sent with every request, for proxies in front of the deployment. A function is called again when they expire. */
  readonly headers?: RequestHeaders | LoadHeaders;
  /** Proxy and certificate variables; without it only Node's own settings apply. */
  readonly env?: Environment;
  readonly timeouts?: Partial<Timeouts>;
  /** Maximum body size, bytes after decompression. */
  readonly maxBytes?: number;
  /** Default: real time. */
  readonly clock?: Pick<Clock, 'now' | 'monotonic' | 'after' | 'onSleep'>;
  readonly userAgent?: string;
  /** Records requests and sockets; none when missing. */
  readonly log?: Pick<RecordingLog, 'start'>;
  /** While it returns true, only requests that change nothing on the server are sent. */
  readonly isReadOnly?: () => boolean;
}

/** Ten times the size of 10,000 tasks or a very long conversation, and half of JavaScript's maximum string length. */
const DEFAULT_MAX_BYTES = 256 * 1024 * 1024;

/** Coder names its version in every response. */
const VERSION_HEADER = 'x-coder-build-version';

/** HTTP and WebSockets to one deployment. Every failure is a BackendError without secrets. */
export interface Connection {
  readonly baseUrl: BaseUrl;
  /** How far the server's clock is ahead of ours, ms; 0 before the first response. */
  readonly skewMs: number;
  /** The version that the server's last response named, as untrusted text; null when none did. */
  readonly serverVersion: string | null;
  /** Resolves to a response with status 200 to 299 that is not a web page. */
  request(apiRequest: ApiRequest, signal: AbortSignal): Promise<ApiResponse>;
  /**
   * Opens a WebSocket. Resolves when the server ends it without an error. A refused upgrade rejects as the same answer to
   * a request does; silence of the server rejects with `timeout`. Closes at once when `signal` aborts, and leaves nothing
   * behind.
   */
  openSocket(request: SocketRequest, handlers: SocketHandlers, signal: AbortSignal): Promise<void>;
}

/**
 * Opens nothing: the first request connects. GET requests share kept-alive connections.
 * @throws UsageError for an unusable URL, token, proxy or certificate file
 */
export function createConnection(options: ConnectionOptions): Connection {
  const { token } = options;
  const baseUrl = parseBaseUrl(options.url);
  const timeouts: Timeouts = { ...defaultTimeouts, ...options.timeouts };
  const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
  const clock = options.clock ?? systemClock;
  const { now, after } = clock;
  const userAgent = options.userAgent ?? 'taskdeck';
  if (!/^[\x21-\x7e]*$/.test(token)) {
    throw new UsageError('The session token contains invalid characters. Copy it again.');
  }
  const skew = new ClockSkew();
  let serverVersion: string | null = null;
  const http = createHttpClient(userAgent);
  const headers = createHeaderCache(options.headers ?? {});
  const network = networkConfigFrom(options.env ?? {}, baseUrl.origin);
  const pooledAgents = createAgents(network, baseUrl.origin, timeouts, true);
  // Every write uses a new connection: if the server closes a kept-alive one at that moment, it is unknown whether
  // the request arrived.
  const singleUseAgents = createAgents(network, baseUrl.origin, timeouts, false);

  // The server or a NAT in between has dropped them meanwhile.
  clock.onSleep(() => closeIdleConnections(pooledAgents));

  /** Of the headers that were sent last. */
  let headerValues: readonly string[] = [];
  const currentHeaders = async (signal: AbortSignal): Promise<Readonly<Record<string, string>>> => {
    const found = await headers.get(signal);
    headerValues = Object.values(found);
    return found;
  };
  const sentSecrets = (): readonly string[] => redactable([token, ...headerValues]);
  const tokenHeader: Readonly<Record<string, string>> = token === '' ? {} : { 'coder-session-token': token };
  const urlOf = (path: string): URL => new URL(baseUrl.prefix + path, baseUrl.origin);

  async function sendRequest(
    apiRequest: ApiRequest,
    signal: AbortSignal,
    record: RequestRecord | undefined,
  ): Promise<ApiResponse> {
    const requestHeaders = await currentHeaders(signal);
    const isUntimed = apiRequest.untimedResponse === true;
    const usesOwnConnection = apiRequest.method !== 'GET' || apiRequest.ownConnection === true;
    const limits = apiRequest.raw === undefined ? timeouts : uploadLimits(timeouts);
    const limit = deadline(isUntimed ? sendTimeoutMs(timeouts) : limits.request, signal, after);
    let tooLarge = false;
    let socket: Socket | undefined;
    try {
      const url = urlOf(apiRequest.path);
      const options = {
        method: apiRequest.method,
        signal: limit.signal,
        timeout: isUntimed ? sendTimeouts(timeouts) : phaseTimeouts(limits),
        agent: usesOwnConnection ? singleUseAgents : pooledAgents,
        headers: {
          ...apiRequest.raw?.headers,
          ...requestHeaders,
          ...(usesOwnConnection ? { connection: 'close' } : {}),
          ...(apiRequest.anonymous === true ? {} : tokenHeader),
        },
        ...(apiRequest.query === undefined ? {} : { searchParams: { ...apiRequest.query } }),
        ...(apiRequest.json === undefined ? {} : { json: apiRequest.json }),
        ...(apiRequest.raw === undefined ? {} : { body: apiRequest.raw.bytes }),
      };
      const onProgress = ({ transferred }: { readonly transferred: number }): void => {
        apiRequest.onProgress?.();
        record?.received(transferred);
        if (transferred <= maxBytes) return;
        tooLarge = true;
        limit.abort();
      };
      if (apiRequest.consumer !== undefined) {
        // Node checks the length; got does not see all bytes.
        const request = http.stream(url, { ...options, strictContentLength: false });
        return await streamResponse(request, apiRequest.consumer, onProgress);
      }
      const request = http(url, options);
      request.on('request', (sending) => {
        sending.once('socket', (assigned) => {
          socket = assigned;
        });
      });
      request.on('downloadProgress', onProgress);
      if (isUntimed) {
        request.on('uploadProgress', ({ percent }) => {
          if (percent === 1) limit.stopTimer();
        });
      }
      const { statusCode: status, headers: responseHeaders, body } = await request;
      return {
        status,
        headers: responseHeaders,
        body: Buffer.from(body.buffer, body.byteOffset, body.byteLength),
      };
    } catch (error) {
      if (tooLarge) throw badResponse(apiRequest, `it is larger than ${maxBytes} bytes`);
      const failure = transportError(error, apiRequest, baseUrl, network.proxy, socket);
      // A lost NAT entry affects the idle connections as well.
      if (failure.kind === 'timeout') closeIdleConnections(pooledAgents);
      throw failure;
    } finally {
      limit.clear();
    }
  }

  async function connectSocket(
    { path, query = {} }: SocketRequest,
    handlers: SocketHandlers,
    signal: AbortSignal,
    record: RequestRecord | undefined,
  ): Promise<void> {
    const url = urlOf(path);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const requestHeaders = await currentHeaders(signal);
    const sentAt = now();
    await openWebSocket(
      {
        url,
        headers: { 'user-agent': userAgent, ...requestHeaders, ...tokenHeader },
        agents: singleUseAgents,
        timeouts,
        clock,
        onUpgrade(answered) {
          record?.responded(101);
          readServerFacts(answered, sentAt);
        },
        onClose: (code) => record?.ended(`closed ${code}`),
      },
      record === undefined ? handlers : countingBytes(handlers, record),
      signal,
    );
  }

  function readServerFacts(answered: ApiResponse['headers'], sentAt: number): void {
    skew.update(answered.date, sentAt, now());
    const version = answered[VERSION_HEADER];
    if (typeof version === 'string' && version !== '') serverVersion = version;
  }

  /** Rejects a response with another status than 200 to 299, and a web page. */
  function rejectFailed(response: ApiResponse, request: ApiRequest): void {
    if (response.status < 200 || response.status > 299) {
      const secrets = sentSecrets();
      throw httpError({ response, request, baseUrl, secrets, now: now() + skew.ms });
    }
    rejectHtml(response, request, baseUrl);
  }

  /** The one place that keeps read-only mode: no request reaches the server in another way. */
  function rejectWrite(isWrite: boolean): void {
    if (isWrite && options.isReadOnly?.() === true) throw readOnlyError();
  }

  async function renewingHeaders<Value>(call: () => Promise<Value>): Promise<Value> {
    try {
      return await call();
    } catch (error) {
      // An authenticating proxy answers like this when the headers have expired.
      if (error instanceof BackendError && (error.kind === 'not-coder' || error.kind === 'signed-out')) {
        headers.invalidate();
      }
      throw error;
    }
  }

  return {
    baseUrl,
    get skewMs() {
      return skew.ms;
    },
    get serverVersion() {
      return serverVersion;
    },
    request: (apiRequest, signal) =>
      renewingHeaders(async () => {
        rejectWrite(apiRequest.method !== 'GET');
        const { method, path, query } = apiRequest;
        const record = options.log?.start(method, path, query);
        let body = '';
        try {
          const sentAt = now();
          const response = await sendRequest(apiRequest, signal, record);
          record?.responded(response.status);
          readServerFacts(response.headers, sentAt);
          if (response.status < 200 || response.status > 299) body = startOf(response.body);
          rejectFailed(response, apiRequest);
          record?.ended();
          return response;
        } catch (error) {
          record?.failed(error, body, sentSecrets());
          throw error;
        }
      }),
    openSocket: (socketRequest, handlers, signal) =>
      renewingHeaders(async () => {
        rejectWrite(socketRequest.marksRead === true);
        const { marksRead: _, ...where } = socketRequest;
        const request: ApiRequest = { method: 'GET', ...where };
        const record = options.log?.start(SOCKET, where.path, where.query);
        const fail = (error: unknown): never => {
          if (error instanceof RefusedUpgrade && !isUpgradeRequired(error.response))
            rejectFailed(error.response, request);
          const failure = socketError(error, request, baseUrl, network.proxy);
          if (failure instanceof BackendError && failure.kind === 'timeout')
            closeIdleConnections(pooledAgents);
          throw failure;
        };
        try {
          await connectSocket(socketRequest, handlers, signal, record).catch(fail);
        } catch (error) {
          record?.failed(error, '', sentSecrets());
          throw error;
        }
      }),
  };
}

/** Of the body of an error response, characters. */
const MAX_RECORDED = 8_000;

const startOf = (body: Buffer): string => body.subarray(0, MAX_RECORDED).toString('utf8');

function countingBytes(handlers: SocketHandlers, record: RequestRecord): SocketHandlers {
  let bytes = 0;
  return {
    ...handlers,
    onMessage(text) {
      bytes += text.length;
      record.received(bytes);
      handlers.onMessage(text);
    },
  };
}

const createHttpClient = (userAgent: string) =>
  got.extend({
    responseType: 'buffer',
    // http-error.ts handles every status.
    throwHttpErrors: false,
    // Coder's API never redirects. Following a redirect would send the token elsewhere.
    followRedirect: false,
    // Polling has its own back-off. The one retry is for a kept-alive connection that the server closed at the
    // moment of the request.
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
