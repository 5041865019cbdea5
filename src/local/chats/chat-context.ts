import type { Clock } from '../../domain/ports/clock.ts';
import { resourceNotFound } from '../http/error-response.ts';
import type { ChatRepository } from './chat-repository.ts';
import type { ChatRow } from './chat-row-types.ts';
import type { GrowingMessages } from './growing-messages.ts';
import type { TurnStarter } from './turn-starter.ts';

/** The parts of LocalChats that its operations share. */
export interface ChatContext {
  readonly chats: ChatRepository;
  readonly growing: GrowingMessages;
  readonly starter: TurnStarter;
  readonly clock: Clock;
}

/** The chat. Throws a 404. */
export function requireChat(chats: ChatRepository, id: string): ChatRow {
  const chat = chats.chat(id);
  if (chat === null) throw resourceNotFound();
  return chat;
}

/** Whether a turn of the chat is not over, or its agent works outside of one. */
export const isBusy = ({ status }: ChatRow): boolean =>
  status === 'running' || status === 'interrupting' || status === 'requires_action';
