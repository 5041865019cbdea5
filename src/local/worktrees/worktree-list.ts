import { realpathSync } from 'node:fs';
import path from 'node:path';
import { type GitOptions, runGit } from '../git/run-git.ts';

/** A working tree of a repository, as `git worktree list` names it. */
export interface ListedWorktree {
  /** Absolute, without symbolic links as far as it exists. */
  readonly path: string;
  /** The commit of HEAD; empty for a bare repository. */
  readonly head: string;
  /** Empty for a detached HEAD. */
  readonly branch: string;
  /** Why it is locked; empty without a reason, null if it is not. */
  readonly lock: string | null;
}

/** The reason of git itself while it makes a worktree. */
export const INITIALIZING = 'initializing';

/** All working trees of the repository of a directory. @throws GitError, or the reason of the signal */
export async function listWorktrees(options: GitOptions): Promise<readonly ListedWorktree[]> {
  const { text } = await runGit(['worktree', 'list', '--porcelain'], options);
  return text
    .split('\n\n')
    .filter((block) => block.startsWith('worktree '))
    .map((block) => {
      const lines = block.split('\n');
      const value = (name: string): string =>
        lines.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1) ?? '';
      return {
        path: realPath(value('worktree')),
        head: value('HEAD'),
        branch: value('branch').replace(/^refs\/heads\//u, ''),
        lock: lines.some((line) => line === 'locked' || line.startsWith('locked ')) ? value('locked') : null,
      };
    });
}

/** The path without symbolic links, as far as it exists. */
export function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    const parent = path.dirname(file);
    return parent === file ? file : path.join(realPath(parent), path.basename(file));
  }
}

/** Whether a path is a directory or below it. Both are real paths. */
export const isInside = (file: string, directory: string): boolean =>
  file === directory || file.startsWith(directory.endsWith('/') ? directory : `${directory}/`);
