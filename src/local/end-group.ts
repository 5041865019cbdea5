import { wait } from '../config/wait.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { GroupRecord } from './process-group.ts';
import { identityOf, type ProcessEntry, processTable, recentProcessTable, startedWith } from './processes.ts';

export interface EndOptions {
  readonly clock: Clock;
  /** How long processes may take over a polite request before they are killed, ms. */
  readonly graceMs: number;
  readonly signal: AbortSignal;
}

/** Some process survived even SIGKILL: it hangs in the kernel, on a dead disk for instance. */
export class GroupSurvived extends Error {
  override readonly name = 'GroupSurvived';
}

const LOOK_EVERY_MS = 25;
const KILL_PATIENCE_MS = 10_000;

/**
 * Ends every process of a group: SIGTERM first, SIGKILL after the grace, again and again until none is left, so that
 * a group which multiplies is caught as well. Processes of its session that made groups of their own (a shell's
 * background jobs) belong to it. Throws GroupSurvived.
 */
export async function endGroup(record: GroupRecord, { clock, graceMs, signal }: EndOptions): Promise<void> {
  const begun = clock.monotonic();
  if (!isAlive(record)) return;
  send(record, 'SIGTERM');
  // A stopped process takes the request only when it goes on.
  send(record, 'SIGCONT');
  for (;;) {
    if (!isAlive(record)) return;
    const waited = clock.monotonic() - begun;
    if (waited >= graceMs + KILL_PATIENCE_MS) {
      throw new GroupSurvived(`Processes of group ${record.group} do not end.`);
    }
    if (waited >= graceMs) send(record, 'SIGKILL');
    await wait(clock, LOOK_EVERY_MS, signal);
  }
}

/** Whether any process of the group still runs; never true for a stranger that got its number later. */
export function isAlive(record: GroupRecord): boolean {
  // One that was there a moment ago is asked about again anyway. That none is there must be true now.
  return membersOf(record, recentProcessTable()).length > 0 || membersOf(record).length > 0;
}

/**
 * The same after a crash of the server, when the number may have changed hands meanwhile. A group whose first process
 * is gone is ours only if a member can be shown to come from us: `mark` is an entry of the environment it began with.
 */
export function isStillOurs(record: GroupRecord, mark: string): boolean {
  const members = membersOf(record);
  if (members.length === 0) return false;
  if (identityOf(record.group) === record.identity) return true;
  return members.some((member) => startedWith(member.pid, mark) === true);
}

function membersOf(record: GroupRecord, table?: readonly ProcessEntry[]): readonly ProcessEntry[] {
  const leader = identityOf(record.group);
  // The kernel gives a number away again only when its group and session are empty.
  if (leader !== null && leader !== record.identity) return [];
  return (table ?? processTable()).filter(
    (entry) => !entry.zombie && (entry.group === record.group || entry.session === record.group),
  );
}

function send(record: GroupRecord, signal: NodeJS.Signals): void {
  const groups = new Set(membersOf(record).map((member) => member.group));
  for (const group of groups) {
    try {
      process.kill(-group, signal);
    } catch {
      // Gone in the meantime.
    }
  }
}
