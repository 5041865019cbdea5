import type { Clock } from '../../domain/ports/clock.ts';
import { sleep } from '../../platform/sleep.ts';
import type { ProcessGroupRecord } from './process-group.ts';
import {
  descendantsOf,
  environmentVariableOf,
  type ProcessEntry,
  ProcessTableUnreadable,
  processIdentity,
  processTable,
  recentProcessTable,
} from './process-table.ts';

/** An environment variable of a task's or chat's processes that identifies them. Its value is the id of the task or chat. */
export const TASK_ID_VARIABLE = 'CODER_TASK_ID';

export interface OwnerProcesses {
  /** The id of a task or chat. */
  readonly owner: string;
  readonly groups: readonly ProcessGroupRecord[];
}

export interface EndOptions {
  readonly clock: Clock;
  /** Time between SIGTERM and SIGKILL, ms. */
  readonly graceMs: number;
  readonly signal: AbortSignal;
  /** Processes that stay. Missing: none. */
  readonly isKept?: (entry: ProcessEntry) => boolean;
}

/** A process survived SIGKILL: it hangs in the kernel, or runs as another user, for example under sudo. */
export class ProcessesSurvived extends Error {
  override readonly name = 'ProcessesSurvived';
}

const CHECK_EVERY_MS = 25;
const KILL_TIMEOUT_MS = 10_000;

/**
 * Ends all processes of an owner: its groups, their descendants, and processes with its tag, which may have left the
 * group by setsid, a double fork or a terminal multiplexer. Collects them before the first signal, because the end of a
 * parent hides its children. Sends SIGTERM, and after `graceMs` SIGKILL until none is left. A process that starts in
 * between, such as a cleanup command, gets no SIGTERM. Rejects with ProcessesSurvived after another 10 s, with
 * ProcessTableUnreadable after 10 s without a process table, or with the signal's reason.
 */
export async function endProcesses(
  owned: OwnerProcesses,
  { clock, graceMs, signal, isKept = () => false }: EndOptions,
): Promise<void> {
  const runningIn = (
    entries: readonly ProcessEntry[],
    previous: readonly ProcessEntry[] = [],
  ): readonly ProcessEntry[] =>
    runningProcessesOf(owned, entries, previous).filter((entry) => !isKept(entry));
  let table = await retryUntilReadable(processTable, clock, signal);
  const begun = clock.monotonic();
  let remaining = runningIn(table);
  signalProcesses(remaining, table, 'SIGTERM');
  // A stopped process receives SIGTERM only after SIGCONT.
  signalProcesses(remaining, table, 'SIGCONT');
  for (;;) {
    table = await retryUntilReadable(recentProcessTable, clock, signal);
    let running = runningIn(table, remaining);
    if (running.length === 0) {
      // The recent table may be outdated.
      table = await retryUntilReadable(processTable, clock, signal);
      running = runningIn(table, remaining);
    }
    if (running.length === 0) return;
    remaining = running;
    const waited = clock.monotonic() - begun;
    if (waited >= graceMs + KILL_TIMEOUT_MS) {
      const pids = remaining.map(({ pid }) => pid).join(', ');
      throw new ProcessesSurvived(`Cannot end these processes: ${pids}. End them yourself, then try again.`);
    }
    if (waited >= graceMs) signalProcesses(remaining, table, 'SIGKILL');
    await sleep(clock, CHECK_EVERY_MS, signal);
    signal.throwIfAborted();
  }
}

async function retryUntilReadable<T>(read: () => T, clock: Clock, signal: AbortSignal): Promise<T> {
  const begun = clock.monotonic();
  for (;;) {
    try {
      return read();
    } catch (error) {
      const isOver = clock.monotonic() - begun >= KILL_TIMEOUT_MS;
      if (isOver || !(error instanceof ProcessTableUnreadable)) throw error;
    }
    await sleep(clock, CHECK_EVERY_MS, signal);
    signal.throwIfAborted();
  }
}

/**
 * The running processes of an owner in `table`, without this server and without processes that reuse an earlier number.
 * Includes those of `previous` that still run, and their descendants.
 */
