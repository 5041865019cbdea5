import type { Clock } from '../../domain/ports/clock.ts';
import type { Repository } from '../database/repository.ts';
import { MAY_HAVE_SESSION, NO_SESSION } from './agent-session.ts';
import { storedOutput } from './streaming-message.ts';

const CUT_OFF_REMARK = '[ended: the local server stopped unexpectedly]';
const CUT_OFF_MESSAGE = 'Ended: the local server stopped unexpectedly';
/** A deleted task's workspace answers 410 for this long, ms. */
const KEEP_DELETED_MS = 24 * 60 * 60_000;

/**
 * Marks the running turns of a server that crashed as cut off, with their stored output. Also purges tasks that were
 * deleted over 24 h ago. The processes of these turns: `endLeftoverProcesses`.
 */
export function recoverFromCrash(repository: Repository, clock: Clock): void {
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
}
