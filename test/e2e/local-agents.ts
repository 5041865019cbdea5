import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { type AgentControl, openAgentControl } from '../support/acp/agent-control.ts';
import { fakeAgentCommand } from '../support/acp/fake-agent.ts';
import { type Home, makeHome } from '../support/home.ts';
import { taggedProcesses } from '../support/tagged-processes.ts';

/** The longest wait for an agent, a program or git, ms. */
export interface LocalAgents {
  readonly home: Home;
  readonly control: AgentControl;
  /** Starts a chat with this prompt, and options of `create`. Resolves to its id. */
  create(prompt: string, ...options: readonly string[]): Promise<string>;
}

interface LocalAgentsOptions {
  /** More of config.jsonc. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Added to the environment of each program. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A home with a fake agent, whose sessions another process can continue. */
export async function localAgents({
  settings = {},
  env = {},
}: LocalAgentsOptions = {}): Promise<LocalAgents> {
  const control = await openAgentControl();
  const home = makeHome({ env });
  onTestFinished(() => control[Symbol.asyncDispose]());
  const sessions = path.join(home.folder, 'sessions');
  mkdirSync(sessions);
  const agent = {
    acp: fakeAgentCommand(control.switch, `state=${sessions}`),
    modes: { ask: 'default', edits: 'acceptEdits', all: 'bypassPermissions', plan: 'plan' },
  };
  const config = path.join(home.folder, 'config', 'taskdeck');
  mkdirSync(config, { recursive: true });
  writeFileSync(path.join(config, 'config.jsonc'), JSON.stringify({ agents: { fake: agent }, ...settings }), {
    mode: 0o600,
  });
  return {
    home,
    control,
    async create(prompt, ...options) {
      const created = await home.run('create', '--local', '--model', 'fake', ...options, '--json', prompt);
      return JSON.parse(created).id;
    },
  };
}

/** Waits until no process of these chats runs. */
export async function nothingRuns(...chats: readonly string[]): Promise<void> {
  await expect.poll(() => chats.flatMap(taggedProcesses)).toEqual([]);
}
