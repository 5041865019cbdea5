import { GitError } from '../../git/run-git.ts';
import { ErrorResponse } from '../../http/error-response.ts';
import { sendJson } from '../../http/router.ts';
import { ACTIONS } from '../../worktrees/examine-worktree.ts';
import type { FinishRequest } from '../../worktrees/worktree-finishing.ts';
import { findWithBody, whileConnected } from '../route-context.ts';
import { CHAT, CHATS } from './chat-routes.ts';
import { type ChatsContext, chatFromPath, readFields } from './chats-context.ts';
import type { Fields } from './request-fields.ts';

/** Routes of the worktrees of chats: the local extension `worktree`. Register them before those of a chat. */
export function worktreeRoutes(context: ChatsContext): void {
  const { router, finishing, requireToken, requireTokenAndWritable } = context;

  router.on('GET', `${CHATS}/worktrees`, requireToken, async (request) =>
    sendJson(request, await whileConnected(request, (signal) => gitAnswer(finishing.entries(signal)))),
  );

  router.on('GET', `${CHAT}/worktree`, requireToken, async (request) => {
    const { id } = chatFromPath(request, context);
    return sendJson(
      request,
      await whileConnected(request, (signal) => gitAnswer(finishing.actions(id, signal))),
    );
  });

  router.on('POST', `${CHAT}/worktree`, requireTokenAndWritable, async (request) => {
    const { row, body } = await findWithBody(
      () => chatFromPath(request, context),
      () => readFields(request),
    );
    return sendJson(request, { message: await gitAnswer(finishing.finish(row.id, finishRequest(body))) });
  });
}

function finishRequest({ action, delete_branch: deletesBranch }: Fields): FinishRequest {
  const known = ACTIONS.find((each) => each === action);
  if (known === undefined)
    throw new ErrorResponse(400, 'Invalid action.', `Must be one of ${ACTIONS.join(', ')}.`, [
      { field: 'action', detail: `must be one of ${ACTIONS.join(', ')}` },
    ]);
  return { action: known, deletesBranch: known === 'remove' && deletesBranch === true };
}

async function gitAnswer<Result>(result: Promise<Result>): Promise<Result> {
  try {
    return await result;
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw new ErrorResponse(502, `Cannot read the worktree: ${error.message}`);
  }
}
