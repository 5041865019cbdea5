import { GitError, type GitOptions, runGit } from './run-git.ts';

/** The base of a worktree, as it was chosen. */
export interface ChosenBase {
  /** A branch, tag or remote branch; the commit id where there was none. */
  readonly base: string;
  /** Its commit then, full id. */
  readonly base_commit: string;
}

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
  { base: name, base_commit: began }: ChosenBase,
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

/**
 * Counts the commits of HEAD that the base does not have, and the reverse; 0 if one of them does not exist any more.
 * @throws GitError, or the reason of the signal
 */
export async function commitCounts(
  { commit, kind }: Base,
  head: string,
  options: GitOptions,
): Promise<{ readonly ahead: number; readonly behind: number }> {
  const none = { ahead: 0, behind: 0 };
  if (head === '' || commit === '') return none;
  try {
    const { text } = await runGit(
      ['rev-list', '--left-right', '--count', `${commit}...${head}`, '--'],
      options,
    );
    const [behind = 0, ahead = 0] = text.trim().split('\t').map(Number);
    return { ahead, behind };
  } catch (error) {
    // A commit that no branch holds may have been pruned.
    if (error instanceof GitError && (kind === 'gone' || kind === 'commit')) return none;
    throw error;
  }
}
