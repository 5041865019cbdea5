import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { type GitOptions, runGit } from '../git/run-git.ts';

/** The script of a repository that prepares a worktree, below its root. */
export const SET_UP_SCRIPT = '.taskdeck/setup';

/** Bytes: a longer one is no script that a user would read. */
const SCRIPT_LIMIT = 256 << 10;

/** The interpreters of shell scripts; such a script needs no mode of an executable. */
const SHELL_LINE = /^#!\s*(?:\/usr\/bin\/env\s+)?(?:\/[\w./-]*\/)?(?:ba|da|k|z|a)?sh(?:\s|$)/u;

/** How to run a set-up script with this content; null for a file that is no script. */
function scriptCommand(content: string, isExecutable: boolean): readonly string[] | null {
  if (isExecutable) return [`./${SET_UP_SCRIPT}`];
  const [first = ''] = content.split('\n', 1);
  if (!SHELL_LINE.test(first)) return null;
  const words = first.slice(2).trim().split(/\s+/u);
  return [...words, SET_UP_SCRIPT];
}

const scriptHash = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** Whether the set-up script of a commit would run. */
export async function hasScript(commit: string, options: GitOptions): Promise<boolean> {
  const { text } = await runGit(['ls-tree', '--full-tree', commit, '--', SET_UP_SCRIPT], options);
  const [, mode] = /^(\d+) blob /u.exec(text) ?? [];
  if (mode === '100755') return true;
  if (mode !== '100644') return false;
  const blob = await runGit(['cat-file', 'blob', `${commit}:${SET_UP_SCRIPT}`], { ...options, limit: 512 });
  return scriptCommand(blob.text, false) !== null;
}

/** The script of a worktree. `unreadable`: it cannot be shown to the user, for the reason given in words behind its name. */
export type SetUpScript =
  | {
      readonly kind: 'script';
      readonly argv: readonly string[];
      readonly content: string;
      readonly sha256: string;
    }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Reads the set-up script in a worktree; null if there is none. Of a link or a directory there is none. */
export async function readScript(worktree: string): Promise<SetUpScript | null> {
  let file: FileHandle;
  try {
    file = await open(path.join(worktree, SET_UP_SCRIPT), constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch {
    return null;
  }
  try {
    const stats = await file.stat();
    if (!stats.isFile()) return null;
    if (stats.size > SCRIPT_LIMIT)
      return { kind: 'unreadable', reason: `it is larger than ${SCRIPT_LIMIT >> 10} KiB` };
    const bytes = await file.readFile();
    const content = bytes.toString('utf8');
    const argv = scriptCommand(content, (stats.mode & 0o100) !== 0);
    if (argv === null) return null;
    // The user could not see what the question is about.
    if (content.includes('\0')) return { kind: 'unreadable', reason: 'it is no text' };
    return { kind: 'script', argv, content, sha256: scriptHash(bytes) };
  } finally {
    await file.close();
  }
}
