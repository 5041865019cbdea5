import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type GitOptions, runGit } from '../git/run-git.ts';

export interface Commit {
  /** Full id. */
  readonly id: string;
  /** Its first line. */
  readonly subject: string;
}

export interface HeadOfWorktree {
  /** The git directory of the worktree, and the one that all worktrees of the repository share. */
  readonly gitDirectory: string;
  readonly sharedDirectory: string;
  /** The commit of HEAD; empty before the first commit. */
  readonly head: string;
  readonly isDetached: boolean;
}

/** Commits that are named at most. */
const LIMIT = 20;
const REFERENCES = ['--branches', '--tags', '--remotes'];

/**
 * The commits that a removal of the worktree would lose, newest first, at most 20. No branch, tag or remote branch has
 * them: those of a detached HEAD, and those that HEAD was on earlier and that the reflog of no branch has.
 * @throws GitError, or the reason of the signal
 */
export async function lostCommits(
  { gitDirectory, sharedDirectory, head, isDetached }: HeadOfWorktree,
  options: GitOptions,
): Promise<readonly Commit[]> {
  const own = isDetached && head !== '' ? [head] : [];
  const earlier = await earlierHeads(gitDirectory, sharedDirectory, options);
  const candidates = new Set([...own, ...earlier]);
  // Of almost all worktrees, this is the only run of git.
  if ((await without(candidates, REFERENCES, options)).length === 0) return [];
  const lost = await without(own, REFERENCES, options);
  const { text } = await runGit(['rev-list', '--walk-reflogs', '--branches'], {
    ...options,
    limit: 16 << 20,
  });
  const kept = [...new Set(text.split('\n').filter(Boolean))];
  const lostEarlier = await without([...earlier, ...kept.map((id) => `^${id}`)], REFERENCES, options);
  const known = new Set(lost.map(({ id }) => id));
  return [...lost, ...lostEarlier.filter(({ id }) => !known.has(id))].slice(0, LIMIT);
}

/** The commits of revisions that the references do not have. Ignores commits that were pruned. */
async function without(
  revisions: Iterable<string>,
  references: readonly string[],
  options: GitOptions,
): Promise<readonly Commit[]> {
  const input = [...revisions].map((revision) => `${revision}\n`).join('');
  if (input === '') return [];
  const { text } = await runGit(
    [
      'rev-list',
      '--ignore-missing',
      `--max-count=${LIMIT}`,
      '--format=%H%x09%s',
      '--stdin',
      '--not',
      ...references,
    ],
    { ...options, input },
  );
  return text.split('\n').flatMap((line) => {
    const [, id, subject = ''] = /^([0-9a-f]+)\t(.*)$/u.exec(line) ?? [];
    return id === undefined ? [] : [{ id, subject }];
  });
}

/** The commits that HEAD was on, without the steps of a rebase, whose result is on the branch. */
async function earlierHeads(
  gitDirectory: string,
  sharedDirectory: string,
  options: GitOptions,
): Promise<readonly string[]> {
  const log = await readFile(path.join(gitDirectory, 'logs/HEAD'), 'utf8').catch(() => null);
  // Without files, a reftable has the log, or there is none.
  const isTable =
    log === null &&
    (await readFile(path.join(sharedDirectory, 'reftable/tables.list')).catch(() => null)) !== null;
  const lines = isTable
    ? (await runGit(['log', '--walk-reflogs', '--no-show-signature', '--format=%H\t%gs', 'HEAD'], options))
        .text
    : (log ?? '').replace(/^[0-9a-f]+ ([0-9a-f]+) [^\t\n]*/gmu, '$1');
  const heads = lines.split('\n').flatMap((line) => {
    const [, id, action = ''] = /^([0-9a-f]+)(?:\t(.*))?$/u.exec(line) ?? [];
    return id === undefined || /^rebase|^pull .*\(/u.test(action) ? [] : [id];
  });
  return [...new Set(heads)];
}
