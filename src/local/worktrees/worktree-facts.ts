import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { commitCounts, type References, readReferences } from '../git/base-branch.ts';
import { operationInProgress } from '../git/git-directory.ts';
import type { GitOptions } from '../git/run-git.ts';
import { type WorkingTreeStatus, workingTreeStatus } from '../git/working-tree-status.ts';

import type { MadePlace } from './worktree-place.ts';
import type { WorktreeRow } from './worktree-table.ts';

/** The state of a worktree that all actions need. */
export interface WorktreeFacts extends References {
  readonly place: MadePlace;
  readonly status: WorkingTreeStatus;
  /** The git command that is not finished; null for none. */
  readonly operation: string | null;
  /** The reason of `git worktree lock`, perhaps empty; null if it is not locked. */
  readonly lock: string | null;
  /** Commits of HEAD that the base does not have, and the reverse. */
  readonly ahead: number;
  readonly behind: number;
}

/** @throws GitError, or the reason of the signal */
export async function worktreeFacts(
  row: WorktreeRow,
  place: MadePlace,
  options: Omit<GitOptions, 'directory'>,
): Promise<WorktreeFacts> {
  const here = { ...options, directory: place.root };
  const own = place.listed.find((each) => each.path === place.root);
  const [status, references, operation, lock] = await Promise.all([
    workingTreeStatus(here, { withIgnored: true, withSubmodules: true }),
    readReferences(row, own?.branch ?? '', here),
    operationInProgress(place.gitDirectory),
    readFile(path.join(place.gitDirectory, 'locked'), 'utf8').catch(() => null),
  ]);
  return {
    place,
    status,
    ...references,
    operation,
    lock: lock === null ? null : lock.trim(),
    ...(await commitCounts(references.base, status.head, here)),
  };
}
