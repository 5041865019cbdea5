import type { BackendError } from '../domain/errors.ts';
import { mergeConversations } from '../domain/merge-conversations.ts';
import type { Message } from '../domain/message.ts';
import { plainTextOf } from '../domain/message-text.ts';
import {
  type ConversationEntry,
  comparePositions,
  EMPTY_CONVERSATION,
  type EntryPosition,
  messageOf,
  type StoredConversation,
} from '../domain/stored-conversation.ts';

/** All messages ever received of a task's conversation, and the read position. The outbox does not depend on it. */
export interface MergedTranscript {
  readonly conversation: StoredConversation;
  /** Whether this machine stores earlier messages; `requested`: they are loading. */
  readonly older: 'none' | 'some' | 'requested';
  /** The page of older messages that is loading from the server; null for none. */
  readonly olderPage: OlderPage | null;
  /** The read position when the user last left the task; null if they never opened it. */
  readonly readUpTo: ReadPosition | null;
  /** The last entry when the user scrolled up; null while the transcript follows the end. */
  readonly lastFollowedEntry: ConversationEntry | null;
  /** Whether the server has answered since the user opened the task. Later messages arrive on screen. */
  readonly polledInView: boolean;
}

export interface OlderPage {
  /** The page has the messages before the one with this id. */
  readonly before: Message['id'];
  /** Why it did not load; it is requested again. Null before. */
  readonly error: BackendError | null;
}

/** The last entry that was read. */
interface ReadPosition extends EntryPosition {
  /** Characters of its message that were read. */
  readonly length: number;
}

const EMPTY_MERGED_TRANSCRIPT: MergedTranscript = {
  conversation: EMPTY_CONVERSATION,
  older: 'none',
  olderPage: null,
  readUpTo: null,
  lastFollowedEntry: null,
  polledInView: false,
};

export const mergedTranscriptOf = (
  { mergedTranscripts }: { readonly mergedTranscripts: ReadonlyMap<string, MergedTranscript> },
  taskId: string,
): MergedTranscript => mergedTranscripts.get(taskId) ?? EMPTY_MERGED_TRANSCRIPT;

/** A part of a stored conversation. */
export interface StoredPart {
  readonly conversation: StoredConversation;
  readonly hasOlder: boolean;
  /** Null when unknown, and after the first load. */
  readonly readUpTo: ReadPosition | null;
}

export const mergeStoredPart = (
  transcript: MergedTranscript,
  { conversation, hasOlder, readUpTo }: StoredPart,
): MergedTranscript => ({
  ...transcript,
  conversation: mergeConversations(conversation, transcript.conversation),
  older: hasOlder ? 'some' : 'none',
  readUpTo: transcript.readUpTo ?? readUpTo,
});

/** A position in a transcript; null: it follows the end. */
type Position = { readonly message: number } | null;

/** Requests earlier stored messages when the user scrolls near the beginning. */
export const withOlderNearStart = (transcript: MergedTranscript, position: Position): MergedTranscript =>
  position === null || position.message > OLDER_THRESHOLD ? transcript : withOlderRequested(transcript);

/** Requests earlier stored messages, if there are any. */
export const withOlderRequested = (transcript: MergedTranscript): MergedTranscript =>
  transcript.older === 'some' ? { ...transcript, older: 'requested' } : transcript;

/** Messages from the beginning. */
const OLDER_THRESHOLD = 5;

/** Records the last entry when the user scrolls away from the end; clears it when they return. */
export function withLastFollowed(transcript: MergedTranscript, position: Position): MergedTranscript {
  const lastFollowedEntry =
    position === null
      ? null
      : (transcript.lastFollowedEntry ?? transcript.conversation.entries.at(-1) ?? null);
  return lastFollowedEntry === transcript.lastFollowedEntry
    ? transcript
    : { ...transcript, lastFollowedEntry };
}

/** Marks all entries as read. */
export function readToEnd(transcript: MergedTranscript): MergedTranscript {
  const last = transcript.conversation.entries.at(-1);
  if (last === undefined) return transcript;
  const lastMessage = messageOf(last);
  const length = lastMessage === null ? 0 : plainTextOf(lastMessage).length;
  const readUpTo = { run: last.run, id: last.id, length };
  const isSame =
    transcript.readUpTo !== null &&
    comparePositions(transcript.readUpTo, readUpTo) === 0 &&
    transcript.readUpTo.length === readUpTo.length;
  return isSame ? transcript : { ...transcript, readUpTo };
}

/** Whether the user has opened the transcript and read all of it. */
export const isAllRead = (transcript: MergedTranscript): boolean =>
  transcript.readUpTo !== null && firstUnreadIndex(transcript) === -1;

/** The index of the first unread entry; -1 when everything was read, and when nothing ever was. */
export function firstUnreadIndex({ conversation: { entries }, readUpTo }: MergedTranscript): number {
  const last = entries.at(-1);
  if (readUpTo === null || last === undefined || !isUnread(last, readUpTo)) return -1;
  let first = entries.length - 1;
  for (
    let entry = entries[first - 1];
    entry !== undefined && isUnread(entry, readUpTo);
    entry = entries[first - 1]
  )
    first--;
  return first;
}

function isUnread(entry: ConversationEntry, readUpTo: ReadPosition): boolean {
  const order = comparePositions(entry, readUpTo);
  return (
    order > 0 ||
    (order === 0 && entry.kind === 'message' && plainTextOf(entry.message).length > readUpTo.length)
  );
}
