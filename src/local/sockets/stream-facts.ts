import type { ChatRepository } from '../chats/chat-repository.ts';
import type { ChatRow } from '../chats/chat-row-types.ts';
import { wireQueuedOf } from '../chats/wire-chat.ts';
import { openCalls } from './open-calls.ts';

export type WireEvent = Readonly<Record<string, unknown>> & { readonly type: string };

/** The facts of a chat as events of its stream. Null: there is nothing to report. */
interface StreamFacts {
  readonly queue: WireEvent;
  readonly status: WireEvent;
  readonly error: WireEvent | null;
  readonly action: WireEvent | null;
}

/** The last facts that a client got, as texts to compare; with the version and the deletions of the history. */
export type SentFacts = Readonly<Record<keyof StreamFacts, string>> & {
  readonly version: number;
  readonly deleted: number;
};

export function streamFactsOf(chats: ChatRepository, chat: ChatRow): StreamFacts {
  const queue = chats.queue(chat.id).map((row) => wireQueuedOf(row, chat));
  const open = chat.status === 'requires_action' ? openCalls(chats.openPermissions(chat.id)) : [];
  return {
    // An empty queue is an absent field.
    queue: { type: 'queue_update', ...(queue.length > 0 && { queued_messages: queue }) },
    status: { type: 'status', status: { status: chat.status } },
    error: chat.last_error === null ? null : { type: 'error', error: JSON.parse(chat.last_error) },
    action: open.length === 0 ? null : { type: 'action_required', action_required: { tool_calls: open } },
  };
}

export const textsOf = (facts: StreamFacts): Readonly<Record<keyof StreamFacts, string>> => ({
  queue: JSON.stringify(facts.queue),
  status: JSON.stringify(facts.status),
  error: JSON.stringify(facts.error),
  action: JSON.stringify(facts.action),
});
