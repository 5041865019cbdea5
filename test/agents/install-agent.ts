import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { RealAgent } from './real-agents.ts';

const run = promisify(execFile);

/** `TASKDECK_AGENTS_CACHE`, else a folder in the user's cache directory, which `npm ci` leaves alone. */
export function agentsCache(env: NodeJS.ProcessEnv): string {
  return (
    env.TASKDECK_AGENTS_CACHE ??
    path.join(env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'taskdeck-agents')
  );
}

/**
 * The folder with the agent's commands. Installs the agent from npm unless the cache has this version. Two runs at once
 * do not see each other's half-installed folders. Rejects with npm's message.
 */
export async function installAgent(agent: RealAgent, cache: string, signal: AbortSignal): Promise<string> {
  const folder = path.join(cache, `${agent.name}-${agent.version}`);
  const bin = path.join(folder, 'node_modules', '.bin');
  if (await exists(bin)) return bin;
  await mkdir(cache, { recursive: true });
  const partial = await mkdtemp(path.join(cache, '.partial-'));
  try {
    await writeFile(path.join(partial, 'package.json'), '{ "private": true }\n');
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--save-exact'];
    const spec = `${agent.package}@${agent.version}`;
    await run('npm', ['install', ...options, spec], { cwd: partial, signal });
    if (agent.setUp !== undefined) {
      const script = path.join(partial, 'node_modules', agent.package, agent.setUp);
      await run(process.execPath, [script], { cwd: path.dirname(script), signal });
    }
    await rename(partial, folder).catch(async (error: unknown) => {
      // Another run was faster.
      if (!(await exists(bin))) throw error;
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return bin;
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );
