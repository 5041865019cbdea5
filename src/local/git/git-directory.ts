import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';

/** The git directory of the working tree that holds a directory, without a run of git; null if none does. */
export async function gitDirectoryOf(directory: string): Promise<string | null> {
  const dotGit = path.join(directory, '.git');
  const found = await stat(dotGit).catch(() => null);
  if (found?.isDirectory() === true) return dotGit;
  if (found?.isFile() === true) {
    // A linked working tree, or a submodule.
    const [, target] = /^gitdir: (.+?)\s*$/u.exec(await readFile(dotGit, 'utf8').catch(() => '')) ?? [];
    return target === undefined ? null : path.resolve(directory, target);
  }
  const parent = path.dirname(directory);
  return parent === directory ? null : gitDirectoryOf(parent);
}

/** The git directory that a worktree shares with its repository; the given one if it shares none. */
export async function sharedDirectoryOf(gitDirectory: string): Promise<string> {
  const shared = await readFile(path.join(gitDirectory, 'commondir'), 'utf8').catch(() => '.');
  return path.resolve(gitDirectory, shared.trim());
}

/** Files and directories below a git directory that exist while a command is not finished, and its name. */
const OPERATIONS = [
  ['rebase-merge', 'rebase'],
  ['rebase-apply', 'rebase'],
  ['MERGE_HEAD', 'merge'],
  ['CHERRY_PICK_HEAD', 'cherry-pick'],
  ['REVERT_HEAD', 'revert'],
  ['sequencer', 'cherry-pick'],
  ['BISECT_LOG', 'bisect'],
] as const;

/** The git command that waits in a working tree for its user; null for none. */
export async function operationInProgress(gitDirectory: string): Promise<string | null> {
  for (const [name, operation] of OPERATIONS) {
    if ((await stat(path.join(gitDirectory, name)).catch(() => null)) !== null) return operation;
  }
  return null;
}
