import { baseName } from '../../domain/worktree-text.ts';
import type { RemovalFacts } from './removal-facts.ts';
import { counted, named, namedCommit, type Reason, reasonIf } from './sentences.ts';
import type { WorktreeFacts } from './worktree-facts.ts';

/*
 * Says what a removal of a worktree would lose. The rules know no git, disk or process.
 */

type Facts = Pick<WorktreeFacts, 'status' | 'operation' | 'lock' | 'base' | 'ahead'>;

/** Why the worktree cannot be removed; empty if nothing would be lost. */
export function removalReasons(facts: Facts, removal: RemovalFacts): readonly Reason[] {
  const { status, operation, lock } = facts;
  const { hidden, submodules, repositories, worktrees, mounts, lost, processes } = removal;
  return [
    ...uncommittedReasons(status),
    ...reasonIf(
      hidden,
      'changed',
      (list, count) =>
        `${counted(count, 'changed file is', 'changed files are')} hidden from git status: ${list}.`,
    ),
    ...reasonIf(
      lost.map(namedCommit),
      'commits',
      (list) => `No branch, tag or remote branch has these commits: ${list}. Make a branch for them.`,
    ),
    ...operationReason(operation),
    ...(lock === null
      ? []
      : [
          {
            field: 'lock',
            text: `The worktree is locked${lock === '' ? '' : ` (${lock})`}. Unlock it with git worktree unlock.`,
          },
        ]),
    ...reasonIf(submodules, 'submodules', (list) => `It has submodules with repositories: ${list}.`),
    ...reasonIf(
      [...repositories, ...worktrees],
      'repositories',
      (list) => `Other repositories or worktrees are inside: ${list}.`,
    ),
    ...reasonIf(mounts, 'mounts', (list) => `Other file systems are inside: ${list}.`),
    ...reasonIf(
      (processes ?? []).map(({ pid, name }) => `${name} (pid ${pid})`),
      'processes',
      (list) => `Processes work in this directory: ${list}. End them first.`,
    ),
  ];
}

/** Remarks for the question before a removal. */
export function removalRemarks(facts: Facts, removal: RemovalFacts): readonly string[] {
  const { status, ahead, base } = facts;
  const { ignored } = status;
  return [
    ...(ignored.length === 0
      ? []
      : [
          `Deletes ${counted(ignored.length, 'ignored file or directory', 'ignored files and directories')}: ${named(ignored)}.`,
        ]),
    ...(status.branch === ''
      ? []
      : ahead === 0
        ? [`The branch ${status.branch} stays.`]
        : [
            `The branch ${status.branch} stays, with ${counted(ahead, 'commit')} that ${baseName(base.name)} does not have.`,
          ]),
    ...(removal.processes === null
      ? ['taskdeck cannot check on this system whether processes work in the directory.']
      : []),
  ];
}

/** Whether the branch may be deleted with the worktree: taskdeck made it, and its base has all its commits. */
export const mayDeleteBranch = (
  { base, ahead, status }: Facts,
  { isBranchHeld }: Pick<RemovalFacts, 'isBranchHeld'>,
  ownBranch: string | null,
): boolean =>
  ownBranch !== null &&
  status.branch === ownBranch &&
  base.kind !== 'gone' &&
  base.name !== ownBranch &&
  ahead === 0 &&
  isBranchHeld;

/** The files that are not committed. Ignored ones do not count. */
export const uncommittedReasons = ({ changed, untracked, isCut }: Facts['status']): readonly Reason[] => [
  ...reasonIf(
    changed,
    'changed',
    (list, count) => `${counted(count, 'file has', 'files have')} changes that are not committed: ${list}.`,
  ),
  ...reasonIf(
    untracked,
    'untracked',
    (list, count) => `${counted(count, 'file is', 'files are')} untracked: ${list}.`,
  ),
  ...(isCut ? [{ field: 'changed', text: 'The directory has more files than taskdeck can check.' }] : []),
];

export const operationReason = (operation: string | null): readonly Reason[] =>
  operation === null
    ? []
    : [{ field: 'operation', text: `A ${operation} is in progress. Finish or abort it first.` }];
