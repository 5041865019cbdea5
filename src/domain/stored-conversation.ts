import type { Message } from './message.ts';

/**
 * A position in a stored conversation. The server's ids restart at 0 when a resume loses the conversation, so `run`
 * counts conversations.
 */
export interface EntryPosition {
  readonly run: number;
  readonly id: number;
}

/** A message as last received. */
export interface StoredMessage extends EntryPosition {
  readonly kind: 'message';
  readonly message: Message;
}

/** The text that a message lost: the message with only its removed lines. */
export interface RetractedMessage extends EntryPosition {
  readonly kind: 'retracted';
  readonly message: Message;
}

/** The conversation restarted, or earlier messages were never received. */
export interface ConversationBreak extends EntryPosition {
  readonly kind: 'restart' | 'gap';
  /** The time of the first message after it, Unix ms. */
  readonly at: number;
}

export type ConversationEntry = StoredMessage | RetractedMessage | ConversationBreak;

/** Everything received of a task's conversation, in order. */
export interface StoredConversation {
  readonly entries: readonly ConversationEntry[];
}

export const EMPTY_CONVERSATION: StoredConversation = { entries: [] };

/** The id of a restart entry. */
export const BEFORE_FIRST = -1;

const KIND_RANKS: Readonly<Record<ConversationEntry['kind'], number>> = {
  restart: 0,
  gap: 1,
  retracted: 2,
  message: 3,
};

/** Orders by position, then kind, then sender. */
export function compareEntries(a: ConversationEntry, b: ConversationEntry): number {
  return comparePositions(a, b) || KIND_RANKS[a.kind] - KIND_RANKS[b.kind] || senderRank(a) - senderRank(b);
}

export const comparePositions = (a: EntryPosition, b: EntryPosition): number => a.run - b.run || a.id - b.id;

const senderRank = (entry: ConversationEntry): number => (messageOf(entry)?.role === 'agent' ? 1 : 0);

/** Null for a restart or a gap. */
export const messageOf = (entry: ConversationEntry): Message | null =>
  entry.kind === 'message' || entry.kind === 'retracted' ? entry.message : null;

/** The index of the first entry at or after the position; the number of entries when there is none. */
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

/** The last run; 0 for an empty conversation. */
export const lastRun = ({ entries }: StoredConversation): number => entries.at(-1)?.run ?? 0;

export const entriesOfRun = (conversation: StoredConversation, run: number): readonly ConversationEntry[] =>
  conversation.entries.slice(
    entryIndexAt(conversation, { run, id: BEFORE_FIRST }),
    entryIndexAt(conversation, { run: run + 1, id: BEFORE_FIRST }),
  );