export function runningProcessesOf(
  { owner, groups }: OwnerProcesses,
  table: readonly ProcessEntry[],
  previous: readonly ProcessEntry[] = [],
): readonly ProcessEntry[] {
  const running = table.filter(({ zombie, pid }) => !zombie && pid !== process.pid);
  const identities = new Map(table.map(({ pid, identity }) => [pid, identity]));
  // The kernel reuses a number only when its group and session are empty.
  const numbers = new Set(
    groups
      .filter(({ group, identity }) => (identities.get(group) ?? identity) === identity)
      .map(({ group }) => group),
  );
  const previousIdentities = new Map(previous.map(({ pid, identity }) => [pid, identity]));
  const roots = running.filter(
    (entry) =>
      numbers.has(entry.group) ||
      numbers.has(entry.session) ||
      previousIdentities.get(entry.pid) === entry.identity ||
      ownerTagOf(entry) === owner,
  );
  return [...roots, ...descendantsOf(new Set(roots.map(({ pid }) => pid)), running, process.pid)];
}

/**
 * The owners in the tags of all processes; may include those of other servers. If the process table is unreadable,
 * logs that and returns an empty set.
 */
export function taggedOwners(): ReadonlySet<string> {
  try {
    return new Set(processTable().flatMap((entry) => ownerTagOf(entry) ?? []));
  } catch (error) {
    if (!(error instanceof ProcessTableUnreadable)) throw error;
    console.error('The processes of tasks and chats:', error);
    return new Set();
  }
}

/** The groups that contain only `processes`. The identity is empty if the group's first process has ended. */
export function exclusiveGroupsOf(
  processes: readonly ProcessEntry[],
  table: readonly ProcessEntry[],
): readonly ProcessGroupRecord[] {
  const shared = groupsOfOthers(processes, table);
  const identities = new Map(table.map(({ pid, identity }) => [pid, identity]));
  return [...new Set(processes.map(({ group }) => group))]
    .filter((group) => !shared.has(group))
    .map((group) => ({ group, identity: identities.get(group) ?? '' }));
}

/** The groups of all processes in `table` that are not among `processes`. */
function groupsOfOthers(
  processes: readonly ProcessEntry[],
  table: readonly ProcessEntry[],
): ReadonlySet<number> {
  const pids = new Set(processes.map(({ pid }) => pid));
  return new Set(table.filter(({ pid, zombie }) => !zombie && !pids.has(pid)).map(({ group }) => group));
}

/**
 * Whether a group that an earlier server started still belongs to the owner. If its first process has ended, the kernel
 * may have reused its number; then one of its processes must have the owner's tag. Throws ProcessTableUnreadable.
 */
export function isSameGroup({ group, identity }: ProcessGroupRecord, owner: string): boolean {
  const leader = processIdentity(group);
  if (leader !== null) return leader === identity;
  return processTable().some(
    (entry) => (entry.group === group || entry.session === group) && ownerTagOf(entry) === owner,
  );
}

/** Cached, because a table is used several times. */
const tags = new WeakMap<ProcessEntry, string | null>();

function ownerTagOf(entry: ProcessEntry): string | null {
  let tag = tags.get(entry);
  if (tag === undefined) {
    tag = entry.zombie ? null : environmentVariableOf(entry.pid, TASK_ID_VARIABLE);
    tags.set(entry, tag);
  }
  return tag;
}

/** Signals exclusive groups as a whole, which also reaches new forks, and other processes one by one. */
function signalProcesses(
  processes: readonly ProcessEntry[],
  table: readonly ProcessEntry[],
  signal: NodeJS.Signals,
): void {
  const shared = groupsOfOthers(processes, table);
  // For kill(2), -1 means every process and 0 our own group.
  const isExclusive = (group: number): boolean => group > 1 && !shared.has(group);
  for (const target of new Set(processes.map(({ pid, group }) => (isExclusive(group) ? -group : pid)))) {
    try {
      process.kill(target, signal);
    } catch {
      // ESRCH: it has ended. EPERM: it runs as another user; then `endProcesses` times out.
    }
  }
}
