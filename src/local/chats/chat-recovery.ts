import { PERMISSION_TOOL } from '../../wire/local-extension.ts';
import type { ChatRepository } from './chat-repository.ts';
import { type ChatRow, partsOf, type WirePart } from './chat-row-types.ts';
import { endPermissions } from './permission-answers.ts';
import { cancelOpenCalls, contentOf } from './turn-content.ts';
import { AGENT_ENDED, CUT_OFF_ERROR } from './turn-end.ts';

/**
 * Ends the turns that no server runs any more, in one transaction: after a crash, and at the end of a server. Keeps the
 * stored part of the answer, with a notice, the session and the queue. `now`: Unix time in ms.
 */
export function endCutOffTurns(chats: ChatRepository, now: number): void {
  chats.repository.inTransaction(() => {
    for (const chat of chats.unfinishedChats()) endCutOffTurn(chats, chat, now);
  });
}

function endCutOffTurn(chats: ChatRepository, { id, status, model }: ChatRow, now: number): void {
  endPermissions({ chats }, id, AGENT_ENDED);
  const isResting = status === 'waiting' || status === 'error' || status === 'paused';
  const notice: WirePart = { type: 'hook-notice', text: CUT_OFF_ERROR.message };
  const message = chats.growingMessage(id);
  if (message !== null) {
    const { content } = cancelOpenCalls(
      contentOf(partsOf(message)),
      ({ tool_name: name }) => (name === PERMISSION_TOOL ? AGENT_ENDED : CUT_OFF_ERROR.message),
      now,
    );
    chats.finishMessage(id, message.id, isResting ? content.parts : [...content.parts, notice]);
  }
  if (isResting) return;
  if (message === null) chats.addMessage(id, { role: 'assistant', content: [notice], model }, now);
  chats.updateChat(id, { status: 'error', last_error: JSON.stringify(CUT_OFF_ERROR), updated_at: now });
}
