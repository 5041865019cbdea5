import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

import { isOwnGit } from '../git/run-git.ts';
import { TASK_ID_VARIABLE } from '../processes/end-processes.ts';
import { environmentVariableOf } from '../processes/process-table.ts';
import { isInside } from './worktree-list.ts';

export interface InsideProcess {
  readonly pid: number;
  /** Its program, at most 15 characters. */
  readonly name: string;
}

/**
 * The processes of this user whose current directory is inside of a directory, without those with the tag of `chatId`;
 * null where the system does not show directories of processes (macOS). `directory` is a real path.
 */
export function processesInside(directory: string, chatId: string): readonly InsideProcess[] | null {
  if (process.platform !== 'linux') return null;
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid || isOwnGit(pid)) return [];
    const current = read(() => readlinkSync(`/proc/${pid}/cwd`));
    if (current === null || !isInside(current, directory)) return [];
    const [, command = '', parent = ''] =
      /^\d+ \((.*)\) \S (\d+)/su.exec(read(() => readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? '') ?? [];
    if (isOwnGit(Number(parent))) return [];
    if (environmentVariableOf(pid, TASK_ID_VARIABLE) === chatId) return [];
    return [{ pid, name: command }];
  });
}

/** Null for a process that has ended, or that belongs to another user. */
function read(file: () => string): string | null {
  try {
    return file();
  } catch {
    return null;
  }
}
