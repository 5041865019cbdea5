import { type Message, onlyTextOf } from '../../../src/domain/message.ts';
import type { Evidence, SentMessage } from '../../../src/domain/receipt.ts';

/** Whether the messages of a chat show a sent one. Ids of messages grow. */
export function hasArrived({ receipt, text, evidence }: SentMessage, messages: readonly Message[]): boolean {
  if (receipt?.kind === 'accepted') return messages.some(({ id }) => id === receipt.messageId);
  const { lastMessage } = (evidence ?? {}) as { readonly lastMessage?: Evidence };
  return messages.some(
    (message) =>
      message.role === 'user' && message.id > Number(lastMessage ?? 0) && onlyTextOf(message) === text,
  );
}
