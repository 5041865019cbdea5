import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../../../src/domain/ports/clock.ts';
import { type RecordedRequest, type Reply, raw } from '../coder-server.ts';
import type { CorrectResponse } from './coder-model.ts';

export interface FaultyRequest {
  readonly response: ServerResponse;
  readonly request: RecordedRequest;
  readonly socket: Socket;
  readonly clock: Clock;
  /** The server's own clock, Unix ms. */
  serverNow(): number;
  /** Performs the request once and returns the correct response. */
  act(): CorrectResponse;
  /** Origin of another server, for redirects. */
  readonly elsewhere: string;
  /** The response waits for time to pass from now on. */
  hold(): void;
  /** The response no longer waits. */
  release(): void;
}

export interface Fault {
  readonly id: FaultId;
  readonly title: string;
  /** Affects requests of every kind. */
  readonly affectsAllRequests?: true;
  /** The server performs the request nevertheless. */
  readonly takesEffect?: true;
  /** Another client has deleted the requested task. */
  readonly deletes?: true;
  /** How far the server's clock is ahead, ms. */
  readonly skewMs?: number;
  /** The response is correct but late. */
  readonly late?: true;
  answer?(faulty: FaultyRequest): void;
}

export type FaultId = (typeof FAULT_IDS)[number];
export const FAULT_IDS = [
  'refused',
  'reset-before',
  'reset-amid',
  'hang-before',
  'hang-after-headers',
  'drip',
  'slow',
  'truncated',
  'wrong-types',
  'html-200',
  'html-502',
  'empty',
  '401',
  '403',
  '404',
  '409',
  '429-seconds',
  '429-date',
  '500',
  '503',
  'redirect',
  'day-ahead',
  'day-behind',
] as const;

/** The Retry-After of a 429, ms. */
export const RETRY_AFTER_MS = 40_000;
const DRIP_MS = 30_000;
const DRIP_COUNT = 10;
const SLOW_MS = 20_000;
const DAY_MS = 24 * 60 * 60_000;

const textOf = ({ body }: CorrectResponse): string => (body === undefined ? '' : `${JSON.stringify(body)}\n`);
const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

export function respondCorrectly({ response, act }: FaultyRequest): void {
  const correct = act();
  const text = textOf(correct);
  response.writeHead(correct.status, JSON_TYPE);
  response.end(text);
}

const errorReply =
  (status: number, message: string, headers: Readonly<Record<string, string>> = {}) =>
  ({ response }: FaultyRequest): void => {
    response.writeHead(status, { ...JSON_TYPE, ...headers });
    response.end(`${JSON.stringify({ message })}\n`);
  };

const toFaultyReply =
  (reply: Reply) =>
  ({ response, request, socket }: FaultyRequest): void =>
    void reply(response, request, socket);

const page = (status: number): ReturnType<typeof toFaultyReply> =>
  toFaultyReply(
    raw(status, '<!doctype html>\n<title>Sign in</title>', { 'content-type': 'text/html; charset=utf-8' }),
  );

/** Replaces every value by one of another type. */
function withWrongTypes(value: unknown): unknown {
  if (Array.isArray(value)) return { first: value[0] ?? null };
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, of]) => [key, withWrongTypes(of)]));
  return typeof value === 'string' ? 12_345 : 'a text';
}

