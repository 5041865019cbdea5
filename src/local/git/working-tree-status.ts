import { type GitOptions, runGit } from './run-git.ts';

/** The output of `git status`. Paths are relative to the root of the working tree. */
export interface WorkingTreeStatus {
  /** Empty for a detached HEAD. */
  readonly branch: string;
  /** The commit of HEAD; empty before the first commit. */
  readonly head: string;
  /** Files that git knows, with staged or unstaged changes, deleted ones too. */
  readonly changed: readonly string[];
  /** Those of `changed` with conflicts of a merge. */
  readonly unmerged: readonly string[];
  /** A directory with a repository of its own ends with a slash. */
  readonly untracked: readonly string[];
  /** Ignored files, and directories, which end with a slash. Empty unless wanted. */
  readonly ignored: readonly string[];
  /** There are more files than these. */
  readonly isCut: boolean;
}

export interface StatusOptions {
  readonly withIgnored: boolean;
  /** Whether changes inside of submodules count. */
  readonly withSubmodules: boolean;
}

/** Bytes. */
const LIMIT = 16 << 20;

/**
 * Reads the status of a working tree. The settings of the user do not change which files it lists.
 * @throws GitError, or the reason of the signal
 */
export async function workingTreeStatus(
  options: GitOptions,
  { withIgnored, withSubmodules }: StatusOptions,
): Promise<WorkingTreeStatus> {
  const { text, isCut } = await runGit(
    [
      'status',
      '--porcelain=v2',
      '--branch',
      '--no-ahead-behind',
      '--untracked-files=all',
      ...(withIgnored ? ['--ignored=matching'] : []),
      `--ignore-submodules=${withSubmodules ? 'none' : 'dirty'}`,
      '-z',
    ],
    { limit: LIMIT, ...options },
  );
  return { ...parseStatus(text), isCut };
}

/** Fields before the path of each kind of line (git-status(1), porcelain format version 2). */
const FIELDS_BEFORE_PATH: Readonly<Record<string, number>> = { '1': 8, '2': 9, u: 10 };

function parseStatus(text: string): Omit<WorkingTreeStatus, 'isCut'> {
  const headers = new Map<string, string>();
  const [changed, unmerged, untracked, ignored]: [string[], string[], string[], string[]] = [[], [], [], []];
  // The last entry is empty, or cut.
  const entries = text.split('\0').slice(0, -1);
  for (let index = 0; index < entries.length; index += 1) {
    const entry = entries[index] ?? '';
    const kind = entry[0] ?? '';
    const before = FIELDS_BEFORE_PATH[kind];
    if (kind === '#') {
      const [, name = '', value = ''] = /^# branch\.(\S+) (.*)$/su.exec(entry) ?? [];
      headers.set(name, value);
    } else if (kind === '?') untracked.push(entry.slice(2));
    else if (kind === '!') ignored.push(entry.slice(2));
    else if (before !== undefined) {
      const path = entry.split(' ').slice(before).join(' ');
      changed.push(path);
      if (kind === 'u') unmerged.push(path);
      // The former path of a renamed file follows as an entry of its own.
      if (kind === '2') index += 1;
    }
  }
  const [branch, head] = [headers.get('head') ?? '', headers.get('oid') ?? ''];
  return {
    branch: branch === '(detached)' ? '' : branch,
    head: head === '(initial)' ? '' : head,
    changed,
    unmerged,
    untracked,
    ignored,
  };
}
