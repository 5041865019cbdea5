import type { Readable, Writable } from 'node:stream';
import type { AnyMessage } from '@agentclientprotocol/sdk';
import type { Clock } from '../../domain/ports/clock.ts';
import type { PermissionOutcome } from '../chats/session.ts';
import { AgentError, AgentTimeout, INTERNAL_ERROR, ProtocolViolated } from './agent-errors.ts';
import { LineReader } from './line-reader.ts';
import { type Fields, fieldsOf } from './untrusted.ts';

/*
 * The one file that uses the SDK of the Agent Client Protocol. It gets the lifecycle of requests, and nothing that it
 * would refuse, print or answer with an error of its own: it drops updates that its schema does not know, refuses
 * questions with unknown kinds of options, answers lines that are no JSON, and writes to the console. So this file reads
 * the lines, handles updates and questions itself, and passes on only requests and responses that the SDK can match.
 */

export interface AgentHandlers {
  /** The parameters of a session/update, and the length of its line. */
  update(params: unknown, length: number): void;
  /**
   * The parameters of a session/request_permission. `answer` responds, once. Returns a function that is called if the
   * agent withdraws the question before.
   */
  permission(params: unknown, answer: (outcome: PermissionOutcome) => void): () => void;
  /** A line that is no message of the protocol: some agents print warnings there. */
  noise(line: string): void;
  /** All lines of one read were handled. */
  endOfRead(): void;
  /** A line was longer than MAX_LINE_BYTES, and was skipped. */
  skipped(): void;
}

interface RequestOptions {
  /** Null: no limit. */
  readonly timeoutMs: number | null;
  /** Called before the request times out; it gets the remaining time instead if that is positive, ms. */
  readonly extend?: () => number;
}

/** A connection to an agent. Calls after the end of the agent have no effect, or reject with the error of `close`. */
export interface AgentConnection {
  /** Rejects with AgentError, AgentTimeout or the error of `close`. The result is unchecked. */
  request(method: string, params: unknown, options: RequestOptions): Promise<unknown>;
  notify(method: string, params: unknown): void;
  /** Rejects what is pending with this error. */
  close(error: Error): void;
}

export interface AgentStreams {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly clock: Clock;
  readonly handlers: AgentHandlers;
}

/** Agents send whole files and outputs in one line. */
const MAX_LINE_BYTES = 24 * 1024 * 1024;

const load = () => import('@agentclientprotocol/sdk');
let loading: ReturnType<typeof load> | null = null;

/** Loads the SDK, about 100 ms, so that the first session does not wait for it after its process has started. */
export function preloadSdk(): Promise<unknown> {
  loading ??= load();
  return loading;
}

interface Question {
  readonly response: Promise<PermissionOutcome>;
  withdraw: () => void;
}

