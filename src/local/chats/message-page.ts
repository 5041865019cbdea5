import type { ChatRepository } from './chat-repository.ts';
import type { MessagePage, PageRequest } from './chat-requests.ts';
import { type ChatMessageRow, partsOf } from './chat-row-types.ts';
import type { GrowingMessages } from './growing-messages.ts';
import { finishedParts } from './turn-content.ts';

/** Characters of a page: more messages are left for the next one, because the whole page is in memory. */
const PAGE_SIZE = 8 << 20;
/** Messages that are read at once. */
const CHUNK = 20;

/** The growing message has the parts that are not stored yet. A page of long messages has fewer than `limit`. */
export function messagePage(
  { chats, growing }: { readonly chats: ChatRepository; readonly growing: GrowingMessages },
  chatId: string,
  request: PageRequest,
): MessagePage {
  const { before, after } = request;
  const { rows, hasMore } = rowsOf(chats, chatId, request);
  const current = growing.get(chatId);
  const messages = rows.map((row): ChatMessageRow => {
    if (row.growing === 0) return row;
    const parts = row.id === current?.messageId ? current.content.parts : partsOf(row);
    return { ...row, content: JSON.stringify(finishedParts(parts)) };
  });
  const isWhole = before === null && after === null;
  return { messages, queue: isWhole ? chats.queue(chatId) : [], hasMore };
}

function rowsOf(
  chats: ChatRepository,
  chatId: string,
  { limit, before, after }: PageRequest,
): { readonly rows: readonly ChatMessageRow[]; readonly hasMore: boolean } {
  const newestFirst = after === null || before !== null;
  const rows: ChatMessageRow[] = [];
  let size = 0;
  let bounds = { ...(before !== null && { before }), ...(after !== null && { after }) };
  for (;;) {
    const wanted = Math.min(CHUNK, limit - rows.length + 1);
    const chunk = chats.messages(chatId, { limit: wanted, newestFirst, ...bounds });
    for (const row of chunk) {
      if (rows.length === limit || (rows.length > 0 && size + row.content.length > PAGE_SIZE))
        return { rows, hasMore: true };
      rows.push(row);
      size += row.content.length;
    }
    const last = chunk.at(-1);
    if (last === undefined || chunk.length < wanted) return { rows, hasMore: false };
    bounds = { ...bounds, ...(newestFirst ? { before: last.id } : { after: last.id }) };
  }
}

/** The texts of the user's messages, newest first. */
export const promptsOf = (
  chats: ChatRepository,
  chatId: string,
  limit: number,
): readonly { readonly id: number; readonly text: string }[] =>
  chats.messages(chatId, { newestFirst: true, role: 'user', limit }).map((message) => ({
    id: message.id,
    text: partsOf(message)
      .filter(({ type }) => type === 'text')
      .map(({ text }) => text)
      .join('\n'),
  }));
