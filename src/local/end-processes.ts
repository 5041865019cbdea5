import type { Clock } from '../domain/ports/clock.ts';
import { sleep } from '../platform/sleep.ts';
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

/** The variable in the environment of a task's processes by which they are found, with the task's id as its value. */
export const TASK_ID_VARIABLE = 'CODER_TASK_ID';

/** What is known of the processes of one task. */
export interface TaskProcesses {
  readonly taskId: string;
  readonly groups: readonly ProcessGroupRecord[];
}

export interface EndOptions {
  readonly clock: Clock;
  /** How long processes may take to end by themselves before they are killed, ms. */
  readonly graceMs: number;
  readonly signal: AbortSignal;
}

/** Some process survived SIGKILL: it hangs in the kernel, or it runs as another user, below sudo for instance. */
export class ProcessesSurvived extends Error {
  override readonly name = 'ProcessesSurvived';
}

const CHECK_EVERY_MS = 25;
const KILL_TIMEOUT_MS = 10_000;

/**
 * Ends every process of a task: its groups, all their descendants, and whatever carries its tag, so that what left the
 * group by setsid, a double fork or a terminal multiplexer ends as well. They are collected before the first signal,
 * which takes the link between parents and children away. SIGTERM first, then, after the grace, SIGKILL until none is
 * left. What starts during the grace gets no SIGTERM: it may be what a program runs to clean up. While the
 * processes cannot be read, looks again for 10 s. Throws ProcessesSurvived or ProcessesUnknown.
 */
export async function endProcesses(
  task: TaskProcesses,
  { clock, graceMs, signal }: EndOptions,
): Promise<void> {
  let table = await retryUntilReadable(processTable, clock, signal);
  const begun = clock.monotonic();
  let known = runningProcessesOf(task, table);
  signalProcesses(known, table, 'SIGTERM');
  // A stopped process handles the request only when it goes on.
  signalProcesses(known, table, 'SIGCONT');
  for (;;) {
    table = await retryUntilReadable(recentProcessTable, clock, signal);
    let living = runningProcessesOf(task, table, known);
    if (living.length === 0) {
      // That some are left is looked at again anyway; that none is left must be true now.
      table = await retryUntilReadable(processTable, clock, signal);
      living = runningProcessesOf(task, table, known);
    }
    if (living.length === 0) return;
    known = living;
    const waited = clock.monotonic() - begun;
    if (waited >= graceMs + KILL_TIMEOUT_MS) {
      const pids = known.map(({ pid }) => pid).join(', ');
      throw new ProcessesSurvived(`These processes do not end: ${pids}.`);
    }
    if (waited >= graceMs) signalProcesses(known, table, 'SIGKILL');
    await sleep(clock, CHECK_EVERY_MS, signal);
    signal.throwIfAborted();
  }
}

async function retryUntilReadable<T>(look: () => T, clock: Clock, signal: AbortSignal): Promise<T> {
  const begun = clock.monotonic();
  for (;;) {
    try {
      return look();
    } catch (error) {
      const isOver = clock.monotonic() - begun >= KILL_TIMEOUT_MS;
      if (isOver || !(error instanceof ProcessTableUnreadable)) throw error;
    }
    await sleep(clock, CHECK_EVERY_MS, signal);
    signal.throwIfAborted();
  }
}

/**
 * The processes of a task in `table`, never one that got the number of an earlier one, and never this server. Those in
 * `known` that still run are among them, with what they have started since.
 */
export function runningProcessesOf(
  { taskId, groups }: TaskProcesses,
  table: readonly ProcessEntry[],
  previous: readonly ProcessEntry[] = [],
): readonly ProcessEntry[] {
  const running = table.filter(({ zombie, pid }) => !zombie && pid !== process.pid);
  const identities = new Map(table.map(({ pid, identity }) => [pid, identity]));
  // The kernel gives a number away again only when its group and session are empty.
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
      taskIdTagOf(entry) === taskId,
  );
  return [...roots, ...descendantsOf(new Set(roots.map(({ pid }) => pid)), running, process.pid)];
}

/**
 * The ids in the tags of all processes: of tasks of this server, and perhaps of others. Empty while the processes cannot
 * be read: the tasks on record are known without them.
 */
export function taggedTaskIds(): ReadonlySet<string> {
  try {
    return new Set(processTable().flatMap((entry) => taskIdTagOf(entry) ?? []));
  } catch (error) {
    if (!(error instanceof ProcessTableUnreadable)) throw error;
    console.error('The processes of tasks:', error);
    return new Set();
  }
}

/** The groups that hold nothing but `processes`, as records. The identity is empty where the first process is gone. */
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
 * Whether a group that an earlier server started is still the same. When its first process is gone, its number may have
 * changed hands: then only a tag shows that a member comes from us. Throws
 * ProcessesUnknown.
 */
export function isSameGroup({ group, identity }: ProcessGroupRecord, taskId: string): boolean {
  const leader = processIdentity(group);
  if (leader !== null) return leader === identity;
  return processTable().some(
    (entry) => (entry.group === group || entry.session === group) && taskIdTagOf(entry) === taskId,
  );
}

/** One table is used many times, for many tasks. */
const tags = new WeakMap<ProcessEntry, string | null>();

function taskIdTagOf(entry: ProcessEntry): string | null {
  let tag = tags.get(entry);
  if (tag === undefined) {
    tag = entry.zombie ? null : environmentVariableOf(entry.pid, TASK_ID_VARIABLE);
    tags.set(entry, tag);
  }
  return tag;
}

/** Signals whole groups where nothing else is in them, which also reaches what is being forked, and else each process. */
function signalProcesses(
  processes: readonly ProcessEntry[],
  table: readonly ProcessEntry[],
  signal: NodeJS.Signals,
): void {
  const shared = groupsOfOthers(processes, table);
  // kill(2) takes -1 for every process, and 0 for our own group.
  const isAlone = (group: number): boolean => group > 1 && !shared.has(group);
  for (const target of new Set(processes.map(({ pid, group }) => (isAlone(group) ? -group : pid)))) {
    try {
      process.kill(target, signal);
    } catch {
      // ESRCH: it has ended. EPERM: it runs as another user, and only `endProcesses` sees that it does not end.
    }
  }
}
