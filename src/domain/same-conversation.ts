import type { StoredMessage } from './stored-conversation.ts';
import type { Message } from './transcript.ts';

/** Messages of one conversation with their places in it, in order. */
export interface PositionedMessage {
  readonly id: number;
  readonly message: Message;
}

/**
 * The places of messages: the server's ids, which are positions. Where they do not go up, which no server should
 * answer, the order itself says more than they do.
 */
export function withPositions(messages: readonly Message[]): readonly PositionedMessage[] {
  const isAscending = messages.every(({ id }, index) => index === 0 || id > (messages[index - 1]?.id ?? 0));
  return messages.map((message, index) => ({ id: isAscending ? message.id : index, message }));
}

/**
 * Whether messages go on with the conversation that is known, or begin another one under the same ids. A message is
 * known again by its place and its time: AgentAPI keeps the time of every message but the last, over a pause with state
 * persistence too, and after a restart all of them are new (contract, section 7).
 */
export function continuesConversation(
  known: readonly StoredMessage[],
  received: readonly PositionedMessage[],
): boolean {
  const [first] = received;
  const last = known.at(-1);
  if (first === undefined || last === undefined) return true;
  const byId = new Map(known.map((said) => [said.id, said.message]));
  const pairs = received.flatMap(({ id, message }) => {
    const before = byId.get(id);
    return before === undefined ? [] : [[before, message] as const];
  });
  if (pairs.some(([before, now]) => before.from === now.from && before.at === now.at)) return true;
  if (pairs.length === 0)
    return first.id > last.id ? first.message.at >= last.message.at : isAllOlder(received, known);
  const [only] = known;
  // A start screen that is drawn again gets a new time; there is nothing else to know it by.
  if (known.length === 1 && only?.message.from === 'agent')
    return pairs.every(([, now]) => now.from === 'agent');
  // A server that gives new times to old words: the same conversation when all of it is there again, and more than
  // what every start says: the start screen and the prompt.
  return (
    known.length > START_MESSAGES &&
    known.length === pairs.length &&
    pairs.every(([before, now]) => isRepeated(before, now))
  );
}

const START_MESSAGES = 2;

/** Whether one message at least is known again for sure, by its place and its time. */
export function sharesMessage(
  known: readonly StoredMessage[],
  received: readonly PositionedMessage[],
): boolean {
  const byId = new Map(known.map((said) => [said.id, said.message]));
  return received.some(({ id, message }) => {
    const before = byId.get(id);
    return before !== undefined && before.from === message.from && before.at === message.at;
  });
}

/** Not one message is known from both, and all of these were written before the known ones. */
const isAllOlder = (received: readonly PositionedMessage[], known: readonly StoredMessage[]): boolean =>
  (received.at(-1)?.message.at ?? 0) <= (known[0]?.message.at ?? 0);

const isRepeated = (before: Message, now: Message): boolean =>
  before.from === now.from && now.content.startsWith(before.content.trimEnd());
