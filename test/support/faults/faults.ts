import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../../../src/domain/ports/clock.ts';
import { type RecordedRequest, type Reply, raw } from '../coder-server.ts';
import type { CorrectResponse } from './coder-model.ts';

/** One request that a fault is in the way of. */
export interface FaultyRequest {
  readonly response: ServerResponse;
  readonly request: RecordedRequest;
  readonly socket: Socket;
  readonly clock: Clock;
  /** The server's own clock, Unix ms. */
  serverNow(): number;
  /** Does what was asked and says what would have been answered: once. */
  act(): CorrectResponse;
  /** Where a redirect leads: another server. */
  readonly elsewhere: string;
  /** From here on the answer waits for time to pass. */
  hold(): void;
  /** And here it does not any more. */
  release(): void;
}

export interface Fault {
  readonly id: FaultId;
  /** For a table. */
  readonly title: string;
  /** Concerns every request, whatever its kind. */
  readonly affectsAllRequests?: true;
  /** The server did what was asked all the same. */
  readonly takesEffect?: true;
  /** A task that is asked about has been deleted by somebody else. */
  readonly deletes?: true;
  /** How far the server's clock is ahead, ms. */
  readonly skewMs?: number;
  /** The answer is the right one, only late. */
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

/** How long a server asks to wait that is asked too often, ms. */
export const RETRY_AFTER_MS = 40_000;
/** How long an answer drips, and how long one waits that is only slow; ms. */
const DRIP_MS = 30_000;
const SLOW_MS = 20_000;
const DRIPS = 10;
const DAY_MS = 24 * 60 * 60_000;

const textOf = ({ body }: CorrectResponse): string => (body === undefined ? '' : `${JSON.stringify(body)}\n`);
const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

/** The right answer, as Coder writes it. */
export function respondCorrectly({ response, act }: FaultyRequest): void {
  const right = act();
  const text = textOf(right);
  response.writeHead(right.status, JSON_TYPE);
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

/** Another value of another type in the place of every one. */
function withWrongTypes(value: unknown): unknown {
  if (Array.isArray(value)) return { first: value[0] ?? null };
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, of]) => [key, withWrongTypes(of)]));
  return typeof value === 'string' ? 12_345 : 'a text';
}

export const FAULTS: Readonly<Record<FaultId, Omit<Fault, 'id'>>> = {
  refused: { title: 'connection refused', affectsAllRequests: true },
  'reset-before': {
    title: 'reset before the answer',
    answer: ({ socket }) => void socket.resetAndDestroy(),
  },
  'reset-amid': {
    title: 'reset in the middle of the answer',
    takesEffect: true,
    answer({ response, socket, act }) {
      const right = act();
      const text = textOf(right) || '\n';
      response.writeHead(200, { ...JSON_TYPE, 'content-length': Buffer.byteLength(text) + 1 });
      response.write(text.slice(0, Math.ceil(text.length / 2)), () => socket.resetAndDestroy());
    },
  },
  'hang-before': { title: 'hangs before the headers', answer: ({ hold }) => hold() },
  'hang-after-headers': {
    title: 'hangs after the headers',
    takesEffect: true,
    answer({ response, act, hold }) {
      act();
      response.writeHead(200, JSON_TYPE);
      response.flushHeaders();
      hold();
    },
  },
  drip: {
    title: 'drips for 30 s',
    takesEffect: true,
    late: true,
    answer({ response, act, clock, hold, release }) {
      const right = act();
      const bytes = Buffer.from(textOf(right));
      response.writeHead(right.status, JSON_TYPE);
      response.flushHeaders();
      hold();
      const size = Math.ceil(bytes.length / DRIPS);
      let count = 0;
      const drop = (): void => {
        if (response.destroyed) return;
        response.write(bytes.subarray(count * size, (count + 1) * size));
        if (++count < DRIPS) return void clock.after(DRIP_MS / DRIPS, drop);
        release();
        response.end();
      };
      clock.after(DRIP_MS / DRIPS, drop);
    },
  },
  slow: {
    title: 'takes 20 s',
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
    title: 'JSON of wrong types',
    takesEffect: true,
    answer({ response, act }) {
      const { body } = act();
      response.writeHead(200, JSON_TYPE);
      response.end(JSON.stringify(withWrongTypes(body ?? {})));
    },
  },
  'html-200': { title: 'web page with 200', answer: page(200) },
  'html-502': { title: 'web page with 502', answer: page(502) },
  empty: { title: 'empty body with 200', answer: toFaultyReply(raw(200, '', JSON_TYPE)) },
  '401': {
    title: '401 in mid-session',
    affectsAllRequests: true,
    answer: errorReply(
      401,
      'You are signed out or your session has expired. Please sign in again to continue.',
    ),
  },
  '403': { title: '403', answer: errorReply(403, 'Forbidden.') },
  '404': {
    title: '404: deleted elsewhere',
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
