import type { Message } from './transcript.ts';

/**
 * Where something stands in a history. The server's ids are positions in one conversation and begin at 0 again when a
 * resume lost it, so conversations are counted too.
 */
export interface EntryPosition {
  readonly run: number;
  readonly id: number;
}

/** A message, as it was seen last. */
export interface StoredMessage extends EntryPosition {
  readonly kind: 'message';
  readonly message: Message;
}

/** What was seen of a message and no longer stands there: the message it was, with the lines that are gone. */
export interface RetractedMessage extends EntryPosition {
  readonly kind: 'retracted';
  readonly message: Message;
}

/** The conversation began anew, or messages before this place were never seen. */
export interface ConversationBreak extends EntryPosition {
  readonly kind: 'restart' | 'gap';
  /** When the first message after it was written, Unix ms. */
  readonly at: number;
}

export type ConversationEntry = StoredMessage | RetractedMessage | ConversationBreak;

/** All that was seen of a task's conversation, in order. */
export interface StoredConversation {
  readonly entries: readonly ConversationEntry[];
}

export const EMPTY_CONVERSATION: StoredConversation = { entries: [] };

/** The place of the mark before a conversation. */
export const BEFORE_FIRST = -1;

const KIND_RANKS: Readonly<Record<ConversationEntry['kind'], number>> = {
  restart: 0,
  gap: 1,
  retracted: 2,
  message: 3,
};

/** Negative when `a` stands before `b`. Two entries of one place and kind differ in who spoke. */
export function compareEntries(a: ConversationEntry, b: ConversationEntry): number {
  return comparePositions(a, b) || KIND_RANKS[a.kind] - KIND_RANKS[b.kind] || senderRank(a) - senderRank(b);
}

export const comparePositions = (a: EntryPosition, b: EntryPosition): number => a.run - b.run || a.id - b.id;

const senderRank = (entry: ConversationEntry): number => (messageOf(entry)?.from === 'agent' ? 1 : 0);

/** The message of an entry; null for a mark. */
export const messageOf = (entry: ConversationEntry): Message | null =>
  entry.kind === 'message' || entry.kind === 'retracted' ? entry.message : null;

/** The first entry that stands at this place or after it; the number of entries when there is none. */
export function entryIndexAt({ entries }: StoredConversation, position: EntryPosition): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const entry = entries[middle];
    if (entry !== undefined && comparePositions(entry, position) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The number of the conversation that is the last one; 0 when nothing was seen. */
export const lastRun = ({ entries }: StoredConversation): number => entries.at(-1)?.run ?? 0;

/** The entries of one conversation. */
export const entriesOfRun = (conversation: StoredConversation, run: number): readonly ConversationEntry[] =>
  conversation.entries.slice(
    entryIndexAt(conversation, { run, id: BEFORE_FIRST }),
    entryIndexAt(conversation, { run: run + 1, id: BEFORE_FIRST }),
  );
