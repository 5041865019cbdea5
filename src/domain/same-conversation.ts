import { type Message, textOf } from './message.ts';
import type { StoredMessage } from './stored-conversation.ts';

/** A message with its position in the conversation. */
export interface PositionedMessage {
  readonly id: number;
  readonly message: Message;
}

/**
 * Adds positions to messages: the server's ids, or the indexes when the ids do not increase, which no server should
 * send.
 */
export function withPositions(messages: readonly Message[]): readonly PositionedMessage[] {
  const isAscending = messages.every(({ id }, index) => index === 0 || id > (messages[index - 1]?.id ?? 0));
  return messages.map((message, index) => ({ id: isAscending ? message.id : index, message }));
}

/**
 * Whether the received messages continue the known conversation instead of starting another under the same ids.
 * Position and time identify a message: AgentAPI keeps the time of every message but the last, also over a pause with
 * state persistence; after a restart all times are new.
 */
export function continuesConversation(
  known: readonly StoredMessage[],
  received: readonly PositionedMessage[],
): boolean {
  const [first] = received;
  const last = known.at(-1);
  if (first === undefined || last === undefined) return true;
  const byId = new Map(known.map((stored) => [stored.id, stored.message]));
  const pairs = received.flatMap(({ id, message }) => {
    const before = byId.get(id);
    return before === undefined ? [] : [[before, message] as const];
  });
  if (pairs.some(([before, now]) => before.role === now.role && before.at === now.at)) return true;
  if (pairs.length === 0)
    return first.id > last.id ? first.message.at >= last.message.at : isAllOlder(received, known);
  const [only] = known;
  // A redrawn start screen gets a new time; nothing else identifies it.
  if (known.length === 1 && only?.message.role === 'agent')
    return pairs.every(([, now]) => now.role === 'agent');
  // A server may give new times to old messages. It is the same conversation when all messages are back, and more than
  // the two of every start: the start screen and the prompt.
  return (
    known.length > START_MESSAGES &&
    known.length === pairs.length &&
    pairs.every(([before, now]) => isRepeated(before, now))
  );
}

const START_MESSAGES = 2;

/** Whether at least one message is the same by position and time. */
export function sharesMessage(
  known: readonly StoredMessage[],
  received: readonly PositionedMessage[],
): boolean {
  const byId = new Map(known.map((stored) => [stored.id, stored.message]));
  return received.some(({ id, message }) => {
    const before = byId.get(id);
    return before !== undefined && before.role === message.role && before.at === message.at;
  });
}

/** All received messages are older than the known ones. */
const isAllOlder = (received: readonly PositionedMessage[], known: readonly StoredMessage[]): boolean =>
  (received.at(-1)?.message.at ?? 0) <= (known[0]?.message.at ?? 0);

const isRepeated = (before: Message, now: Message): boolean =>
  before.role === now.role && textOf(now).startsWith(textOf(before).trimEnd());
