import { Refusal } from './refusal.ts';
import type { ChatRow } from './rows.ts';
import { ME } from './state.ts';

/** Throws 403 for the chat of another owner. `deed`: such as `send messages`. */
export function assertOwner(chat: ChatRow, deed: string): void {
  if (chat.ownerId !== ME.id) throw new Refusal(403, `Only the chat owner may ${deed}.`);
}
