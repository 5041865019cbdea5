import { endProcesses, isSameGroup, ProcessesSurvived, taggedOwners } from './end-processes.ts';
import type { OwnedProcessesOptions } from './owned-processes.ts';
import type { ProcessGroupRecord } from './process-group.ts';
import { ProcessTableUnreadable } from './process-table.ts';

/** Time between SIGTERM and SIGKILL, ms. Short, because nothing reads the output of these processes. */
const GRACE_MS = 1_000;

/**
 * Ends the processes of all tasks and chats of a server that crashed. Resolves when they are gone. Logs those that cannot
 * be ended; they stay in the database, for a later end of their owner.
 */
export async function endLeftoverProcesses(
  { repository, clock, isOwner }: OwnedProcessesOptions,
  signal: AbortSignal,
): Promise<void> {
  const owners = new Set([
    ...repository.groups().map(({ task_id: owner }) => owner),
    ...[...taggedOwners()].filter(isOwner),
  ]);
  await Promise.all(
    [...owners].map(async (owner) => {
      const records = repository.groupsOf(owner).map(({ number, identity }) => ({ group: number, identity }));
      const ended = new Set(records);
      let groups: readonly ProcessGroupRecord[] = records;
      try {
        groups = records.filter((record) => isSameGroup(record, owner));
        await endProcesses({ owner, groups }, { clock, graceMs: GRACE_MS, signal });
      } catch (error) {
        if (!(error instanceof ProcessesSurvived || error instanceof ProcessTableUnreadable)) throw error;
        console.error(`The processes of ${owner}: ${error.message}`);
        for (const record of groups) ended.delete(record);
      }
      for (const { group } of ended) repository.deleteGroup(owner, group);
    }),
  );
}