/** Connects to an agent by its standard input and output. */
export async function connectAgent({
  stdin,
  stdout,
  clock,
  handlers,
}: AgentStreams): Promise<AgentConnection> {
  loading ??= load();
  const { client, RequestError } = await loading;
  const incoming = new TransformStream<AnyMessage, AnyMessage>();
  const toSdk = incoming.writable.getWriter();
  /** Ids of our requests without a response. */
  const awaited = new Set<unknown>();
  /** Questions without a response, by their JSON-RPC ids. */
  const questions = new Map<unknown, Question>();

  const writable = new WritableStream<AnyMessage>({
    write(message) {
      if ('method' in message && 'id' in message) awaited.add(message.id);
      // Not awaited: an agent that does not read must not delay a cancel. `exit` ends what waits for it.
      if (stdin.writable) stdin.write(`${JSON.stringify(message)}\n`);
    },
  });

  function ask(id: unknown, params: unknown): void {
    const { promise, resolve } = Promise.withResolvers<PermissionOutcome>();
    const question = { response: promise, withdraw: () => undefined };
    questions.set(id, question);
    const withdrawn = handlers.permission(params, resolve);
    question.withdraw = () => {
      withdrawn();
      resolve({ outcome: 'cancelled' });
    };
  }

  function receive(line: string): void {
    const message = parse(line);
    if (message === null) return handlers.noise(line);
    const { id, method, params } = message;
    if (!('method' in message)) {
      const known = typeof id === 'string' ? Number(id) : id;
      // Else a late answer to a request that is over.
      if (awaited.delete(known)) pass(responseOf(known, message));
    } else if (typeof method !== 'string') handlers.noise(line);
    else if (!('id' in message)) {
      // Others are notifications of an agent's own.
      if (method === 'session/update') handlers.update(params, line.length);
      if (method === '$/cancel_request') questions.get(fieldsOf(params).requestId)?.withdraw();
    } else if (typeof id !== 'string' && typeof id !== 'number') handlers.noise(line);
    else {
      if (method === 'session/request_permission') ask(id, params);
      pass({ jsonrpc: '2.0', id, method, params });
    }
  }

  // It rejects after the end of the connection.
  const pass = (message: AnyMessage): void => void toSdk.write(message).catch(() => undefined);

  const connection = client({ name: 'taskdeck' })
    .onRequest(
      'session/request_permission',
      (params) => params,
      async ({ requestId }) => {
        const outcome = (await questions.get(requestId)?.response) ?? { outcome: 'cancelled' };
        questions.delete(requestId);
        return { outcome: toWire(outcome) };
      },
    )
    .connect({ readable: incoming.readable, writable });

  const lines = new LineReader({
    maxBytes: MAX_LINE_BYTES,
    onLine: receive,
    onTooLong(beginning) {
      if (beginning.includes('"session/update"')) handlers.skipped();
      // A response is missing: its request would wait without an end.
      else connection.close(new ProtocolViolated(`it sent a line of more than ${MAX_LINE_BYTES >> 20} MiB`));
    },
  });
  stdout.on('data', (chunk: Buffer) => {
    lines.push(chunk);
    handlers.endOfRead();
  });
  const limited = limitTime(clock);
  return {
    async request(method, params, options) {
      const response = connection.agent.request<unknown>(method, params);
      try {
        return await limited(response, method, options);
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
        throw new AgentError(error.code, String(error.message), error.data);
      }
    },
    notify(method, params) {
      // It rejects after the end of the agent.
      connection.agent.notify<unknown>(method, params).catch(() => undefined);
    },
    close: (error) => connection.close(error),
  };
}

/** A response as the SDK accepts it. Some agents send `error: null` with a result, or errors without a code or a message. */
function responseOf(id: unknown, { result = null, error }: Fields): AnyMessage {
  const response = { jsonrpc: '2.0', id: id as string | number } as const;
  if (error === undefined || error === null) return { ...response, result };
  const { code, message, data } = fieldsOf(error);
  return {
    ...response,
    error: {
      code: Number.isInteger(code) ? Number(code) : INTERNAL_ERROR,
      message: typeof message === 'string' ? message : 'Internal error',
      data: data ?? error,
    },
  };
}

const toWire = (outcome: PermissionOutcome): object =>
  outcome.outcome === 'selected' ? { outcome: 'selected', optionId: outcome.option_id } : outcome;

/** A message of JSON-RPC 2.0; null for anything else. */
function parse(line: string): Fields | null {
  try {
    const message: unknown = JSON.parse(line);
    const fields = fieldsOf(message);
    return fields.jsonrpc === '2.0' ? fields : null;
  } catch {
    return null;
  }
}

function limitTime(clock: Clock) {
  return async (
    response: Promise<unknown>,
    method: string,
    { timeoutMs, extend = () => 0 }: RequestOptions,
  ): Promise<unknown> => {
    if (timeoutMs === null) return response;
    const timeout = Promise.withResolvers<never>();
    const expire = (): void => {
      const more = extend();
      if (more > 0) cancel = clock.after(more, expire);
      else timeout.reject(new AgentTimeout(method, timeoutMs));
    };
    let cancel = clock.after(timeoutMs, expire);
    // A late rejection must not end the server.
    response.catch(() => undefined);
    return Promise.race([response, timeout.promise]).finally(() => cancel());
  };
}
