import { existsSync } from 'node:fs';
import path from 'node:path';
import { gitDirectoryOf, operationInProgress } from '../git/git-directory.ts';
import { type GitOptions, runGit } from '../git/run-git.ts';
import { type WorkingTreeStatus, workingTreeStatus } from '../git/working-tree-status.ts';
import type { WorktreeFacts } from './worktree-facts.ts';

/*
 * Git keeps untracked files in a checkout or merge, but overwrites ignored ones without a word.
 */

/**
 * The untracked and ignored files that new files of a checkout or merge would overwrite. `present`: from
 * WorkingTreeStatus; `exists` says whether a path below an ignored directory exists.
 */
export function overwrittenFiles(
  added: readonly string[],
  present: readonly string[],
  exists: (path: string) => boolean,
): readonly string[] {
  const files = new Set(present.filter((path) => !path.endsWith('/')));
  const directories = new Set(present.filter((path) => path.endsWith('/')));
  /** A file or directory in each directory that holds some. */
  const byParent = new Map(
    present.flatMap((path) => parentsOf(path.replace(/\/$/u, '')).map((parent) => [parent, path] as const)),
  );
  const found = added.flatMap((path) => {
    if (files.has(path)) return [path];
    if (directories.has(`${path}/`)) return [`${path}/`];
    const below = byParent.get(path);
    if (below !== undefined) return [below];
    const parents = parentsOf(path);
    const file = parents.find((parent) => files.has(parent));
    if (file !== undefined) return [file];
    return parents.some((parent) => directories.has(`${parent}/`)) && exists(path) ? [path] : [];
  });
  return [...new Set(found)];
}

/** `a/b/c` has `a` and `a/b`. */
function parentsOf(path: string): readonly string[] {
  const names = path.split('/').slice(0, -1);
  return names.map((_, index) => names.slice(0, index + 1).join('/'));
}

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
