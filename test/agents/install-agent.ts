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

/** An agent cannot be installed. The message names the package and what npm says. */
export class InstallFailed extends Error {
  override readonly name = 'InstallFailed';
}

/** For one try of one request; npm's own limits wait for minutes while a registry is down. */
const NPM_LIMITS = [
  '--fetch-retries=2',
  '--fetch-retry-mintimeout=2000',
  '--fetch-retry-factor=2',
  '--fetch-timeout=60000',
];
/** For the whole installation, ms. */
const INSTALL_TIMEOUT_MS = 5 * 60_000;

export interface InstalledAgent {
  /** The folder with its commands. */
  readonly bin: string;
  readonly version: string;
}

/**
 * Installs an agent from npm unless the cache has this version. The newest version replaces one that npm no longer has.
 * Two runs at once do not see each other's half-installed folders. Rejects with InstallFailed.
 */
export async function installAgent(
  agent: RealAgent,
  cache: string,
  signal: AbortSignal,
): Promise<InstalledAgent> {
  const limit = AbortSignal.timeout(INSTALL_TIMEOUT_MS);
  const either = AbortSignal.any([signal, limit]);
  try {
    return await installVersion(agent, agent.version, cache, either).catch((error: unknown) => {
      if (!/\b(?:ETARGET|E404)\b/u.test(String(error))) throw error;
      return installVersion(agent, 'latest', cache, either);
    });
  } catch (error) {
    signal.throwIfAborted();
    const reason = limit.aborted ? `not done after ${INSTALL_TIMEOUT_MS / 1_000} s` : reasonOf(error);
    throw new InstallFailed(`Cannot install ${agent.package} from npm: ${reason}`, { cause: error });
  }
}

/** The lines that npm prints about an error, without stacks and the places of its logs. */
function reasonOf(error: unknown): string {
  const { stderr = '' }: { readonly stderr?: string } = Object(error);
  const lines = stderr.split('\n').flatMap((line) => /^npm (?:error|ERR!) ([^\s}].*)/u.exec(line)?.[1] ?? []);
  const telling = lines.filter((line) => !/A complete log of this run|_logs/u.test(line));
  return telling.length === 0 ? String(error) : telling.join('\n');
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
    // `npm run --silent` would also silence the errors of this npm.
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--save-exact', '--loglevel=error'];
    await run('npm', ['install', ...options, ...NPM_LIMITS, `${packageName}@${version}`], {
      cwd: partial,
      signal,
    });
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
