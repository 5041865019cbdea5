import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
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

export interface InstalledAgent {
  /** The folder with its commands. */
  readonly bin: string;
  readonly version: string;
}

/**
 * Installs an agent from npm unless the cache has this version. The newest version replaces one that npm no longer has.
 * Two runs at once do not see each other's half-installed folders. Rejects with npm's message.
 */
export async function installAgent(
  agent: RealAgent,
  cache: string,
  signal: AbortSignal,
): Promise<InstalledAgent> {
  try {
    return await installVersion(agent, agent.version, cache, signal);
  } catch (error) {
    if (!/\b(?:ETARGET|E404)\b/u.test(String(error))) throw error;
    return installVersion(agent, 'latest', cache, signal);
  }
}

async function installVersion(
  { name, package: packageName, setUp }: RealAgent,
  version: string,
  cache: string,
  signal: AbortSignal,
): Promise<InstalledAgent> {
  const folder = path.join(cache, `${name}-${version}`);
  if (await exists(folder)) return installedIn(folder, packageName);
  await mkdir(cache, { recursive: true });
  const partial = await mkdtemp(path.join(cache, '.partial-'));
  try {
    await writeFile(path.join(partial, 'package.json'), '{ "private": true }\n');
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--save-exact'];
    await run('npm', ['install', ...options, `${packageName}@${version}`], { cwd: partial, signal });
    if (setUp !== undefined) {
      const script = path.join(partial, 'node_modules', packageName, setUp);
      await run(process.execPath, [script], { cwd: path.dirname(script), signal });
    }
    await rename(partial, folder).catch(async (error: unknown) => {
      // Another run was faster.
      if (!(await exists(folder))) throw error;
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return installedIn(folder, packageName);
}

async function installedIn(folder: string, packageName: string): Promise<InstalledAgent> {
  const modules = path.join(folder, 'node_modules');
  const { version } = JSON.parse(await readFile(path.join(modules, packageName, 'package.json'), 'utf8'));
  return { bin: path.join(modules, '.bin'), version };
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );
