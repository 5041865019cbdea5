import { mergePage, withoutKnownGaps } from '../domain/merge-page.ts';
import { mergeTranscript } from '../domain/merge-transcript.ts';
import type { ConversationBreak, StoredConversation } from '../domain/stored-conversation.ts';
import type { Transcript } from '../domain/transcript.ts';
import { type MergedTranscript, mergeStoredPart, type StoredPart } from './merged-transcript.ts';
import { isEntry, type TranscriptItem, transcriptItems } from './transcript-items.ts';

/** Whether the server returns the conversation page by page, and its message ids are identities. */
export const isPaged = (transcript: Transcript | null | undefined): boolean =>
  transcript != null && transcript.hasOlder !== undefined;

/** Merges the newest messages, or the whole conversation, by the kind of the transcript. */
export const mergeReceived = (
  conversation: StoredConversation,
  transcript: Transcript,
  previous: Transcript | null,
): StoredConversation =>
  transcript.hasOlder === undefined
    ? mergeTranscript(conversation, transcript, previous)
    : transcript.messages === previous?.messages && transcript.hasOlder === previous.hasOlder
      ? conversation
      : mergePage(conversation, { messages: transcript.messages, hasOlder: transcript.hasOlder });

/**
 * Merges a stored part. `transcript`: the last one of the server, null for none. In the range of its page the server is
 * right: messages that were deleted there must not return.
 */
export function mergeStored(
  merged: MergedTranscript,
  part: StoredPart,
  transcript: Transcript | null,
): MergedTranscript {
  const next = mergeStoredPart(merged, part);
  if (transcript === null || transcript.hasOlder === undefined) return next;
  const conversation = withoutKnownGaps(next.conversation, part.conversation);
  return {
    ...next,
    conversation: mergePage(conversation, { messages: transcript.messages, hasOlder: transcript.hasOlder }),
  };
}

/** Items around the first line on screen in which a gap is loaded. */
const NEAR = 5;

/** Requests the page before a gap near this item of the transcript; `null` stands for the first gap. */
export function withOlderPage(merged: MergedTranscript, near: number | null): MergedTranscript {
  const items = transcriptItems(merged);
  const gap =
    near === null
      ? items.find(isGap)
      : items.slice(Math.max(0, near - NEAR), near + NEAR + 1).findLast(isGap);
  if (gap === undefined || merged.olderPage?.before === gap.id) return merged;
  return { ...merged, olderPage: { before: gap.id, error: null } };
}

const isGap = (item: TranscriptItem): item is ConversationBreak & { readonly kind: 'gap' } =>
  isEntry(item) && item.kind === 'gap';
