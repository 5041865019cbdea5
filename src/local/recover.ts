import type { Clock } from '../domain/ports/clock.ts';
import { NONE, PERHAPS } from './conversation.ts';
import { endProcesses, isStillOurs, ProcessesSurvived, taggedTasks } from './end-processes.ts';
import { storedText } from './growing.ts';
import type { GroupRecord } from './process-group.ts';
import { ProcessesUnknown } from './processes.ts';
import type { Repository } from './repository.ts';

const REMARK = '[cut off: the local server ended while this command ran]';
const MESSAGE = 'Cut off: the local server ended';
/** Nobody is left to read what they still want to write, ms. */
const GRACE_MS = 1_000;
/** A deleted task's workspace answers 410 for this long, ms. */
const TOMBSTONE_MS = 24 * 60 * 60_000;

/**
 * Tells the truth about what a server left behind that did not end in order: processes that still run are ended,
 * turns are marked as cut off and keep what they had written. Resolves when no such process is left, or when those that
 * are left cannot be ended: they are logged and stay on record, for a later pause or deletion of their task.
 */
export async function recover(repository: Repository, clock: Clock, signal: AbortSignal): Promise<void> {
  const now = clock.wall();
  repository.together(() => {
    for (const { task_id: taskId, message_id: id } of repository.turns()) {
      const written = storedText(repository, taskId, id);
      const separator = written === '' || written.endsWith('\n') ? '' : '\n';
      repository.putMessage(taskId, { id, type: 'output', content: written + separator + REMARK, time: now });
      repository.dropPieces(taskId, id);
      repository.endTurn(taskId);
      repository.changeTask(taskId, {
        state: 'failure',
        state_message: MESSAGE,
        state_at: now,
        cut_off: 1,
        ...(repository.anyTask(taskId)?.conversing === NONE && { conversing: PERHAPS }),
      });
    }
    repository.purge(now - TOMBSTONE_MS);
  });
  const tasks = new Set([
    ...repository.groups().map((row) => row.task_id),
    ...[...taggedTasks()].filter((taskId) => repository.anyTask(taskId) !== null),
  ]);
  await Promise.all(
    [...tasks].map(async (taskId) => {
      const records = repository
        .groupsOf(taskId)
        .map(({ number, identity }) => ({ group: number, identity }));
      const done = new Set(records);
      let groups: readonly GroupRecord[] = records;
      try {
        groups = records.filter((record) => isStillOurs(record, taskId));
        await endProcesses({ taskId, groups }, { clock, graceMs: GRACE_MS, signal });
      } catch (error) {
        if (!(error instanceof ProcessesSurvived || error instanceof ProcessesUnknown)) throw error;
        console.error(`Task ${taskId}: ${error.message}`);
        for (const record of groups) done.delete(record);
      }
      for (const { group } of done) repository.dropGroup(taskId, group);
    }),
  );
}
