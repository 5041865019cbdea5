import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ACP_AGENTS } from '../../src/local/agents/acp-agents.ts';
import { agentChecks } from '../../src/local/agents/agent-checks.ts';
import { knownAgents } from '../../src/local/agents/known-agents.ts';
import { agentRegistry } from '../../src/local/agents/registry.ts';
import { clockFrom } from '../../src/platform/clock.ts';
import { temporaryDirectory } from '../support/local-server.ts';

let temporary: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  temporary = temporaryDirectory();
});
afterEach(() => temporary.remove());

/** A directory for PATH with these programs. */
function programs(directory: string, ...names: readonly string[]): string {
  const bin = path.join(temporary.path, directory);
  mkdirSync(bin);
  for (const name of names) {
    writeFileSync(path.join(bin, name), '#!/bin/sh\n');
    chmodSync(path.join(bin, name), 0o755);
  }
  return bin;
}

const found = (PATH: string, configured: Parameters<typeof knownAgents>[1] = []) =>
  knownAgents({ PATH }, configured);
const installed = (known: ReturnType<typeof knownAgents>): readonly string[] =>
  known.filter(({ isInstalled }) => isInstalled).map(({ agent }) => agent.name);

describe('the table of agents', () => {
  test('has unique names that a command line and the config file accept', () => {
    const names = ACP_AGENTS.map(({ agent }) => agent.name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  });

  test('sets a mode that asks for every agent that does not ask by default', () => {
    const modes = new Map(ACP_AGENTS.map(({ agent }) => [agent.name, agent.modes]));
    expect(modes.get('claude')?.ask).toBe('default');
    expect(modes.get('qwen')?.ask).toBe('default');
    expect(modes.get('codex')).toEqual({
      ask: 'read-only',
      edits: 'workspace-write',
      all: 'agent-full-access',
    });
    expect(modes.get('goose')?.ask).toBe('approve');
  });

  test('allows opencode by its environment what the mode allows', () => {
    const { environmentOfMode } =
      ACP_AGENTS.find(({ agent }) => agent.name === 'opencode')?.agent.quirks ?? {};
    const permissions = (mode: 'ask' | 'edits' | 'all') =>
      JSON.parse(environmentOfMode?.(mode).OPENCODE_PERMISSION ?? '');
    expect(permissions('ask')).toMatchObject({ '*': 'ask', glob: 'allow' });
    expect(permissions('ask')).not.toHaveProperty('edit');
    expect(permissions('edits')).toMatchObject({ '*': 'ask', edit: 'allow' });
    expect(permissions('all')).toMatchObject({ '*': 'allow' });
  });
});

describe('agents', () => {
  test('are installed if their program is on the PATH', () => {
    expect(installed(found(programs('bin', 'gemini', 'opencode', 'claude-agent-acp', 'codex')))).toEqual([
      'claude',
      'gemini',
      'opencode',
    ]);
    expect(installed(found(''))).toEqual([]);
  });

  test('without their adapter are missing, with the command that installs it', () => {
    const known = found(programs('bin', 'claude', 'codex', 'codex-acp'));
    expect(known.filter(({ missing }) => missing !== null)).toEqual([
      expect.objectContaining({
        agent: expect.objectContaining({ name: 'claude' }),
        isInstalled: false,
        install: 'npm install --global @agentclientprotocol/claude-agent-acp',
        missing: 'its adapter claude-agent-acp is not installed',
      }),
    ]);
    expect(installed(known)).toEqual(['codex']);
  });

  test('of the config file come first, and replace those of the table', () => {
    const bin = programs('bin', 'mine', 'gemini');
    const setting = { title: 'Mine', env: {}, modes: { ask: 'careful' } };
    const known = found(bin, [
      { ...setting, name: 'gemini', command: [path.join(bin, 'mine'), '--acp'] },
      { ...setting, name: 'gone', command: ['not-there'] },
    ]);
    expect(known.filter(({ agent }) => agent.name === 'gemini')).toHaveLength(1);
    expect(known.slice(0, 2)).toMatchObject([
      {
        agent: { name: 'gemini', displayName: 'Mine', modes: { ask: 'careful' }, isConfigured: true },
        isInstalled: true,
        missing: null,
      },
      { agent: { name: 'gone' }, isInstalled: false, missing: 'not-there is not on PATH' },
    ]);
  });

  test('are looked up on the PATH of the last shell that asked', () => {
    let now = 0;
    const time = (): number => now;
    const registry = agentRegistry({
      env: { PATH: programs('server', 'qwen') },
      configDir: null,
      clock: clockFrom({ wall: time, monotonic: time, timer: () => () => undefined }),
      onFault: (fault) => expect.fail(fault),
    });
    expect(installed(registry.chatAgents())).toEqual(['qwen']);
    const PATH = programs('shell', 'gemini');
    expect(installed(registry.chatAgents({ PATH }))).toEqual(['gemini']);
    now += 10_000;
    expect(installed(registry.chatAgents(null))).toEqual(['gemini']);
  });

  test('follow the config file', () => {
    let now = 0;
    const time = (): number => (now += 10_000);
    const faults: string[] = [];
    const registry = agentRegistry({
      env: { PATH: programs('bin', 'gemini') },
      configDir: temporary.path,
      clock: clockFrom({ wall: time, monotonic: time, timer: () => () => undefined }),
      onFault: (fault) => faults.push(fault),
    });
    expect(registry.allowRules()).toEqual([]);
    const write = (text: string) => writeFileSync(path.join(temporary.path, 'config.jsonc'), text);
    write(
      '{"allow": ["read"], "worktree": {"setUp": "make"}, "agents": {"mine": {"acp": ["mine"]}, "gemini": {"start": ["g", "{prompt}"]}}}',
    );
    const names = () => registry.chatAgents().map(({ agent }) => agent.name);
    expect(names()[0]).toBe('mine');
    expect(names()).not.toContain('gemini');
    expect(registry.allowRules()).toEqual([{ kind: 'read', words: [] }]);
    expect(registry.worktreeSettings()).toMatchObject({ setUp: 'make', setUpMinutes: 10 });
    // A fault in the rules or the worktrees does not undo the agents.
    write('{"allow": ["reed"], "worktree": {"setUp": 1}, "agents": {"other": {"acp": ["other"]}} } ');
    expect(names()[0]).toBe('other');
    expect(registry.allowRules()).toEqual([{ kind: 'read', words: [] }]);
    expect(registry.worktreeSettings().setUp).toBe('make');
    expect(faults).toEqual([expect.stringContaining('allow.0'), expect.stringContaining('worktree.setUp')]);
    expect(registry.commands().map(({ name }) => name)).toEqual(['shell', 'gemini']);
  });
});

describe('doctor', () => {
  test('shows installed agents with version and sign-in, and what installs those that lack an adapter', () => {
    const bin = programs('bin', 'codex', 'opencode');
    const library = path.join(temporary.path, 'lib', 'gemini-cli');
    mkdirSync(path.join(library, 'bundle'), { recursive: true });
    writeFileSync(path.join(library, 'package.json'), '{"version": "0.61.0", "bin": {}}');
    const program = path.join(library, 'bundle', 'gemini.js');
    writeFileSync(program, '#!/usr/bin/env node\n', { mode: 0o755 });
    symlinkSync(program, path.join(bin, 'gemini'));
    expect(agentChecks(found(bin), { PATH: bin })).toEqual([
      {
        topic: 'agents',
        name: 'gemini',
        value: `Gemini CLI 0.61.0, ${bin}/gemini; to sign in, run: gemini`,
        ok: true,
      },
      {
        topic: 'agents',
        name: 'opencode',
        value: `opencode, ${bin}/opencode; to sign in, run: opencode auth login`,
        ok: true,
      },
      {
        topic: 'agents',
        name: 'codex',
        value:
          'its adapter codex-acp is not installed. Run: npm install --global @agentclientprotocol/codex-acp',
        ok: null,
      },
    ]);
    // The program of a configured agent may be an interpreter with a version of its own.
    const mine = { name: 'mine', title: 'Mine', command: ['gemini', 'agent.js'], env: {}, modes: {} };
    expect(agentChecks(found(bin, [mine]), { PATH: bin })[0]?.value).toBe(`Mine, ${bin}/gemini`);
  });

  test('says how to get an agent when there is none', () => {
    const values = agentChecks(found(''), { PATH: '' }).map(({ name, value }) => `${name}: ${value}`);
    expect(values).toContain('gemini: not installed. Run: npm install --global @google/gemini-cli');
  });
});
