import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { WorktreeSettings } from '../../config/worktree-settings.ts';
import type { RepositoryFacts } from './examine-repository.ts';
import { realPath } from './worktree-list.ts';
import { branchFor, conflictingBranch, parentOf, worktreeDirectoryName } from './worktree-names.ts';
import { WorktreeRefused } from './worktree-refused.ts';
import type { PlannedWorktree, WorktreeRow } from './worktree-table.ts';

export interface PlanRequest {
  /** The branch to make; empty for one that the prompt names. */
  readonly branch: string;
  readonly prompt: string;
}

export interface PlanContext {
  readonly settings: WorktreeSettings;
  /** Absolute. */
  readonly stateDir: string;
  /** Those of all chats. */
  readonly rows: readonly WorktreeRow[];
}

/** Random names that are tried. */
const ATTEMPTS = 20;

/** The directory below which the worktrees of a repository are made. It need not exist. */
export const worktreesParent = (
  { root }: Pick<RepositoryFacts, 'root'>,
  { settings, stateDir }: Pick<PlanContext, 'settings' | 'stateDir'>,
): string => parentOf(realPath(settings.directory ?? path.join(stateDir, 'worktrees')), root);

/**
 * Chooses branch and path of a new worktree, which no other has. Store the row at once: until then another chat could
 * choose the same.
 * @throws WorktreeRefused if the branch exists
 */
export function planWorktree(
  facts: RepositoryFacts,
  request: PlanRequest,
  context: PlanContext,
): PlannedWorktree {
  const branch = freeBranch(facts, request, context);
  return {
    repository: facts.root,
    git_directory: facts.gitDirectory,
    path: freePath(facts, branch, context),
    subdirectory: facts.subdirectory,
    branch,
    base: facts.base,
    base_commit: facts.baseCommit,
  };
}

function freeBranch(
  { gitDirectory, branches, ignoresCase }: RepositoryFacts,
  { branch, prompt }: PlanRequest,
  { settings, rows }: PlanContext,
): string {
  const planned = rows
    .filter((row) => row.git_directory === gitDirectory && row.state === 'planned')
    .map((row) => row.branch);
  const conflictOf = (name: string): string | null =>
    conflictingBranch(name, [...branches, ...planned], ignoresCase);
  if (branch !== '') {
    const conflict = conflictOf(branch);
    if (conflict === null) return branch;
    throw new WorktreeRefused('branch', existingBranchMessage(branch, conflict));
  }
  const { branchPrefix } = settings;
  let conflict: string | null = null;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const name = branchFor(branchPrefix, prompt, randomBytes(2).toString('hex'));
    conflict = conflictOf(name);
    if (conflict === null) return name;
  }
  throw new WorktreeRefused(
    'branch',
    `The branch ${conflict} exists, so git can make none below ${branchPrefix}. Change the setting worktree.branchPrefix, or choose a branch.`,
  );
}

const existingBranchMessage = (branch: string, conflict: string): string =>
  branch === conflict
    ? `The branch ${branch} exists already. Choose another name.`
    : `The branch ${conflict} exists, so git cannot make ${branch}. Choose another name.`;

function freePath(facts: RepositoryFacts, branch: string, context: PlanContext): string {
  const parent = worktreesParent(facts, context);
  // As on a file system that ignores case: a name of another case would confuse the user too.
  const used = new Set(context.rows.map((row) => row.path.toLowerCase()));
  for (let number = 1; ; number += 1) {
    const name = worktreeDirectoryName(branch, context.settings.branchPrefix, number);
    const candidate = path.join(parent, name);
    if (!used.has(candidate.toLowerCase()) && !existsSync(candidate)) return candidate;
  }
}
