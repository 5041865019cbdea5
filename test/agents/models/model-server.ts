import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { anthropicAnswer, anthropicEvents, readAnthropic } from './anthropic.ts';
import { geminiAnswer, geminiEvents, readGemini } from './gemini.ts';
import { openAiChatAnswer, openAiChatEvents, readOpenAiChat } from './openai-chat.ts';
import { openAiResponsesEvents, readOpenAiResponses } from './openai-responses.ts';
import { type ModelReply, type ModelRequest, replyTo } from './scripted-model.ts';

type Answer = Exclude<ModelReply, { kind: 'error' }>;

/** One of the four APIs by which agents reach their model. */
interface ModelApi {
  readonly name: string;
  readonly path: RegExp;
  // biome-ignore lint/suspicious/noExplicitAny: each API reads a body of its own, which is JSON from outside.
  read(body: any): ModelRequest;
  events(reply: Answer): readonly unknown[];
  /** The reply as one JSON value, for requests that do not stream. */
  answer?(reply: Answer): unknown;
  /** Written after the last event. */
  readonly end?: string;
  readonly hasEventNames?: boolean;
}

const APIS: readonly ModelApi[] = [
  {
    name: 'Gemini',
    path: /:(?:streamG|g)enerateContent$/,
    read: readGemini,
    events: geminiEvents,
    answer: geminiAnswer,
  },
  {
    name: 'OpenAI chat completions',
    path: /\/chat\/completions$/,
    read: readOpenAiChat,
    events: openAiChatEvents,
    answer: openAiChatAnswer,
    end: 'data: [DONE]\n\n',
  },
  {
    name: 'Anthropic messages',
    path: /\/v1\/messages$/,
    read: readAnthropic,
    events: anthropicEvents,
    answer: anthropicAnswer,
    hasEventNames: true,
  },
  {
    name: 'OpenAI responses',
    path: /\/responses$/,
    read: readOpenAiResponses,
    events: openAiResponsesEvents,
    hasEventNames: true,
  },
];

export interface ModelServer {
  readonly url: string;
  /** The requests so far, the oldest first. */
  readonly requests: readonly SeenRequest[];
  close(): Promise<void>;
}

interface SeenRequest {
  readonly path: string;
  readonly body: unknown;
  readonly reply: ModelReply | null;
}

/** Serves the scripted model by all four APIs on loopback. */
export async function startModelServer(): Promise<ModelServer> {
  const requests: SeenRequest[] = [];
  const server = createServer((request, response) => {
    void serve(request, response, requests).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  requests: SeenRequest[],
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stub');
  const body = request.method === 'POST' ? await json(request).catch(() => null) : null;
  if (/:countTokens$|\/count_tokens$/.test(pathname)) {
    requests.push({ path: pathname, body, reply: null });
    return sendJson(response, 200, { totalTokens: 100, input_tokens: 100 });
  }
  const api = APIS.find(({ path }) => path.test(pathname));
  const reply = api === undefined || body === null ? null : replyTo(api.read(body));
  requests.push({ path: pathname, body, reply });
  if (api === undefined || reply === null)
    return sendJson(response, 404, { error: { message: 'not found' } });
  if (reply.kind === 'error') {
    const { status, message } = reply;
    return sendJson(response, status, {
      type: 'error',
      error: { type: 'invalid_request_error', code: status, message, status: 'INVALID_ARGUMENT' },
    });
  }
  const isStream = (body as { stream?: boolean }).stream === true || searchParams.get('alt') === 'sse';
  if (!isStream && api.answer !== undefined) return sendJson(response, 200, api.answer(reply));
  await sendEvents(response, api, reply);
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function sendEvents(response: ServerResponse, api: ModelApi, reply: Answer): Promise<void> {
  const closed = new AbortController();
  response.on('close', () => closed.abort());
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  for (const event of api.events(reply)) {
    const name = api.hasEventNames ? `event: ${(event as { type: string }).type}\n` : '';
    response.write(`${name}data: ${JSON.stringify(event)}\n\n`);
    if (reply.kind !== 'text') continue;
    await sleep(reply.everyMs, undefined, { signal: closed.signal }).catch(() => undefined);
    if (closed.signal.aborted) return;
  }
  response.end(api.end ?? '');
}
