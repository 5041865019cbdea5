import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type GitOptions, runGit } from '../git/run-git.ts';
import { lostCommits } from './lost-commits.ts';
import { namedCommit } from './sentences.ts';
import { realPath } from './worktree-list.ts';
import { repositoryDirectory, type WorktreePlace } from './worktree-place.ts';
import type { WorktreeRow } from './worktree-table.ts';

type VanishedPlace = WorktreePlace & { readonly kind: 'vanished' };

/**
 * Why git's entry of a worktree must stay though its directory is gone, in a sentence: it is locked, or it alone has
 * commits. Null: it can go.
 * @throws GitError, or the reason of the signal
 */
export async function reasonToKeepEntry(
  row: WorktreeRow,
  { entry }: VanishedPlace,
  options: Omit<GitOptions, 'directory'>,
): Promise<string | null> {
  if (entry === null) return null;
  const sharedDirectory = realPath(row.git_directory);
  const gitDirectory = await entryDirectory(sharedDirectory, entry.path);
  if (gitDirectory === null) return null;
  if (entry.lock !== null)
    return `${row.path} is gone, but its entry in git is locked. Unlock it with git worktree unlock.`;
  const head = { gitDirectory, sharedDirectory, head: entry.head, isDetached: entry.branch === '' };
  const [lost] = await lostCommits(head, { ...options, directory: repositoryDirectory(row) });
  if (lost === undefined) return null;
  return `${row.path} is gone, and no branch has its commit ${namedCommit(lost)}. Make a branch for it.`;
}

/**
 * Removes git's entry of a worktree whose directory is gone, and no other entry. Resolves to `reasonToKeepEntry`.
 * @throws GitError, or the reason of the signal
 */
export async function removeVanishedEntry(
  row: WorktreeRow,
  place: VanishedPlace,
  options: Omit<GitOptions, 'directory'>,
): Promise<string | null> {
  const reason = await reasonToKeepEntry(row, place, options);
  if (reason === null && place.entry !== null)
    await runGit(['worktree', 'remove', row.path], { ...options, directory: repositoryDirectory(row) });
  return reason;
}

/** The git directory of the worktree at a path; null if git has none. */
async function entryDirectory(sharedDirectory: string, root: string): Promise<string | null> {
  const parent = path.join(sharedDirectory, 'worktrees');
  for (const name of await readdir(parent).catch((): string[] => [])) {
    const directory = path.join(parent, name);
    const dotGit = await readFile(path.join(directory, 'gitdir'), 'utf8').catch(() => '');
    if (realPath(path.dirname(path.resolve(directory, dotGit.trim()))) === root) return directory;
  }
  return null;
}
