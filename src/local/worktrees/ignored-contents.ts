import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';

/** Things in ignored directories that no removal may delete, by their path below the root. */
export interface IgnoredContents {
  /** Directories with a repository or worktree of their own. */
  readonly repositories: readonly string[];
  /** Directories of another file system, such as a mounted one. */
  readonly mounts: readonly string[];
}

/** Found ones at most, of both kinds together. */
const LIMIT = 20;

/**
 * Searches the ignored directories of a working tree, which `git status` does not look into. `ignored`: from
 * WorkingTreeStatus.
 * @throws the reason of the signal
 */
export async function ignoredContents(
  root: string,
  ignored: readonly string[],
  signal: AbortSignal,
): Promise<IgnoredContents> {
  const { dev } = await lstat(root);
  const [repositories, mounts]: [string[], string[]] = [[], []];
  const waiting = ignored.filter((name) => name.endsWith('/')).map((name) => name.slice(0, -1));
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    signal.throwIfAborted();
    if (repositories.length + mounts.length >= LIMIT) break;
    const directory = path.join(root, name);
    const found = await lstat(directory).catch(() => null);
    if (found === null || !found.isDirectory()) continue;
    if (found.dev !== dev) {
      mounts.push(name);
      continue;
    }
    const entries = await readdir(directory, { withFileTypes: true }).catch((): Dirent[] => []);
    if (entries.some((entry) => entry.name === '.git')) repositories.push(name);
    else for (const entry of entries) if (entry.isDirectory()) waiting.push(path.join(name, entry.name));
  }
  return { repositories, mounts };
}
