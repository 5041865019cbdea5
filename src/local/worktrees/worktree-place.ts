import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { gitDirectoryOf } from '../git/git-directory.ts';
import { GitError, type GitOptions } from '../git/run-git.ts';
import { isInside, type ListedWorktree, listWorktrees, realPath } from './worktree-list.ts';
import type { WorktreeRow } from './worktree-table.ts';

/** Whether the directory of a row is still the worktree that taskdeck made. */
export type WorktreePlace =
  | MadePlace
  /** Nothing is at its path. `entry`: what git still knows of it. */
  | { readonly kind: 'vanished'; readonly entry: ListedWorktree | null; readonly movedTo: string | null }
  /** taskdeck leaves it alone. The reason is a sentence. */
  | { readonly kind: 'foreign'; readonly reason: string };

export interface MadePlace {
  readonly kind: 'made';
  /** Real path of its root. */
  readonly root: string;
  /** Its own git directory, and the one that all worktrees of the repository share. Real paths. */
  readonly gitDirectory: string;
  readonly sharedDirectory: string;
  /** All worktrees of the repository, itself included. */
  readonly listed: readonly ListedWorktree[];
}

/**
 * Finds the worktree of a row: its path, its `.git` file and the list of git must agree. `directory` of the options is
 * ignored.
 * @throws the reason of the signal
 */
export async function worktreePlace(
  row: WorktreeRow,
  options: Omit<GitOptions, 'directory'>,
): Promise<WorktreePlace> {
  const found = await lstat(row.path).catch(() => null);
  const root = realPath(row.path);
  const sharedDirectory = realPath(row.git_directory);
  if (found === null) return vanished(row, root, options);
  const foreign = (reason: string): WorktreePlace => ({ kind: 'foreign', reason });
  if (!found.isDirectory()) return foreign(`${row.path} is no longer the directory that taskdeck made.`);
  const gitDirectory = realPath((await gitDirectoryOf(row.path)) ?? '/');
  if (!isInside(gitDirectory, path.join(sharedDirectory, 'worktrees')))
    return foreign(`${row.path} is no longer a worktree of ${row.repository}.`);
  try {
    const listed = await listWorktrees({ ...options, directory: row.path });
    if (listed.some((each) => each.path === root))
      return { kind: 'made', root, gitDirectory, sharedDirectory, listed };
    return foreign(`git does not list ${row.path} as a worktree of ${row.repository}.`);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    const why = error.message.replace(/\.$/u, '');
    return foreign(
      `git cannot read ${row.path}: ${why}. If the repository was moved, run git worktree repair ${row.path} there.`,
    );
  }
}

async function vanished(
  row: WorktreeRow,
  root: string,
  options: Omit<GitOptions, 'directory'>,
): Promise<WorktreePlace> {
  try {
    const listed = await listWorktrees({ ...options, directory: repositoryDirectory(row) });
    const moved = listed.find(({ branch, path: other }) => branch === row.branch && other !== root);
    const entry = listed.find((each) => each.path === root) ?? null;
    return { kind: 'vanished', entry, movedTo: entry === null ? (moved?.path ?? null) : null };
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    return { kind: 'vanished', entry: null, movedTo: null };
  }
}

/** A directory outside of the worktree in which git finds its repository. */
export const repositoryDirectory = ({ git_directory: shared }: WorktreeRow): string =>
  path.basename(shared) === '.git' ? path.dirname(shared) : shared;
