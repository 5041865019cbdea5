import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import type { AgentDefinition } from '../../src/config/agent-definition.ts';
import { findOrStartLocalServer, type LocalServer, stopLocalServer } from '../../src/config/local-server.ts';
import { probeByHttp } from '../../src/config/probe.ts';
import { DEFAULT_WORKTREE_SETTINGS } from '../../src/config/worktree-settings.ts';
import type { KnownAgent } from '../../src/local/agents/acp-agent.ts';
import type { AgentRegistry } from '../../src/local/agents/registry.ts';
import { type LocalServerHandle, type ServerOptions, startServer } from '../../src/local/server.ts';
import { systemClock } from '../../src/platform/clock.ts';

const TEST_VERSION = '0.0.0-test';

const never = new AbortController().signal;

export function temporaryDirectory(): { readonly path: string; readonly remove: () => void } {
  const directory = mkdtempSync(path.join(tmpdir(), 'taskdeck-test-'));
  return {
    path: directory,
    // Commands that were just killed may still write.
    remove: () => rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }),
  };
}

/** An agent registry with these commands, and no agents of chats unless given. */
export const registryOf = (
  commands: () => readonly AgentDefinition[],
  chatAgents: () => readonly KnownAgent[] = () => [],
): AgentRegistry => ({
  commands,
  chatAgents,
  allowRules: () => [],
  worktreeSettings: () => DEFAULT_WORKTREE_SETTINGS,
});

/** An earlier taskdeck's registry: it offers the commands that are retired now. */
export const withRetiredCommands = (registry: AgentRegistry): AgentRegistry => ({
  ...registry,
  commands: () => registry.commands().map(({ isRetired: _, ...command }) => command),
});

/** A real local server in this process. Without `stateDir` it uses a temporary state directory. */
export async function startLocalServer(
  options: Partial<ServerOptions> = {},
): Promise<LocalServerHandle & { readonly stateDir: string }> {
  const temporary = options.stateDir === undefined ? temporaryDirectory() : null;
  const stateDir = options.stateDir ?? temporary?.path ?? '';
  const server = await startServer({
    version: TEST_VERSION,
    clock: systemClock,
    env: { ...process.env, SHELL: '/bin/sh' },
    graceMs: 1_000,
    ...options,
    stateDir,
  });
  return {
    ...server,
    stateDir,
    close: async () => {
      await server.close();
      temporary?.remove();
    },
  };
}

/** The local server in its own process, as taskdeck starts it. `close` ends it. */
export async function startDetachedServer(
  stateDir: string,
): Promise<LocalServer & { readonly close: () => Promise<void> }> {
  const server = await findOrStartLocalServer({ ...(await detachedStart(stateDir)) });
  return { ...server, close: () => endDetachedServer(stateDir) };
}

/** Options to find or start a detached server. */
export async function detachedStart(stateDir: string): Promise<Parameters<typeof findOrStartLocalServer>[0]> {
  return {
    stateDir,
    entry: await localBundle(),
    version: TEST_VERSION,
    probe: probeByHttp,
    clock: systemClock,
    signal: never,
    env: { ...process.env, SHELL: '/bin/sh' },
  };
}

/** Ends the detached server of this directory, if one is running. */
export async function endDetachedServer(stateDir: string): Promise<void> {
  await stopLocalServer({
    stateDir,
    version: TEST_VERSION,
    probe: probeByHttp,
    clock: systemClock,
    signal: never,
  });
}

let bundle: Promise<string> | undefined;

/** Path of a bundle of the local server for this test run only, because another build may replace dist/. */
export function localBundle(): Promise<string> {
  bundle ??= makeBundle();
  return bundle;
}

async function makeBundle(): Promise<string> {
  const { path: directory, remove } = temporaryDirectory();
  process.once('exit', remove);
  const file = path.join(directory, 'local.cjs');
  await build({
    entryPoints: [path.resolve('src/local/main.ts')],
    outfile: file,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'esnext',
    logLevel: 'warning',
    alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
    define: { TASKDECK_VERSION: JSON.stringify(TEST_VERSION) },
  });
  return file;
}
