import { PERMISSION_TOOL } from '../../wire/local-extension.ts';
import type { ChatRepository } from './chat-repository.ts';
import { type ChatRow, partsOf } from './chat-row-types.ts';
import { endPermissions } from './permission-answers.ts';
import { cancelOpenCalls, contentOf } from './turn-content.ts';
import { AGENT_ENDED, CUT_OFF_ERROR } from './turn-end.ts';

/**
 * Ends the turns that no server runs any more, in one transaction: after a crash, and at the end of a server. Keeps the
 * stored part of the answer, the session and the queue. `now`: Unix time in ms.
 */
export function endCutOffTurns(chats: ChatRepository, now: number): void {
  chats.repository.inTransaction(() => {
    for (const chat of chats.unfinishedChats()) endCutOffTurn(chats, chat, now);
  });
}

function endCutOffTurn(chats: ChatRepository, { id, status }: ChatRow, now: number): void {
  endPermissions({ chats }, id, AGENT_ENDED);
  for (let message = chats.growingMessage(id); message !== null; message = chats.growingMessage(id)) {
    const { content } = cancelOpenCalls(
      contentOf(partsOf(message)),
      ({ tool_name: name }) => (name === PERMISSION_TOOL ? AGENT_ENDED : CUT_OFF_ERROR.message),
      now,
    );
    chats.finishMessage(id, message.id, content.parts);
  }
  if (status === 'waiting' || status === 'error' || status === 'paused') return;
  chats.updateChat(id, { status: 'error', last_error: JSON.stringify(CUT_OFF_ERROR), updated_at: now });
}
