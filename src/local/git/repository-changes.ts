import { copyFile, mkdtemp, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DiffStatus } from '../chats/wire-chat.ts';
import { type ChosenBase, commitCounts, readReferences } from './base-branch.ts';
import { GitError, type GitOptions, runGit } from './run-git.ts';
import { workingTreeStatus } from './working-tree-status.ts';

/** The state that a working tree is compared with: the last commit, or the base of its branch. */
export type DiffScope = 'uncommitted' | 'base';

/** The changes of one repository. */
export interface RepositoryChanges {
  /** Absolute path of the working tree. */
  readonly root: string;
  /** Empty for a detached HEAD. */
  readonly branch: string;
  /** The branch that the changes are compared with; empty for the last commit. */
  readonly base: string;
  /** URL of `origin` without a password; empty for none. */
  readonly origin: string;
  /** Unified diff, new files included. */
  readonly diff: string;
  /** The diff is longer, and ends after a whole file. */
  readonly isCut: boolean;
}

/** Bytes of a diff at most: one message of a socket must hold it as JSON. */
const DIFF_LIMIT = 2 << 20;

/** The same output for every configuration of the user, without programs of the repository. */
const DIFF = [
  '-c',
  'diff.noprefix=false',
  '-c',
  'diff.mnemonicPrefix=false',
  'diff',
  '--no-color',
  '--no-ext-diff',
  '--no-textconv',
  '--find-renames',
  '--ignore-submodules=dirty',
];

/**
 * The changes of the working tree that holds a directory; null if none does. `own`: the base of a worktree that taskdeck
 * made; null for the likeliest one.
 * @throws GitError, or the reason of the signal
 */
export async function repositoryChanges(
  scope: DiffScope,
  options: GitOptions,
  own: ChosenBase | null = null,
): Promise<RepositoryChanges | null> {
  const place = await workingTree(options);
  if (place === null) return null;
  const { base, commit } = await comparison(scope, place, options, own);
  const { text, isCut } = await withNewFiles(place, options, (variables) =>
    runGit([...DIFF, commit, '--'], { ...options, directory: place.root, limit: DIFF_LIMIT }, variables),
  );
  return {
    root: place.root,
    branch: place.branch,
    base,
    origin: await originOf(options),
    diff: isCut ? wholeFiles(text) : text,
    isCut,
  };
}

/**
 * Counts the changes of the working tree that holds a directory against its base; null if none does. `now`: Unix time in
 * ms. `own`: as in `repositoryChanges`.
 * @throws GitError, or the reason of the signal
 */
export async function diffStatusOf(
  options: GitOptions,
  now: () => number,
  own: ChosenBase | null = null,
): Promise<DiffStatus | null> {
  const place = await workingTree(options);
  if (place === null) return null;
  const { base, commit, ahead, behind } = await comparison('base', place, options, own);
  const { text } = await withNewFiles(place, options, (variables) =>
    runGit([...DIFF, '--numstat', '-z', commit, '--'], { ...options, directory: place.root }, variables),
  );
  return {
    branch: place.branch,
    base,
    ...countsIn(text),
    ahead,
    behind,
    dirty: place.changed,
    untracked: place.newFiles.length,
    refreshedAt: now(),
  };
}

interface WorkingTree {
  readonly root: string;
  readonly gitDirectory: string;
  readonly objects: string;
  readonly branch: string;
  /** The commit of HEAD; empty before the first one. */
  readonly head: string;
  /** The number of files that git knows and that have changes. */
  readonly changed: number;
  /** Paths below the root, in no order. */
  readonly newFiles: readonly string[];
}

async function workingTree(options: GitOptions): Promise<WorkingTree | null> {
  const paths = await answer(
    ['rev-parse', '--show-toplevel', '--absolute-git-dir', '--git-path', 'objects'],
    options,
  );
  const [root, gitDirectory, objects] = paths?.split('\n') ?? [];
  if (root === undefined || gitDirectory === undefined || objects === undefined) return null;
  const { branch, head, changed, untracked } = await workingTreeStatus(
    { ...options, directory: root },
    { withIgnored: false, withSubmodules: false },
  );
  return {
    root,
    gitDirectory,
    objects: path.resolve(options.directory, objects),
    branch,
    head,
    changed: changed.length,
    newFiles: untracked,
  };
}

interface Comparison {
  /** Empty for the last commit. */
  readonly base: string;
  /** The commit, or tree, to compare with. */
  readonly commit: string;
  /** Commits of HEAD that a worktree's own base does not have, and the reverse. */
  readonly ahead: number;
  readonly behind: number;
}

async function comparison(
  scope: DiffScope,
  { head, branch }: WorkingTree,
  options: GitOptions,
  own: ChosenBase | null,
): Promise<Comparison> {
  const none = { base: '', ahead: 0, behind: 0 };
  if (head === '') {
    const { text } = await runGit(['hash-object', '-t', 'tree', '/dev/null'], options);
    return { ...none, commit: text.trim() };
  }
  if (scope === 'uncommitted') return { ...none, commit: 'HEAD' };
  if (own !== null) return ownComparison(own, head, options);
  for (const base of await baseCandidates(branch, options)) {
    const commit = await answer(['merge-base', base, 'HEAD'], options);
    if (commit !== null) return { ...none, base, commit };
  }
  return { ...none, commit: 'HEAD' };
}

