import { BackendError } from '../../domain/errors.ts';
import type { ToolCallPart } from '../../domain/message.ts';
import { answeredError } from '../../domain/open-question.ts';
import { PERMISSION_TOOL, permissionOutcome } from '../../domain/permission.ts';
import type { Source } from '../../domain/ports/source.ts';
import type { TaskRef } from '../../domain/task.ts';
import type { ToolResultsRequest } from '../../wire/chat-request.ts';
import { type ChatsApi, chatPath } from './chats-api.ts';
import { chatsError, expectStatus, isConflict, isMaybe } from './chats-errors.ts';
import { MessageFolder } from './fold-messages.ts';
import type { Wait } from './wait.ts';

/** Enough to contain the turn that asks. */
const NEWEST_MESSAGES = 20;
/** Delays before an answer is sent again whose arrival is unknown, ms. */
const RETRY_DELAYS_MS = [500, 2_000] as const;

/** Answers permission requests. The server accepts one answer to each, so a lost response can be sent again. */
export const createChatsPermissions = (
  api: ChatsApi,
  wait: Wait,
): Required<Pick<Source, 'answerPermission'>> => {
  const post = async (task: TaskRef, json: ToolResultsRequest, signal: AbortSignal): Promise<void> =>
    expectStatus(await api.send({ method: 'POST', path: chatPath(task, 'tool-results'), json }, signal), 204);

  /** The call of a permission request; null when it is not among the newest messages. */
  async function callOf(task: TaskRef, id: string, signal: AbortSignal): Promise<ToolCallPart | null> {
    const { messages } = await api.newestMessages(task, NEWEST_MESSAGES, signal);
    const parts = new MessageFolder().fold(messages.toReversed()).flatMap((message) => message.parts);
    return (
      parts.findLast(
        (part): part is ToolCallPart =>
          part.type === 'tool-call' && part.id === id && part.name === PERMISSION_TOOL,
      ) ?? null
    );
  }

  return {
    async answerPermission(task, requestId, { optionId, label }, signal) {
      const output =
        optionId === undefined
          ? { outcome: 'cancelled' as const }
          : { outcome: 'selected' as const, option_id: optionId };
      const json = { results: [{ tool_call_id: requestId, output }] };
      for (let attempt = 0; ; attempt++) {
        try {
          return await post(task, json, signal);
        } catch (error) {
          const delay = RETRY_DELAYS_MS[attempt];
          if (isMaybe(error) && delay !== undefined && !signal.aborted) {
            await wait(delay, signal);
            continue;
          }
          if (!isConflict(error)) throw chatsError(error);
          const call = await callOf(task, requestId, signal).catch(ignoreBackendError);
          const outcome = call === null ? '' : permissionOutcome(call);
          // The answer before the lost response may have been this one.
          if (attempt > 0 && outcome === (optionId === undefined ? 'cancelled' : label)) return;
          throw answeredError(outcome);
        }
      }
    },
  };
};

function ignoreBackendError(error: unknown): null {
  if (!(error instanceof BackendError) || error.kind === 'aborted') throw error;
  return null;
}
