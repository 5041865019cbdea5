import { type Message, textOf } from './message.ts';
import type { StoredMessage } from './stored-conversation.ts';

/** A message with its position in the conversation. */
export interface PositionedMessage {
  readonly id: number;
  readonly message: Message;
}

/** Whether the ids of a list increase. */
const ascending = new WeakMap<readonly Message[], boolean>();

/** The first `shared` messages are those of `previous`. */
function isAscending(messages: readonly Message[], shared: number, previous: readonly Message[]): boolean {
  const known = ascending.get(messages);
  if (known !== undefined) return known;
  const from = ascending.get(previous) === true ? shared : 0;
  const isInOrder = messages
    .slice(from)
    .every(({ id }, index) => id > (messages[from + index - 1]?.id ?? Number.NEGATIVE_INFINITY));
  ascending.set(messages, isInOrder);
  return isInOrder;
}

/**
 * The messages from index `first` on with their positions: the server's ids, or the indexes when the ids do not
 * increase, which no server should send.
 * @param previous a list with the same messages before `first`, of which only the others are looked at
 */
export function withPositions(
  messages: readonly Message[],
  first = 0,
  previous: readonly Message[] = messages,
): readonly PositionedMessage[] {
  const byId = isAscending(messages, first, previous);
  return messages.slice(first).map((message, index) => ({ id: byId ? message.id : first + index, message }));
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