async function ownComparison(own: ChosenBase, head: string, options: GitOptions): Promise<Comparison> {
  const { base } = await readReferences(own, '', options);
  const { ahead, behind } = await commitCounts(base, head, options);
  const common =
    ahead > 0 && behind > 0
      ? await answer(['merge-base', base.commit, head], options)
      : ahead === 0
        ? head
        : base.commit;
  return { base: own.base, ahead, behind, commit: common ?? head };
}

const REMOTE = 'refs/remotes/origin/';

/** Branches that the current one may come from, the likeliest first. */
async function baseCandidates(branch: string, options: GitOptions): Promise<readonly string[]> {
  const { text } = await runGit(
    [
      'for-each-ref',
      '--format=%(refname) %(symref)',
      ...['HEAD', 'main', 'master'].map((name) => REMOTE + name),
      ...['main', 'master'].map((name) => `refs/heads/${name}`),
    ],
    options,
  );
  const found = new Map(text.split('\n').map((line) => line.split(' ') as [string, string | undefined]));
  const remoteDefault = found.get(`${REMOTE}HEAD`)?.slice('refs/remotes/'.length);
  const candidates = [
    ...(remoteDefault ? [remoteDefault] : []),
    ...['main', 'master'].flatMap((name) => {
      // The branch itself is compared with that of the server.
      if (name === branch) return found.has(REMOTE + name) ? [`origin/${name}`] : [];
      return found.has(`refs/heads/${name}`) ? [name] : [];
    }),
  ];
  return [...new Set(candidates)];
}

/** New files that a diff shows at most. */
const NEW_FILES_LIMIT = 2_000;

/**
 * Runs `work` with a copy of the index that names the new files too, so that a diff shows them. Nothing is written to the
 * repository.
 */
async function withNewFiles<Result>(
  { root, gitDirectory, objects, newFiles }: WorkingTree,
  options: GitOptions,
  work: (variables: Readonly<Record<string, string>>) => Promise<Result>,
): Promise<Result> {
  if (newFiles.length === 0) return work({});
  const temporary = await mkdtemp(path.join(tmpdir(), 'taskdeck-index-'));
  try {
    const index = path.join(temporary, 'index');
    await copyIndex(path.join(gitDirectory, 'index'), index).catch(ignoreMissing);
    const variables = {
      GIT_INDEX_FILE: index,
      // An empty object is written for new files.
      GIT_OBJECT_DIRECTORY: temporary,
      GIT_ALTERNATE_OBJECT_DIRECTORIES: objects,
    };
    await runGit(
      ['add', '--intent-to-add', '--ignore-errors', '--pathspec-from-file=-', '--pathspec-file-nul'],
      { ...options, directory: root, input: newFiles.slice(0, NEW_FILES_LIMIT).join('\0') },
      { ...variables, GIT_LITERAL_PATHSPECS: '1' },
    );
    return await work(variables);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Keeps its time: git reads a file again if it is not older than the index, because a change may hide in one second. */
async function copyIndex(from: string, to: string): Promise<void> {
  const { atime, mtime } = await stat(from);
  await copyFile(from, to);
  await utimes(to, atime, mtime);
}

/** A repository without an index has no files that git knows. */
function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

async function originOf(options: GitOptions): Promise<string> {
  const url = (await answer(['config', '--get', 'remote.origin.url'], options)) ?? '';
  return url.replace(/^(\w+:\/\/)[^/@]*@/u, '$1');
}

/** The output without its last newline; null if git says no. */
async function answer(args: readonly string[], options: GitOptions): Promise<string | null> {
  try {
    return (await runGit(args, options)).text.replace(/\n$/u, '');
  } catch (error) {
    if (error instanceof GitError && !isBroken(error)) return null;
    throw error;
  }
}

/** Errors that are no answer: git is missing, is too slow, or refuses the repository of another user. */
const isBroken = ({ message }: GitError): boolean =>
  /^Cannot run git|did not answer|dubious ownership/u.test(message);

/** A diff without its last, incomplete file; of the first file what there is. */
function wholeFiles(diff: string): string {
  const at = diff.lastIndexOf('\ndiff --git ');
  return at === -1 ? diff.slice(0, diff.lastIndexOf('\n') + 1) : diff.slice(0, at + 1);
}

/** Sums `--numstat -z`: a renamed file has an empty path, and two more fields. Binary files have `-` for numbers. */
function countsIn(text: string): Pick<DiffStatus, 'additions' | 'deletions' | 'changedFiles'> {
  let [additions, deletions, changedFiles] = [0, 0, 0];
  for (const field of text.split('\0')) {
    const [, added, deleted] = /^(\d+|-)\t(\d+|-)\t/u.exec(field) ?? [];
    if (added === undefined || deleted === undefined) continue;
    additions += Number(added) || 0;
    deletions += Number(deleted) || 0;
    changedFiles += 1;
  }
  return { additions, deletions, changedFiles };
}
