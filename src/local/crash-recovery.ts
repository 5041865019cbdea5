import type { Clock } from '../domain/ports/clock.ts';
import { MAY_HAVE_SESSION, NO_SESSION } from './agent-session.ts';
import { endProcesses, isSameGroup, ProcessesSurvived, taggedTaskIds } from './end-processes.ts';
import type { ProcessGroupRecord } from './process-group.ts';
import { ProcessTableUnreadable } from './process-table.ts';
import type { Repository } from './repository.ts';
import { storedOutput } from './streaming-message.ts';

const CUT_OFF_REMARK = '[cut off: the local server ended while this command ran]';
const CUT_OFF_MESSAGE = 'Cut off: the local server ended';
/** Nobody is left to read what they still want to write, ms. */
const GRACE_MS = 1_000;
/** A deleted task's workspace answers 410 for this long, ms. */
const KEEP_DELETED_MS = 24 * 60 * 60_000;

/**
 * Tells the truth about what a server left behind that did not end in order: processes that still run are ended,
 * turns are marked as cut off and keep what they had written. Resolves when no such process is left, or when those that
 * are left cannot be ended: they are logged and stay on record, for a later pause or deletion of their task.
 */
export async function recoverFromCrash(
  repository: Repository,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const now = clock.wall();
  repository.inTransaction(() => {
    for (const { task_id: taskId, message_id: id } of repository.turns()) {
      const written = storedOutput(repository, taskId, id);
      const separator = written === '' || written.endsWith('\n') ? '' : '\n';
      repository.putMessage(taskId, {
        id,
        type: 'output',
        content: written + separator + CUT_OFF_REMARK,
        time: now,
      });
      repository.deletePieces(taskId, id);
      repository.endTurn(taskId);
      repository.updateTask(taskId, {
        state: 'failure',
        state_message: CUT_OFF_MESSAGE,
        state_at: now,
        cut_off: 1,
        ...(repository.taskOrDeletedTask(taskId)?.conversing === NO_SESSION && {
          conversing: MAY_HAVE_SESSION,
        }),
      });
    }
    repository.purge(now - KEEP_DELETED_MS);
  });
  const tasks = new Set([
    ...repository.groups().map((row) => row.task_id),
    ...[...taggedTaskIds()].filter((taskId) => repository.taskOrDeletedTask(taskId) !== null),
  ]);
  await Promise.all(
    [...tasks].map(async (taskId) => {
      const records = repository
        .groupsOf(taskId)
        .map(({ number, identity }) => ({ group: number, identity }));
      const done = new Set(records);
      let groups: readonly ProcessGroupRecord[] = records;
      try {
        groups = records.filter((record) => isSameGroup(record, taskId));
        await endProcesses({ taskId, groups }, { clock, graceMs: GRACE_MS, signal });
      } catch (error) {
        if (!(error instanceof ProcessesSurvived || error instanceof ProcessTableUnreadable)) throw error;
        console.error(`Task ${taskId}: ${error.message}`);
        for (const record of groups) done.delete(record);
      }
      for (const { group } of done) repository.deleteGroup(taskId, group);
    }),
  );
}
