import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { KnownAgent } from '../../../src/local/agents/acp-agent.ts';
import type { ServerOptions } from '../../../src/local/server.ts';
import { registryOf, startLocalServer, temporaryDirectory } from '../local-server.ts';
import { knownAgent, ScriptedAgents } from './scripted-agents.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers of all shapes.
type Body = any;

export interface LocalAnswer {
  readonly status: number;
  readonly body: Body;
  readonly headers: Headers;
}

/**
 * A real local server whose agents are scripted, until the current test ends. Its chats run in `directory`, which is the
 * home directory too. Git runs only with a PATH in `options.env`, which is added to the environment.
 */
export async function startLocalChats(
  options: Partial<ServerOptions> = {},
  agents: readonly KnownAgent[] = [knownAgent('robot')],
) {
  const temporary = temporaryDirectory();
  const directory = path.join(temporary.path, 'work');
  mkdirSync(directory);
  const scripted = new ScriptedAgents();
  const started = await startLocalServer({
    stateDir: path.join(temporary.path, 'state'),
    agents: registryOf(
      () => [],
      () => agents,
    ),
    chatRuntime: scripted.runtime,
    ...options,
    // Without programs: tests of git name a PATH.
    env: { HOME: directory, PATH: path.join(temporary.path, 'bin'), ...options.env },
  });
  let closing: Promise<void> | null = null;
  const close = (): Promise<void> => {
    closing ??= started.close();
    return closing;
  };
  const server = { ...started, close };
  onTestFinished(async () => {
    await close();
    temporary.remove();
  });
  const call = async (
    method: string,
    target: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = { 'coder-session-token': server.token },
  ): Promise<LocalAnswer> => {
    const response = await fetch(`${server.url}${target}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: text === '' ? null : JSON.parse(text),
      headers: response.headers,
    };
  };
  const [organization] = (await call('GET', '/api/v2/organizations')).body;
  const organizationId: string = organization.id;
  const chats = (method: string, target: string, body?: unknown) =>
    call(method, `/api/v2/chats${target}`, body);
  return {
    server,
    scripted,
    directory,
    organizationId,
    call,
    /** `target`: below the prefix of Chats. */
    chats,
    agent: (id: string) => scripted.agent(id),
    /** Creates a chat that works on its first prompt. Returns its id. */
    async create(prompt = 'Fix it', more: object = {}): Promise<string> {
      const { status, body } = await chats('POST', '', {
        organization_id: organizationId,
        content: [{ type: 'text', text: prompt }],
        directory,
        ...more,
      });
      if (status !== 201) throw new Error(`Create: ${status} ${JSON.stringify(body)}`);
      return body.id;
    },
  };
}

export type LocalChatsServer = Awaited<ReturnType<typeof startLocalChats>>;

/** The body of a send. */
export const words = (text: string) => ({ content: [{ type: 'text', text }] });

/** A chat that waits, with one answer. */
export async function idleChat(server: LocalChatsServer): Promise<string> {
  const id = await server.create();
  server.agent(id).write('Done.');
  server.agent(id).finish();
  return id;
}
