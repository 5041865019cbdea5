import type { Clock } from '../../domain/ports/clock.ts';
import type { Repository } from '../database/repository.ts';
import { endProcesses, isSameGroup, ProcessesSurvived, taggedTaskIds } from '../processes/end-processes.ts';
import type { ProcessGroupRecord } from '../processes/process-group.ts';
import { ProcessTableUnreadable } from '../processes/process-table.ts';
import { MAY_HAVE_SESSION, NO_SESSION } from './agent-session.ts';
import { storedOutput } from './streaming-message.ts';

const CUT_OFF_REMARK = '[ended: the local server stopped unexpectedly]';
const CUT_OFF_MESSAGE = 'Ended: the local server stopped unexpectedly';
/** Time between SIGTERM and SIGKILL, ms. Short, because nothing reads the output of these processes. */
const GRACE_MS = 1_000;
/** A deleted task's workspace answers 410 for this long, ms. */
const KEEP_DELETED_MS = 24 * 60 * 60_000;

/**
 * Cleans up after a server that crashed: marks its running turns as cut off, with their stored output, and ends their
 * processes. Resolves when the processes are gone. Logs those that cannot be ended; they stay in the database, for a
 * later pause or deletion of the task. Also purges tasks that were deleted over 24 h ago.
 */
export async function recoverFromCrash(
  repository: Repository,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const now = clock.wall();
  repository.inTransaction(() => {
    for (const { task_id: taskId, message_id: id } of repository.turns()) {
      const output = storedOutput(repository, taskId, id);
      const separator = output === '' || output.endsWith('\n') ? '' : '\n';
      repository.putMessage(taskId, {
        id,
        type: 'output',
        content: output + separator + CUT_OFF_REMARK,
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
      const ended = new Set(records);
      let groups: readonly ProcessGroupRecord[] = records;
      try {
        groups = records.filter((record) => isSameGroup(record, taskId));
        await endProcesses({ taskId, groups }, { clock, graceMs: GRACE_MS, signal });
      } catch (error) {
        if (!(error instanceof ProcessesSurvived || error instanceof ProcessTableUnreadable)) throw error;
        console.error(`Task ${taskId}: ${error.message}`);
        for (const record of groups) ended.delete(record);
      }
      for (const { group } of ended) repository.deleteGroup(taskId, group);
    }),
  );
}
