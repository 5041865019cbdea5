import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { childEnvironment } from '../domain/child-environment.ts';

/** One process of this machine, as far as groups are concerned. */
export interface ProcessEntry {
  readonly pid: number;
  readonly group: number;
  /** Where the platform does not tell, the group. */
  readonly session: number;
  /** Ended, and only waiting for its parent to notice. */
  readonly zombie: boolean;
}

const onLinux = process.platform === 'linux';

/**
 * What tells a process from a later one with the same pid: when it started, and on Linux in which boot. Null when
 * there is no such process.
 */
export function identityOf(pid: number): string | null {
  if (!onLinux) return startedAt(pid);
  const stat = statOf(pid);
  return stat === null ? null : `${bootId()}:${stat.startTicks}`;
}

/** Every process that can be seen. Costs about a millisecond for a hundred. */
export function processTable(): readonly ProcessEntry[] {
  return onLinux ? linuxTable() : psTable();
}

/** How much longer than it took to read a table it may be used, so that looking costs a tenth of the time at most. */
const WORTH = 10;
let recent: { readonly table: readonly ProcessEntry[]; readonly until: number } = { table: [], until: 0 };

/**
 * The same as it was a moment ago: what it shows may have ended since, and what has begun since it does not show. For
 * questions that many ask again and again.
 */
export function recentProcessTable(): readonly ProcessEntry[] {
  const begun = performance.now();
  if (begun >= recent.until) {
    const table = processTable();
    const ended = performance.now();
    recent = { table, until: ended + WORTH * (ended - begun) };
  }
  return recent.table;
}

/** Whether the environment that `pid` was started with holds this entry; null where nobody can tell. */
export function startedWith(pid: number, entry: string): boolean | null {
  if (!onLinux) return null;
  const environment = read(`/proc/${pid}/environ`);
  return environment === null ? null : environment.split('\0').includes(entry);
}

function linuxTable(): readonly ProcessEntry[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const stat = statOf(Number(name));
    return stat === null ? [] : [stat];
  });
}

/** proc(5), /proc/pid/stat: the name in parentheses may hold anything, so fields are counted from its end. */
function statOf(pid: number): (ProcessEntry & { readonly startTicks: string }) | null {
  const text = read(`/proc/${pid}/stat`);
  if (text === null) return null;
  const [state, , group, session, ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return {
    pid,
    group: Number(group),
    session: Number(session),
    zombie: state === 'Z' || state === 'X',
    startTicks: rest[15] ?? '',
  };
}

let boot: string | undefined;
function bootId(): string {
  boot ??= read('/proc/sys/kernel/random/boot_id')?.trim() ?? '';
  return boot;
}

function psTable(): readonly ProcessEntry[] {
  return ps(['-A', '-o', 'pid=,pgid=,stat='])
    .split('\n')
    .flatMap((line) => {
      const [pid, group, state] = line.trim().split(/\s+/);
      if (pid === undefined || group === undefined || state === undefined) return [];
      return [
        { pid: Number(pid), group: Number(group), session: Number(group), zombie: state.startsWith('Z') },
      ];
    });
}

const startedAt = (pid: number): string | null => {
  const text = ps(['-o', 'lstart=', '-p', String(pid)]).trim();
  return text === '' ? null : text;
};

function ps(args: readonly string[]): string {
  try {
    return execFileSync('ps', args, {
      encoding: 'utf8',
      env: { ...childEnvironment(process.env), LC_ALL: 'C' },
    });
  } catch {
    // It also fails when no process fits.
    return '';
  }
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
