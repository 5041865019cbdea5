import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { taskEnvironment } from '../../domain/child-environment.ts';
import { systemCode } from '../../platform/system-error.ts';

/** The system's processes cannot be listed at the moment. */
export class ProcessTableUnreadable extends Error {
  override readonly name = 'ProcessTableUnreadable';

  constructor(reason: string, cause?: unknown) {
    super(`Cannot list the processes of this machine: ${reason}. Try again in a moment.`, { cause });
  }
}

export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** Session id; on macOS, which does not report sessions, the group. */
  readonly session: number;
  /** The process has ended, but its parent has not read its exit status. */
  readonly zombie: boolean;
  /** Distinguishes the process from a later one with the same pid: start time, and on Linux the boot id. */
  readonly identity: string;
}

const onLinux = process.platform === 'linux';

/** The `identity` of the process with this pid; null if there is none. Throws ProcessTableUnreadable. */
export function processIdentity(pid: number): string | null {
  if (onLinux) return readStat(pid)?.identity ?? null;
  return psTable(['-p', String(pid)])[0]?.identity ?? null;
}

/** All visible processes. On Linux, 100 processes take about 1 ms. Throws ProcessTableUnreadable. */
export function processTable(): readonly ProcessEntry[] {
  const table = onLinux ? linuxTable() : psTable(['-A']);
  // At least this process exists.
  if (table.length === 0) throw new ProcessTableUnreadable('the list is empty');
  return table;
}

/** A table stays valid for this multiple of the time to read it, so that reading uses at most 1/11 of the time. */
const REUSE_FACTOR = 10;
let cachedTable: { readonly table: readonly ProcessEntry[]; readonly until: number } = {
  table: [],
  until: 0,
};

/** A cached process table, for repeated calls at short intervals. Throws ProcessTableUnreadable. */
export function recentProcessTable(): readonly ProcessEntry[] {
  const begun = performance.now();
  if (begun >= cachedTable.until) {
    const table = processTable();
    const ended = performance.now();
    cachedTable = { table, until: ended + REUSE_FACTOR * (ended - begun) };
  }
  return cachedTable.table;
}

/**
 * The variable `name` in the initial environment of `pid`. Null if it is not set, or if the environment is unreadable:
 * on macOS, and for programs that hide it (ssh-agent, setuid programs).
 */
export function environmentVariableOf(pid: number, name: string): string | null {
  if (!onLinux) return null;
  const environment = read(`/proc/${pid}/environ`);
  const entry = environment?.split('\0').find((text) => text.startsWith(`${name}=`));
  return entry?.slice(name.length + 1) ?? null;
}

/** All descendants of `roots` in `table`, without the roots, and without `except` and its descendants. */
export function descendantsOf(
  roots: ReadonlySet<number>,
  table: readonly ProcessEntry[],
  except: number,
): readonly ProcessEntry[] {
  const children = Map.groupBy(table, ({ parent }) => parent);
  const found = new Map<number, ProcessEntry>();
  const unvisited = [...roots].filter((pid) => pid !== except);
  for (let pid = unvisited.pop(); pid !== undefined; pid = unvisited.pop()) {
    for (const child of children.get(pid) ?? []) {
      if (child.pid === except || roots.has(child.pid) || found.has(child.pid)) continue;
      found.set(child.pid, child);
      unvisited.push(child.pid);
    }
  }
  return [...found.values()];
}

function linuxTable(): readonly ProcessEntry[] {
  return entriesOfProc().flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const stat = readStat(Number(name));
    return stat === null ? [] : [stat];
  });
}

function entriesOfProc(): readonly string[] {
  try {
    return readdirSync('/proc');
  } catch (error) {
    throw new ProcessTableUnreadable(systemCode(error) ?? 'no /proc', error);
  }
}

/** Reads /proc/PID/stat (proc(5)). Fields count from the last parenthesis: the name before may contain anything. */
function readStat(pid: number): ProcessEntry | null {
  const text = read(`/proc/${pid}/stat`);
  if (text === null) return null;
  const [state, parent, group, session, ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return {
    pid,
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    zombie: state === 'Z' || state === 'X',
    identity: `${bootId()}:${rest[15] ?? ''}`,
  };
}

let boot: string | undefined;
function bootId(): string {
  boot ??= read('/proc/sys/kernel/random/boot_id')?.trim() ?? '';
  return boot;
}

function psTable(which: readonly string[]): readonly ProcessEntry[] {
  return ps([...which, '-o', 'pid=,ppid=,pgid=,stat=,lstart='])
    .split('\n')
    .flatMap((line) => {
      const [pid, parent, group, state, ...started] = line.trim().split(/\s+/);
      if (pid === undefined || group === undefined || state === undefined) return [];
      return [
        {
          pid: Number(pid),
          parent: Number(parent),
          group: Number(group),
          session: Number(group),
          zombie: state.startsWith('Z'),
          identity: started.join(' '),
        },
      ];
    });
}

function ps(args: readonly string[]): string {
  try {
    return execFileSync('ps', args, {
      encoding: 'utf8',
      env: { ...taskEnvironment(process.env), LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch (error) {
    if (isNoProcessResult(error)) return '';
    throw new ProcessTableUnreadable(`ps failed: ${systemCode(error) ?? exitDescription(error)}`, error);
  }
}

/** If no process has the pid, ps prints nothing and exits with status 1. */
const isNoProcessResult = (error: unknown): boolean =>
  error instanceof Error &&
  'status' in error &&
  error.status === 1 &&
  'stdout' in error &&
  error.stdout === '';

function exitDescription(error: unknown): string {
  const { status = null, signal = null }: { status?: unknown; signal?: unknown } = Object(error);
  return signal === null ? `exit ${status}` : `${signal}`;
}

/** Unlike ENOENT or EACCES, these errors do not concern the process. */
const RESOURCE_ERRORS: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOMEM']);

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = systemCode(error);
    if (code !== null && RESOURCE_ERRORS.has(code)) throw new ProcessTableUnreadable(code, error);
    return null;
  }
}
