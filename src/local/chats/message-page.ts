import type { ChatRepository } from './chat-repository.ts';
import type { MessagePage, PageRequest } from './chat-requests.ts';
import { type ChatMessageRow, partsOf } from './chat-row-types.ts';
import type { GrowingMessages } from './growing-messages.ts';
import { finishedParts } from './turn-content.ts';

/** The growing message has the parts that are not stored yet. */
export function messagePage(
  { chats, growing }: { readonly chats: ChatRepository; readonly growing: GrowingMessages },
  chatId: string,
  { limit, before, after }: PageRequest,
): MessagePage {
  const rows = chats.messages(chatId, {
    limit: limit + 1,
    newestFirst: after === null || before !== null,
    ...(before !== null && { before }),
    ...(after !== null && { after }),
  });
  const current = growing.get(chatId);
  const messages = rows.slice(0, limit).map((row): ChatMessageRow => {
    if (row.growing === 0) return row;
    const parts = row.id === current?.messageId ? current.content.parts : partsOf(row);
    return { ...row, content: JSON.stringify(finishedParts(parts)) };
  });
  const isWhole = before === null && after === null;
  return { messages, queue: isWhole ? chats.queue(chatId) : [], hasMore: rows.length > limit };
}

/** The texts of the user's messages, newest first. */
export const promptsOf = (
  chats: ChatRepository,
  chatId: string,
  limit: number,
): readonly { readonly id: number; readonly text: string }[] =>
  chats
    .messages(chatId, { newestFirst: true })
    .filter(({ role }) => role === 'user')
    .slice(0, limit)
    .map((message) => ({
      id: message.id,
      text: partsOf(message)
        .filter(({ type }) => type === 'text')
        .map(({ text }) => text)
        .join('\n'),
    }));
