// The bench's server: the Tasks API on a free port of 127.0.0.1, in its own process, so that its work does not count.
// /control sets its content and returns the counts of requests.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { conversation, indexOf, lineOf, taskId, widened, wireTask } from './content.ts';
import { quietContent, type RequestCounts, type ServerContent } from './server-content.ts';

const now = Date.now();
let content: ServerContent = quietContent;
let counts: RequestCounts = { list: 0, transcript: 0, other: 0, connections: 0 };
/** The JSON of the list up to its last task, and the last task. */
let list: { readonly head: Buffer; readonly last: Buffer; readonly tail: Buffer } | null = null;
const transcripts = new Map<number, Buffer>();
/** A growing message grows by this in every response. */
let grown = 0;

const encode = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value)}\n`);

function taskOf(index: number): ReturnType<typeof wireTask> {
  const task = wireTask(index, now, index === content.working ? 'working' : undefined);
  if (!content.wide) return task;
  const { display_name, current_state } = task;
  return {
    ...task,
    display_name: widened(display_name),
    current_state: { ...current_state, message: widened(current_state.message) },
  };
}

/** Built once per content, except for the last task, which may change in every response. */
function listBody(): Buffer[] {
  list ??= buildList();
  const { head, last, tail } = list;
  return [head, content.reporting ? reportOf(content.tasks - 1) : last, tail];
}

function buildList() {
  const tasks = Array.from({ length: content.tasks }, (_, index) => JSON.stringify(taskOf(index)));
  const last = tasks.pop() ?? '';
  return {
    head: Buffer.from(`{"tasks":[${tasks.join(',')}${tasks.length === 0 ? '' : ','}`),
    last: Buffer.from(last),
    tail: Buffer.from(`],"count":${content.tasks}}\n`),
  };
}

/** The task with another message. Its time stays, so that it keeps its row. */
function reportOf(index: number): Buffer {
  const task = taskOf(index);
  const message = `answer ${counts.list} to a poll`;
  return Buffer.from(JSON.stringify({ ...task, current_state: { ...task.current_state, message } }));
}

/** Built once per task; changing messages are appended in every response. */
function transcriptBody(index: number): Buffer[] {
  let known = transcripts.get(index);
  if (known === undefined) {
    const lines = index === 0 ? content.firstLines : content.lines;
    const logs = conversation(index, lines, content.linesPerMessage, now);
    known = encode({
      logs: content.wide ? logs.map((entry) => ({ ...entry, content: widened(entry.content) })) : logs,
    });
    transcripts.set(index, known);
  }
  if (index !== content.working || content.moving === 'nothing') return [known];
  const entry = (text: string) =>
    JSON.stringify({ id: 1_000_000, content: text, type: 'output', time: new Date(now).toISOString() });
  grown++;
  const message =
    content.moving === 'one line'
      ? `${lineOf(index, 0)}\nseconds passed: ${Math.floor((Date.now() - now) / 1_000)}`
      : Array.from({ length: grown * 4 }, (_, line) => lineOf(index, line)).join('\n');
  return [known.subarray(0, known.length - ']}\n'.length), Buffer.from(`,${entry(message)}]}\n`)];
}

function respond(response: ServerResponse, status: number, ...parts: readonly Buffer[]): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'x-coder-build-version': 'v2.33.4+bench',
    'content-length': parts.reduce((sum, part) => sum + part.length, 0),
  });
  for (const part of parts) response.write(part);
  response.end();
}

async function control(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const wanted = Buffer.concat(chunks).toString();
  if (wanted !== '') {
    content = { ...quietContent, ...JSON.parse(wanted) };
    list = null;
    transcripts.clear();
    grown = 0;
    counts = { list: 0, transcript: 0, other: 0, connections: 0 };
    // Built before the first request.
    listBody();
    if (content.tasks > 0) transcriptBody(0);
  }
  respond(response, 200, encode(counts));
}

function route(request: IncomingMessage, response: ServerResponse): void {
  const path = (request.url ?? '').split('?')[0] ?? '';
  if (path === '/control') return void control(request, response);
  if (path === '/api/v2/tasks') {
    counts = { ...counts, list: counts.list + 1 };
    return respond(response, 200, ...listBody());
  }
  const [, id, action] = /^\/api\/v2\/tasks\/[^/]+\/([^/]+)(\/logs)?$/.exec(path) ?? [];
  const index = id === undefined ? Number.NaN : indexOf(id);
  if (id === taskId(index) && index < content.tasks) {
    if (action === undefined) return respond(response, 200, encode(taskOf(index)));
    counts = { ...counts, transcript: counts.transcript + 1 };
    return respond(response, 200, ...transcriptBody(index));
  }
  counts = { ...counts, other: counts.other + 1 };
  if (path === '/api/v2/buildinfo')
    return respond(response, 200, encode({ version: 'v2.33.4+bench', dashboard_url: '' }));
  if (path === '/api/v2/users/me') {
    return respond(response, 200, encode({ id: taskId(9), username: 'ada', name: 'Ada' }));
  }
  if (path === '/api/v2/templates') return respond(response, 200, encode([]));
  respond(response, 404, encode({ message: 'Route not found.' }));
}

const server = createServer(route);
server.on('connection', () => {
  counts = { ...counts, connections: counts.connections + 1 };
});
server.listen(0, '127.0.0.1', () => {
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
// Ends with its parent process.
process.on('disconnect', () => process.exit(0));
