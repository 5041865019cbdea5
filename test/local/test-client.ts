import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import got, { type Method } from 'got';
import type * as z from 'zod/mini';
import { type WireTask, wireTask, wireTaskList } from '../../src/wire/task.ts';
import { wireTemplates } from '../../src/wire/template.ts';
import { type WireTranscript, wireTranscript } from '../../src/wire/transcript.ts';
import { WAIT_MS } from '../time-outs.mts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The body. */
  readonly text: string;
  /** Parsed JSON; undefined without a body. */
  readonly body: unknown;
}

/** A client for a server under test, with got and the schemas of taskdeck's own client. */
export class TestClient {
  readonly url: string;
  readonly token: string;

  constructor({ url, token }: { readonly url: string; readonly token: string }) {
    this.url = url;
    this.token = token;
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = { 'Coder-Session-Token': this.token },
  ): Promise<Answer> {
    const response = await got(this.url + path, {
      method: method as Method,
      headers,
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      allowGetBody: true,
      throwHttpErrors: false,
      followRedirect: false,
      retry: { limit: 0 },
    });
    const text = response.body;
    return {
      status: response.statusCode,
      headers: new Headers(response.headers as Record<string, string>),
      text,
      body: text === '' ? undefined : JSON.parse(text),
    };
  }

  async read<Schema extends z.core.$ZodType>(path: string, schema: Schema): Promise<z.output<Schema>> {
    const answer = await this.call('GET', path);
    if (answer.status !== 200) throw new Error(`GET ${path}: ${answer.status} ${answer.text}`);
    return (schema as unknown as { parse(value: unknown): z.output<Schema> }).parse(answer.body);
  }

  async versionOf(template = 'shell'): Promise<string> {
    const templates = await this.read('/api/v2/templates', wireTemplates);
    const found = templates?.find(({ name }) => name === template);
    if (found === undefined) throw new Error(`There is no template ${template}.`);
    return found.active_version_id;
  }

  async create(
    input: string,
    more: Readonly<Record<string, unknown>> = {},
    template = 'shell',
  ): Promise<WireTask> {
    const request = { template_version_id: await this.versionOf(template), input, ...more };
    const answer = await this.call('POST', '/api/v2/tasks/me', request);
    if (answer.status !== 201) throw new Error(`Create: ${answer.status} ${answer.text}`);
    return wireTask.parse(answer.body);
  }

  list(query = ''): Promise<z.output<typeof wireTaskList>> {
    return this.read(`/api/v2/tasks?q=${encodeURIComponent(query)}`, wireTaskList);
  }

  get(task: string): Promise<WireTask> {
    return this.read(`/api/v2/tasks/me/${task}`, wireTask);
  }

  logs(task: string): Promise<WireTranscript> {
    return this.read(`/api/v2/tasks/me/${task}/logs`, wireTranscript);
  }

  act(task: string, action: 'pause' | 'resume'): Promise<Answer> {
    return this.call('POST', `/api/v2/tasks/me/${task}/${action}`);
  }

  send(task: string, input: string): Promise<Answer> {
    return this.call('POST', `/api/v2/tasks/me/${task}/send`, { input });
  }

  async lastContent(task: string): Promise<string> {
    return (await this.logs(task)).logs?.at(-1)?.content ?? '';
  }

  /** Waits until the task has this status, and this state if given. */
  until(task: string, status: string, state?: string): Promise<WireTask> {
    return waitUntil(`${status} ${state ?? ''}`, async () => {
      const now = await this.get(task);
      return now.status === status && (state === undefined || now.current_state?.state === state)
        ? now
        : null;
    });
  }
}

/** Calls `read` every 20 ms until it returns neither null nor false. Throws after `patienceMs`. */
export async function waitUntil<Result>(
  what: string,
  read: () => Promise<Result | null | false> | Result | null | false,
  patienceMs = WAIT_MS,
): Promise<Result> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const result = await read();
    if (result !== null && result !== false) return result;
    if (Date.now() > deadline) throw new Error(`Timed out: ${what}`);
    await sleep(20);
  }
}

/** Whether a process exists and is not a zombie. */
export function isProcessRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return !isZombie(pid);
}

/** In a container without an init, zombies stay forever. */
function isZombie(pid: number): boolean {
  if (process.platform !== 'linux') return false;
  try {
    return /\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
}
