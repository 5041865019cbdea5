import { isSameMessage, type Message } from './message.ts';
import {
  BEFORE_FIRST,
  type ConversationBreak,
  type ConversationEntry,
  entryIndexAt,
  lastRun,
  type StoredConversation,
  type StoredMessage,
} from './stored-conversation.ts';

/** Consecutive messages of a conversation whose ids are identities, oldest first. */
export interface Page {
  readonly messages: readonly Message[];
  /** The server has messages before these. */
  readonly hasOlder: boolean;
}

/**
 * Merges a page into the stored conversation: the newest messages, or those before the message with the id `before`. In
 * its range the server is right: messages that it no longer has were deleted by an edit of an earlier one, as the user
 * was asked, and are dropped. Messages outside of the range stay. A `gap` marks the place where the server has messages
 * that are not stored, also at the beginning; pages that close it remove it. Such a conversation never restarts.
 * Returns the same conversation when nothing is new; unchanged entries keep their identity.
 */
export function mergePage(
  conversation: StoredConversation,
  page: Page,
  before: Message['id'] | null = null,
): StoredConversation {
  const messages = inOrder(page.messages);
  const firstId = messages[0]?.id ?? before;
  if (firstId === null) return conversation;
  const { entries } = conversation;
  const run = lastRun(conversation);
  const start = entryIndexAt(conversation, { run, id: page.hasOlder ? firstId : BEFORE_FIRST });
  const end = before === null ? entries.length : entryIndexAt(conversation, { run, id: before });
  const known = entries.slice(start, end);
  const merged = [
    ...known.filter(({ kind }) => kind === 'restart'),
    ...(page.hasOlder && messages.length > 0 && isGapBefore(firstId, entries, start)
      ? [gapAt(run, messages, firstId, known)]
      : []),
    ...storedMessages(run, messages, known),
  ];
  const rest = entries.slice(end);
  const [next] = rest;
  // The page ends at this gap. An empty last page says that nothing is missing there.
  const isClosed = next?.kind === 'gap' && next.id === before && (messages.length > 0 || !page.hasOlder);
  const isSame =
    !isClosed && merged.length === known.length && merged.every((entry, index) => entry === known[index]);
  return isSame
    ? conversation
    : { entries: [...entries.slice(0, start), ...merged, ...(isClosed ? rest.slice(1) : rest)] };
}

/** Without messages that are out of order or doubled, which no server should send. */
function inOrder(messages: readonly Message[]): readonly Message[] {
  const isAscending = messages.every(
    ({ id }, index) => id > (messages[index - 1]?.id ?? Number.NEGATIVE_INFINITY),
  );
  return isAscending
    ? messages
    : [...new Map(messages.map((message) => [message.id, message])).values()].toSorted((a, b) => a.id - b.id);
}

/**
 * Whether messages may be missing before the first one of a page, which is not the first of the conversation: unless it
 * is stored already, right after the entry before it.
 */
function isGapBefore(firstId: number, entries: readonly ConversationEntry[], start: number): boolean {
  const end = entries.findIndex(({ id }, index) => index >= start && id !== firstId);
  const atFirst = entries.slice(start, end === -1 ? entries.length : end);
  const isKnown = atFirst.some(({ kind }) => kind === 'message');
  const hasEntryBefore = entries[start - 1]?.run === entries[start]?.run && start > 0;
  return !isKnown || !hasEntryBefore || atFirst.some(({ kind }) => kind === 'gap');
}

function gapAt(
  run: number,
  [first]: readonly Message[],
  id: number,
  known: readonly ConversationEntry[],
): ConversationBreak {
  const before = known.find((entry) => entry.kind === 'gap' && entry.id === id);
  return before?.kind === 'gap' ? before : { kind: 'gap', run, id, at: first?.at ?? 0 };
}

function storedMessages(
  run: number,
  messages: readonly Message[],
  known: readonly ConversationEntry[],
): readonly StoredMessage[] {
  const byId = new Map(known.flatMap((entry) => (entry.kind === 'message' ? [[entry.id, entry]] : [])));
  return messages.map((message) => {
    const before = byId.get(message.id);
    return before !== undefined && isSameMessage(before.message, message)
      ? before
      : { kind: 'message', run, id: message.id, message };
  });
}

/**
 * Without the gaps before messages whose predecessor `other` has stored. `conversation` and `other` are of one chat, and
 * `other` was merged into it.
 */
export function withoutKnownGaps(
  conversation: StoredConversation,
  other: StoredConversation,
): StoredConversation {
  const entries = conversation.entries.filter((entry) => {
    if (entry.kind !== 'gap') return true;
    const index = entryIndexAt(other, entry);
    const isStored = other.entries[index]?.kind === 'message' && other.entries[index]?.id === entry.id;
    return !isStored || index === 0;
  });
  return entries.length === conversation.entries.length ? conversation : { entries };
}
