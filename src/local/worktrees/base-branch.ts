import { type GitOptions, runGit } from '../git/run-git.ts';
import type { WorktreeRow } from './worktree-table.ts';

/** The origin of a worktree, as it is now. */
export interface Base {
  readonly name: string;
  /** `gone`: no branch or tag has the name any more. */
  readonly kind: 'branch' | 'remote' | 'tag' | 'commit' | 'gone';
  /** Full name; empty for a commit, and for one that is gone. */
  readonly reference: string;
  /** Full id; of one that is gone, the commit that the worktree began at. */
  readonly commit: string;
}

export interface References {
  readonly base: Base;
  /** The commit of the branch of HEAD; empty if there is none. */
  readonly branchCommit: string;
  /** Full name of its upstream; empty for none. */
  readonly upstream: string;
}

const KINDS = [
  ['branch', 'refs/heads/'],
  ['remote', 'refs/remotes/'],
  ['tag', 'refs/tags/'],
] as const;

/**
 * Looks up the base of a worktree, and a branch.
 * @throws GitError, or the reason of the signal
 */
export async function readReferences(
  { base: name, base_commit: began }: Pick<WorktreeRow, 'base' | 'base_commit'>,
  branch: string,
  options: GitOptions,
): Promise<References> {
  const head = `refs/heads/${branch}`;
  const { text } = await runGit(
    [
      'for-each-ref',
      '--format=%(refname)%09%(objectname)%09%(*objectname)%09%(upstream)',
      ...new Set([head, ...KINDS.map(([, prefix]) => prefix + name)]),
    ],
    options,
  );
  // A name is also the pattern of all references below it.
  const found = new Map(text.split('\n').map((line) => [line.split('\t')[0], line.split('\t')] as const));
  const commitOf = (reference: string): string => {
    const [, object = '', peeled = ''] = found.get(reference) ?? [];
    return peeled || object;
  };
  const [kind, prefix] = KINDS.find(([, each]) => found.has(each + name)) ?? [null, ''];
  const base: Base =
    kind === null
      ? { name, kind: name === began ? 'commit' : 'gone', reference: '', commit: began }
      : { name, kind, reference: prefix + name, commit: commitOf(prefix + name) };
  return {
    base,
    branchCommit: branch === '' ? '' : commitOf(head),
    upstream: branch === '' ? '' : (found.get(head)?.[3] ?? ''),
  };
}
