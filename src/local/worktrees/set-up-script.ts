import { createHash } from 'node:crypto';
import { type GitOptions, runGit } from '../git/run-git.ts';

/** The script of a repository that prepares a worktree, below its root. */
export const SET_UP_SCRIPT = '.taskdeck/setup';

/** Bytes: a longer one is no script that a user would read. */
export const SCRIPT_LIMIT = 256 << 10;

/** The interpreters of shell scripts; such a script needs no mode of an executable. */
const SHELL_LINE = /^#!\s*(?:\/usr\/bin\/env\s+)?(?:\/[\w./-]*\/)?(?:ba|da|k|z|a)?sh(?:\s|$)/u;

/** How to run a set-up script with this content; null for a file that is no script. */
export function scriptCommand(content: string, isExecutable: boolean): readonly string[] | null {
  if (isExecutable) return [`./${SET_UP_SCRIPT}`];
  const [first = ''] = content.split('\n', 1);
  if (!SHELL_LINE.test(first)) return null;
  const words = first.slice(2).trim().split(/\s+/u);
  return [...words, SET_UP_SCRIPT];
}

export const scriptHash = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** Whether the set-up script of a commit would run. */
export async function hasScript(commit: string, options: GitOptions): Promise<boolean> {
  const { text } = await runGit(['ls-tree', '--full-tree', commit, '--', SET_UP_SCRIPT], options);
  const [, mode] = /^(\d+) blob /u.exec(text) ?? [];
  if (mode === '100755') return true;
  if (mode !== '100644') return false;
  const blob = await runGit(['cat-file', 'blob', `${commit}:${SET_UP_SCRIPT}`], { ...options, limit: 512 });
  return scriptCommand(blob.text, false) !== null;
}
