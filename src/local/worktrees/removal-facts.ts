import { lstat, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { type GitOptions, runGit } from '../git/run-git.ts';
import { type IgnoredContents, ignoredContents } from './ignored-contents.ts';
import { type InsideProcess, processesInside } from './inside-processes.ts';
import { type Commit, lostCommits } from './lost-commits.ts';
import type { WorktreeFacts } from './worktree-facts.ts';
import { isInside } from './worktree-list.ts';

/** Things that `git status` does not show, and that a removal would delete. Paths are below the root. */
export interface RemovalFacts extends IgnoredContents {
  /** Changed files that are marked assume-unchanged or skip-worktree. */
  readonly hidden: readonly string[];
  readonly submodules: readonly string[];
  /** Other worktrees inside, absolute. */
  readonly worktrees: readonly string[];
  readonly lost: readonly Commit[];
  /** Processes that do not belong to the chat; null: the system does not show them. */
  readonly processes: readonly InsideProcess[] | null;
  /** Whether another branch, tag or remote branch has all commits of the branch. */
  readonly isBranchHeld: boolean;
}

/** @throws GitError, or the reason of the signal */
export async function removalFacts(
  chatId: string,
  { place, status, base, branchCommit }: WorktreeFacts,
  options: Omit<GitOptions, 'directory'>,
): Promise<RemovalFacts> {
  const { root, gitDirectory, sharedDirectory, listed } = place;
  const here = { ...options, directory: root };
  const isDetached = status.branch === '';
  const [contents, index, modules, lost, isBranchHeld] = await Promise.all([
    ignoredContents(root, status.ignored, options.signal),
    indexEntries(here),
    readdir(path.join(gitDirectory, 'modules')).catch((): string[] => []),
    lostCommits({ gitDirectory, sharedDirectory, head: status.head, isDetached }, here),
    branchCommit !== '' && base.kind === 'commit' ? isHeldElsewhere(status.branch, branchCommit, here) : true,
  ]);
  return {
    ...contents,
    hidden: await hiddenChanges(index, here),
    submodules: [...new Set([...(await populated(index, root)), ...modules])],
    worktrees: listed.map((each) => each.path).filter((each) => each !== root && isInside(each, root)),
    lost,
    // Last: a process may start while git reads.
    processes: processesInside(root, chatId),
    isBranchHeld,
  };
}

async function isHeldElsewhere(branch: string, commit: string, options: GitOptions): Promise<boolean> {
  const others = [`--exclude=${branch}`, '--branches', '--tags', '--remotes'];
  const { text } = await runGit(['rev-list', '--max-count=1', commit, '--not', ...others], options);
  return text === '';
}

interface IndexEntry {
  readonly mode: string;
  readonly object: string;
  readonly path: string;
  /** Git does not look at the file. */
  readonly isHidden: boolean;
}

/** The entries of the index that git status may say nothing of: submodules, and files that are not compared. */
async function indexEntries(options: GitOptions): Promise<readonly IndexEntry[]> {
  const { text } = await runGit(['ls-files', '-v', '--stage', '-z'], { ...options, limit: 256 << 20 });
  return text.split('\0').flatMap((entry) => {
    // Almost all entries end here.
    if (entry.startsWith('H 100')) return [];
    const [, tag = '', mode = '', object = '', file] =
      /^(\S) (\d+) ([0-9a-f]+) \d\t(.*)$/su.exec(entry) ?? [];
    if (file === undefined) return [];
    const isHidden = tag === 'S' || tag !== tag.toUpperCase();
    return isHidden || mode === '160000' ? [{ mode, object, path: file, isHidden }] : [];
  });
}

/** The submodules with a repository. */
async function populated(index: readonly IndexEntry[], root: string): Promise<readonly string[]> {
  const links = index.filter(({ mode }) => mode === '160000');
  const found = await Promise.all(
    links.map((link) => lstat(path.join(root, link.path, '.git')).then(Boolean, () => false)),
  );
  return links.flatMap((link, at) => (found[at] === true ? [link.path] : []));
}

/** The existing files that git does not look at, and whose content is another one than in the index. */
async function hiddenChanges(index: readonly IndexEntry[], options: GitOptions): Promise<readonly string[]> {
  const marked = index.filter(({ isHidden, mode }) => isHidden && mode.startsWith('100'));
  const isFile = await Promise.all(
    marked.map((entry) =>
      stat(path.join(options.directory, entry.path)).then(
        (found) => found.isFile(),
        () => false,
      ),
    ),
  );
  const files = marked.filter((_, at) => isFile[at] === true);
  // Such a path cannot be a line of the input. It counts as changed.
  const isPlain = (entry: IndexEntry): boolean => !/^"|\n/u.test(entry.path);
  const plain = files.filter(isPlain);
  if (files.length === 0) return [];
  const { text } = await runGit(['hash-object', '--stdin-paths'], {
    ...options,
    input: plain.map((entry) => `${entry.path}\n`).join(''),
    limit: 64 << 20,
  });
  const objects = text.split('\n');
  return [
    ...plain.filter(({ object }, at) => objects[at] !== object),
    ...files.filter((entry) => !isPlain(entry)),
  ].map((entry) => entry.path);
}