export const FAULTS: Readonly<Record<FaultId, Omit<Fault, 'id'>>> = {
  refused: { title: 'connection refused', affectsAllRequests: true },
  'reset-before': {
    title: 'connection reset before the response',
    answer: ({ socket }) => void socket.resetAndDestroy(),
  },
  'reset-amid': {
    title: 'connection reset within the response',
    takesEffect: true,
    answer({ response, socket, act }) {
      const correct = act();
      const text = textOf(correct) || '\n';
      response.writeHead(200, { ...JSON_TYPE, 'content-length': Buffer.byteLength(text) + 1 });
      response.write(text.slice(0, Math.ceil(text.length / 2)), () => socket.resetAndDestroy());
    },
  },
  'hang-before': { title: 'no response', answer: ({ hold }) => hold() },
  'hang-after-headers': {
    title: 'headers without a body',
    takesEffect: true,
    answer({ response, act, hold }) {
      act();
      response.writeHead(200, JSON_TYPE);
      response.flushHeaders();
      hold();
    },
  },
  drip: {
    title: 'response in pieces over 30 s',
    takesEffect: true,
    late: true,
    answer({ response, act, clock, hold, release }) {
      const correct = act();
      const bytes = Buffer.from(textOf(correct));
      response.writeHead(correct.status, JSON_TYPE);
      response.flushHeaders();
      hold();
      const size = Math.ceil(bytes.length / DRIP_COUNT);
      let count = 0;
      const writeNext = (): void => {
        if (response.destroyed) return;
        response.write(bytes.subarray(count * size, (count + 1) * size));
        if (++count < DRIP_COUNT) return void clock.after(DRIP_MS / DRIP_COUNT, writeNext);
        release();
        response.end();
      };
      clock.after(DRIP_MS / DRIP_COUNT, writeNext);
    },
  },
  slow: {
    title: 'response after 20 s',
    takesEffect: true,
    late: true,
    answer(faulty) {
      faulty.hold();
      faulty.clock.after(SLOW_MS, () => {
        if (faulty.response.destroyed) return;
        faulty.release();
        respondCorrectly(faulty);
      });
    },
  },
  truncated: {
    title: 'truncated JSON',
    takesEffect: true,
    answer({ response, act }) {
      const text = textOf(act());
      response.writeHead(200, JSON_TYPE);
      response.end(text.slice(0, Math.floor(text.length * 0.7)));
    },
  },
  'wrong-types': {
    title: 'JSON with wrong types',
    takesEffect: true,
    answer({ response, act }) {
      const { body } = act();
      response.writeHead(200, JSON_TYPE);
      response.end(JSON.stringify(withWrongTypes(body ?? {})));
    },
  },
  'html-200': { title: 'HTML page with status 200', answer: page(200) },
  'html-502': { title: 'HTML page with status 502', answer: page(502) },
  empty: { title: 'empty body with status 200', answer: toFaultyReply(raw(200, '', JSON_TYPE)) },
  '401': {
    title: '401 during the session',
    affectsAllRequests: true,
    answer: errorReply(
      401,
      'You are signed out or your session has expired. Please sign in again to continue.',
    ),
  },
  '403': { title: '403', answer: errorReply(403, 'Forbidden.') },
  '404': {
    title: '404: deleted by another client',
    deletes: true,
    answer: errorReply(404, 'Resource not found or you do not have access to this resource'),
  },
  '409': { title: '409', answer: errorReply(409, 'A workspace build is already active.') },
  '429-seconds': {
    title: '429, Retry-After in seconds',
    answer: errorReply(429, "You've been rate limited.", { 'retry-after': String(RETRY_AFTER_MS / 1_000) }),
  },
  '429-date': {
    title: '429, Retry-After as a date',
    answer: (faulty) =>
      errorReply(429, "You've been rate limited.", {
        'retry-after': new Date(faulty.serverNow() + RETRY_AFTER_MS).toUTCString(),
      })(faulty),
  },
  '500': { title: '500', answer: errorReply(500, 'An internal server error occurred.') },
  '503': { title: '503', answer: errorReply(503, 'The server is overloaded.') },
  redirect: {
    title: 'redirect to another origin',
    answer: ({ response, elsewhere }) => {
      response.writeHead(302, { location: `${elsewhere}/login` });
      response.end();
    },
  },
  'day-ahead': { title: 'server clock a day ahead', skewMs: DAY_MS, late: true },
  'day-behind': { title: 'server clock a day behind', skewMs: -DAY_MS, late: true },
};
