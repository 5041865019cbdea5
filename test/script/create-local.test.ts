import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { createCoderBackend } from '../../src/api/coder-backend.ts';
import type { AgentDefinition } from '../../src/config/agent-definition.ts';
import { BUILTIN_AGENTS } from '../../src/local/agents/builtin.ts';
import { shellAgent } from '../../src/local/agents/shell.ts';
import { registryOf, startLocalServer } from '../support/local-server.ts';
import { type CommandResult, run } from './script-fixture.ts';

let offered: readonly AgentDefinition[] = [];
let server: Awaited<ReturnType<typeof startLocalServer>>;
beforeAll(async () => {
  server = await startLocalServer({ agents: registryOf(() => offered) });
});
afterAll(() => server.close());

const create = (...words: readonly string[]): Promise<CommandResult> => {
  const backend = createCoderBackend({ ...server, directory: server.stateDir, hasChats: false });
  return run(backend, ['create', ...words]);
};
const shell = shellAgent();
const named = (...names: readonly string[]): readonly AgentDefinition[] =>
  BUILTIN_AGENTS.filter(({ name }) => names.includes(name)).map(({ isRetired: _, ...agent }) => agent);

describe('a prompt on this machine without --template is wrong usage and runs no command', () => {
  it.each([
    [
      'no agent',
      [shell],
      /^taskdeck: No agent found on this machine\. .*--template shell runs the prompt as a command\.\n$/,
    ],
    [
      'one agent',
      [shell, ...named('claude')],
      /^taskdeck: No agent given\. Choose one: --template claude\. --template shell runs/,
    ],
    [
      'several agents',
      [shell, ...named('claude', 'gemini')],
      /Choose one: --template claude, --template gemini\. --template shell runs the prompt as a command\.\n$/,
    ],
  ])('with %s: %s', async (_, agents, sentence) => {
    offered = agents;
    const ran = await create('touch', '--name', 'never');
    expect(ran.code).toBe(2);
    expect(ran.err).toMatch(sentence);
    expect(ran.out).toBe('');
    const backend = createCoderBackend(server);
    expect(await backend.sources[0].list({ owner: null }, new AbortController().signal)).toEqual([]);
  });
});

test('--template shell runs it', async () => {
  offered = [shell];
  expect(await create('true', '--template', 'shell', '--name', 'runs')).toMatchObject({
    code: 0,
    out: 'runs\n',
  });
});

test('flags of chats are wrong usage where there are none', async () => {
  offered = [shell];
  for (const flags of [['--plan'], ['--model', 'Sonnet']])
    expect(await create('true', ...flags)).toEqual({
      code: 2,
      out: '',
      err: 'taskdeck: This machine runs no chats. Omit --model, --effort, --plan, --workspace, --permission, --worktree and --attach.\n',
    });
});
