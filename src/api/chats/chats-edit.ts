import { BackendError } from '../../domain/errors.ts';
import type { Source } from '../../domain/ports/source.ts';
import type { TaskRef } from '../../domain/task.ts';
import { hasSameWords } from '../../domain/transcript.ts';
import type { WireChatMessage } from '../../wire/chat.ts';
import { contentWith, editAnswer } from '../../wire/chat-request.ts';
import { type ChatsApi, chatPath } from './chats-api.ts';
import { chatsError, isMaybe } from './chats-errors.ts';

const LOOKED_AT = 50;

/** The text parts of a message, as the transcript joins them. */
export const textOfWire = ({ content }: Pick<WireChatMessage, 'content'>): string =>
  content.flatMap(({ type, text }) => (type === 'text' ? [text] : [])).join('\n\n');

const fileIdsOf = ({ content }: WireChatMessage): readonly string[] =>
  content.flatMap(({ type, file_id: id }) =>
    type === 'file' && typeof id === 'string' && id !== '' ? [id] : [],
  );

/** Replaces the text of the user's last message. */
export const createChatsEdit = (api: ChatsApi): Required<Pick<Source, 'editMessage'>> => {
  /** The user's messages, newest first. */
  const userRows = async (task: TaskRef, signal: AbortSignal): Promise<readonly WireChatMessage[]> =>
    (await api.newestMessages(task, LOOKED_AT, signal)).messages.filter(({ role }) => role === 'user');

  return {
    async editMessage(task, messageId, text, signal) {
      const [last] = await userRows(task, signal);
      // Its edit would delete a message that the user has not seen.
      if (last !== undefined && last.id > messageId)
        throw new BackendError({
          kind: 'conflict',
          message: 'A newer message was sent meanwhile, which the edit would delete.',
          hint: 'Look at the conversation, and edit the last message.',
          tookEffect: 'no',
        });
      const path = chatPath(task, 'messages', String(messageId));
      try {
        // The new message has the files of the old one.
        const fileIds = last?.id === messageId ? fileIdsOf(last) : [];
        const json = { content: contentWith(text, fileIds) };
        await api.request(editAnswer, { method: 'PATCH', path, json }, signal);
      } catch (error) {
        if (!isMaybe(error)) throw chatsError(error);
        const rows = await userRows(task, signal);
        const isDone = rows.some((row) => row.id > messageId && hasSameWords(textOfWire(row), text));
        if (!isDone) throw chatsError(error);
      }
    },
  };
};
