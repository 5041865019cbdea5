import { type GitError, type GitOptions, runGit } from '../git/run-git.ts';
import { branchNameFault } from './worktree-names.ts';
import { refusedByGit, WorktreeRefused } from './worktree-refused.ts';

/** The facts of a repository that a new worktree depends on. */
export interface RepositoryFacts {
  /** The working tree that holds the directory, absolute. */
  readonly root: string;
  /** The git directory that all its working trees share, absolute. */
  readonly gitDirectory: string;
  /** The directory below `root`; empty for `root` itself. */
  readonly subdirectory: string;
  /** A branch, tag or remote branch; the commit id where there is none. */
  readonly base: string;
  /** Full id and first line. */
  readonly baseCommit: string;
  readonly baseSubject: string;
  /** All local branches. */
  readonly branches: readonly string[];
  /** Its file system ignores case. */
  readonly ignoresCase: boolean;
}

export interface RepositoryRequest {
  /** The real path of a directory. */
  readonly directory: string;
  /** Empty for HEAD. */
  readonly base: string;
  /** A branch to make; empty for none that is known. */
  readonly branch: string;
}

type GitContext = Pick<GitOptions, 'env' | 'signal'>;

/** Bytes of a list of branches. */
const BRANCHES_LIMIT = 16 << 20;

/**
 * Finds out whether a directory's repository can have a new worktree.
 * @throws WorktreeRefused if it cannot; the reason of the signal
 */
export async function examineRepository(
  { directory, base, branch }: RepositoryRequest,
  context: GitContext,
): Promise<RepositoryFacts> {
  const place = await locate(directory, context);
  const options = { ...context, directory: place.root };
  if (branch !== '') await requireBranchName(branch, options);
  const branches = linesOf(
    (
      await refusedByGit(
        place.root,
        runGit(['for-each-ref', '--format=%(refname:lstrip=2)', 'refs/heads'], {
          ...options,
          limit: BRANCHES_LIMIT,
        }),
      )
    ).text,
  );
  const baseCommit = base === '' ? await headCommit(options) : await commitOf(base, options);
  const { text: subject } = await runGit(
    ['-c', 'log.showSignature=false', 'log', '-1', '--format=%s', baseCommit, '--'],
    options,
  );
  if (place.subdirectory !== '') await requireDirectory(place.subdirectory, baseCommit, options);
  return {
    ...place,
    base: (await refName(base === '' ? 'HEAD' : base, branches, options)) ?? baseCommit,
    baseCommit,
    baseSubject: subject.trim(),
    branches,
    ignoresCase: (await outputOr('false', ['config', '--type=bool', 'core.ignorecase'], options)) === 'true',
  };
}

async function locate(
  directory: string,
  context: GitContext,
): Promise<Pick<RepositoryFacts, 'root' | 'gitDirectory' | 'subdirectory'>> {
  const options = { ...context, directory };
  const { text } = await refusedByGit(
    directory,
    runGit(['rev-parse', '--is-bare-repository', '--is-inside-git-dir', '--is-inside-work-tree'], options),
  );
  const [isBare, isInGitDirectory, isInWorkTree] = linesOf(text).map((line) => line === 'true');
  if (isBare === true && isInWorkTree !== true) {
    throw new WorktreeRefused(
      'worktree',
      `${directory} is a bare repository. Choose a directory in one of its worktrees.`,
    );
  }
  if (isInGitDirectory === true || isInWorkTree !== true) {
    throw new WorktreeRefused(
      'worktree',
      `${directory} belongs to git itself. Choose a directory with the files of the repository.`,
    );
  }
  const paths = (
    await runGit(
      ['rev-parse', '--path-format=absolute', '--show-toplevel', '--git-common-dir', '--show-prefix'],
      options,
    )
  ).text.split('\n');
  const [root, gitDirectory, prefix, ...rest] = paths;
  if (root === undefined || gitDirectory === undefined || prefix === undefined || rest.length > 1) {
    throw new WorktreeRefused('worktree', 'The path of the repository contains a line break.');
  }
  return { root, gitDirectory, subdirectory: prefix.replace(/\/$/u, '') };
}

async function requireBranchName(branch: string, options: GitOptions): Promise<void> {
  const fault = branchNameFault(branch);
  if (fault !== null) throw new WorktreeRefused('branch', `The branch name ${fault}. Choose another one.`);
  // The rules of git, for names that are written out: --branch would expand @{-1}.
  if ((await outputOr(null, ['check-ref-format', `refs/heads/${branch}`], options)) !== null) return;
  throw new WorktreeRefused('branch', `git allows no branch with the name ${branch}. Choose another one.`);
}

async function headCommit(options: GitOptions): Promise<string> {
  const id = await outputOr(null, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], options);
  if (id !== null) return id;
  throw new WorktreeRefused(
    'worktree',
    `${options.directory} is on a branch without commits. Make a first commit, or choose a base.`,
  );
}

async function commitOf(base: string, options: GitOptions): Promise<string> {
  const isName = !/^-|\p{Cc}/u.test(base);
  const id = isName
    ? await outputOr(null, ['rev-parse', '--verify', '--quiet', `${base}^{commit}`], options)
    : null;
  if (id !== null) return id;
  throw new WorktreeRefused(
    'base',
    `No branch, tag or commit of ${options.directory} has the name ${base}. Fetch it first, or choose another one.`,
  );
}

/** The short name of a reference; null for a commit without one, or if a local branch has the same name. */
async function refName(
  base: string,
  branches: readonly string[],
  options: GitOptions,
): Promise<string | null> {
  const full = await outputOr('', ['rev-parse', '--symbolic-full-name', base], options);
  const [, kind, name = ''] = /^refs\/(heads|tags|remotes)\/(.+)$/u.exec(full) ?? [];
  if (kind === undefined) return null;
  return kind === 'heads' || !branches.includes(name) ? name : null;
}

async function requireDirectory(subdirectory: string, commit: string, options: GitOptions): Promise<void> {
  const type = await outputOr('', ['cat-file', '-t', `${commit}:${subdirectory}`], options);
  if (type === 'tree') return;
  throw new WorktreeRefused(
    'worktree',
    `The commit ${commit.slice(0, 12)} has no directory ${subdirectory}. Commit it, or choose ${options.directory}.`,
  );
}

/** The output without its last line break; `otherwise` if git ends with an error. */
async function outputOr<Missing>(
  otherwise: Missing,
  args: readonly string[],
  options: GitOptions,
): Promise<string | Missing> {
  try {
    return (await runGit(args, options)).text.replace(/\n$/u, '');
  } catch (error) {
    if ((error as GitError).name === 'GitError') return otherwise;
    throw error;
  }
}

const linesOf = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');
