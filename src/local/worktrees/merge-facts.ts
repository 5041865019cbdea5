import { existsSync } from 'node:fs';
import path from 'node:path';
import { gitDirectoryOf, operationInProgress } from '../git/git-directory.ts';
import { type GitOptions, runGit } from '../git/run-git.ts';
import { type WorkingTreeStatus, workingTreeStatus } from '../git/working-tree-status.ts';
import { overwrittenFiles } from './overwritten-files.ts';
import type { WorktreeFacts } from './worktree-facts.ts';

/** The working tree in which the base is checked out. */
export interface BasePlace {
  /** Real path. */
  readonly root: string;
  readonly status: WorkingTreeStatus;
  readonly operation: string | null;
  /** Untracked and ignored files that a merge would overwrite. */
  readonly overwritten: readonly string[];
}

/**
 * The working tree of the base; null if the base is checked out nowhere, or is no branch.
 * @throws GitError, or the reason of the signal
 */
export async function basePlace(
  { place, base, status }: WorktreeFacts,
  options: Omit<GitOptions, 'directory'>,
): Promise<BasePlace | null> {
  const found = base.kind === 'branch' ? place.listed.find(({ branch }) => branch === base.name) : undefined;
  if (found === undefined || found.path === place.root || !existsSync(found.path)) return null;
  const there = { ...options, directory: found.path };
  const [baseStatus, gitDirectory, added] = await Promise.all([
    workingTreeStatus(there, { withIgnored: true, withSubmodules: false }),
    gitDirectoryOf(found.path),
    addedFiles(base.commit, status.head, there),
  ]);
  return {
    root: found.path,
    status: baseStatus,
    operation: gitDirectory === null ? null : await operationInProgress(gitDirectory),
    overwritten: overwritten(added, baseStatus, found.path),
  };
}

/**
 * The ignored files of the worktree that a rebase would overwrite.
 * @throws GitError, or the reason of the signal
 */
export async function overwrittenByRebase(
  { place, base, status, behind }: WorktreeFacts,
  options: Omit<GitOptions, 'directory'>,
): Promise<readonly string[]> {
  if (behind === 0) return [];
  const here = { ...options, directory: place.root };
  return overwritten(await addedFiles(status.head, base.commit, here), status, place.root);
}

const overwritten = (
  added: readonly string[],
  { untracked, ignored }: WorkingTreeStatus,
  root: string,
): readonly string[] =>
  overwrittenFiles(added, [...untracked, ...ignored], (file) => existsSync(path.join(root, file)));

/** The files of a commit that another one does not have. */
async function addedFiles(from: string, to: string, options: GitOptions): Promise<readonly string[]> {
  if (from === '' || to === '' || from === to) return [];
  const { text } = await runGit(
    ['diff', '--name-only', '--no-renames', '--no-ext-diff', '--diff-filter=A', '-z', from, to, '--'],
    { ...options, limit: 64 << 20 },
  );
  return text.split('\0').filter(Boolean);
}
