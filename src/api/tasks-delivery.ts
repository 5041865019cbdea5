import { BackendError } from '../domain/errors.ts';
import { type Message, textOf } from '../domain/message.ts';
import { assertOpen } from '../domain/open-question.ts';
import type { Source } from '../domain/ports/source.ts';
import { menuQuestions } from '../domain/question-menu.ts';
import type { Evidence, ReadTranscript, Resolution, SentMessage } from '../domain/receipt.ts';
import { buildNumberOf } from '../domain/task.ts';
import { hasSameWords, type Transcript } from '../domain/transcript.ts';

/** The Tasks API has no receipt of a message but the response to its request: without one, the transcript decides. */
interface TranscriptEvidence {
  /** The task's build; a later build may have restarted the conversation. */
  readonly build: number;
  /** Null when the conversation could not be read. */
  readonly baseline: BaselineMessage | null;
}

/** The state of a conversation before a message was sent to it. */
interface BaselineMessage {
  /** The user's last message; null when there was none. Ids increase within one conversation. */
  readonly last: { readonly id: number; readonly at: number } | null;
}

/**
 * A message that is still missing this long after the connection ended will not arrive, ms. Source: Coder may dial for
 * 30 s before it passes a message on, and a terminal takes up to 17 s to show it.
 */
export const ARRIVAL_TIMEOUT_MS = 60_000;

/** Up to this length, in characters, two people may well send equal texts. */
const AMBIGUOUS_LENGTH = 40;

/** How a backend of the Tasks API finds out whether messages arrived. */
export const tasksDelivery: Pick<Source, 'prepare' | 'resolve' | 'resolveFrom'> = {
  async prepare(task, readTranscript, signal, questionId) {
    const read = () => readTranscript(task, signal);
    // An answer needs the conversation that shows whether its question is still open.
    const transcript = questionId === undefined ? await readIfAllowed(read) : (await read()).transcript;
    if (transcript?.snapshot === true)
      throw new BackendError({ kind: 'conflict', message: 'The agent does not run.', tookEffect: 'no' });
    if (questionId !== undefined && transcript !== null)
      assertOpen(menuQuestions(transcript.messages), questionId, transcript.messages);
    return transcriptEvidence(buildNumberOf(task), transcript);
  },
  resolve: async (task, message, readTranscript, signal) =>
    resolveByTranscript(buildNumberOf(task), message, await readTranscript(task, signal)),
  resolveFrom: (task, message, received) => resolveByTranscript(buildNumberOf(task), message, received),
};

/** Null without the right to read: a user can have the right to write to a task but not to read its transcript. */
async function readIfAllowed(read: () => Promise<ReadTranscript>): Promise<Transcript | null> {
  try {
    return (await read()).transcript;
  } catch (error) {
    const isDenied =
      error instanceof BackendError &&
      (error.kind === 'forbidden' || error.kind === 'not-found' || error.kind === 'invalid');
    if (isDenied) return null;
    throw error;
  }
}

/** The evidence before a send. `transcript`: null when it could not be read. */
export function transcriptEvidence(build: number, transcript: Transcript | null): Evidence {
  if (transcript === null) return { build, baseline: null };
  const last = transcript.messages.findLast(({ role }) => role === 'user');
  return { build, baseline: { last: last === undefined ? null : { id: last.id, at: last.at } } };
}

/**
 * Searches a transcript for a sent message; `build`: the task's current build. A new user message with the same words
 * counts as the message, unless another user may have sent it.
 */
export function resolveByTranscript(
  build: number,
  message: SentMessage,
  { transcript, requestedAt }: ReadTranscript,
): Resolution {
  const { text, brokenAt } = message;
  const unlessPending = (resolution: Resolution): Resolution =>
    brokenAt === null ? 'undecided' : resolution;
  if (requestedAt < message.startedAt) return 'undecided';
  const evidence = parseEvidence(message.evidence);
  if (evidence === null) return unlessPending('unknown');
  const { baseline } = evidence;
  if (baseline === null || !isSameConversation(baseline, transcript)) return unlessPending('unknown');

  const newMessages = userMessagesAfter(baseline, transcript);
  const equalCount = newMessages.filter((message) => hasSameWords(textOf(message), text)).length;
  if (equalCount > 1) return unlessPending('unknown');
  if (equalCount === 1)
    return mayBeFromOthers(message, newMessages, transcript) ? unlessPending('unknown') : 'accepted';
  if (brokenAt === null || requestedAt - brokenAt < ARRIVAL_TIMEOUT_MS) return 'undecided';
  // A snapshot may be a few seconds older than the pause, and a new build may have lost the message.
  return transcript.snapshot || build !== evidence.build ? 'unknown' : 'absent';
}

/** Null for evidence that this version does not understand. */
function parseEvidence(evidence: Evidence | null): TranscriptEvidence | null {
  const { build, baseline } = (evidence ?? {}) as { readonly [key in keyof TranscriptEvidence]?: Evidence };
  if (typeof build !== 'number' || baseline === undefined) return null;
  if (baseline === null) return { build, baseline };
  const { last } = baseline as { readonly last?: Evidence };
  if (last === null) return { build, baseline: { last } };
  const { id, at } = (last ?? {}) as { readonly id?: Evidence; readonly at?: Evidence };
  return typeof id === 'number' && typeof at === 'number' ? { build, baseline: { last: { id, at } } } : null;
}

/** Whether the user's last message still stands at its position. */
function isSameConversation({ last }: BaselineMessage, { messages, snapshot }: Transcript): boolean {
  if (last === null) return true;
  const same = messages.find(({ id, role }) => id === last.id && role === 'user');
  if (same !== undefined) return same.at === last.at;
  // A snapshot holds only the end of a conversation.
  return snapshot && (messages[0]?.id ?? Number.NEGATIVE_INFINITY) > last.id;
}

function userMessagesAfter({ last }: BaselineMessage, { messages }: Transcript): readonly Message[] {
  return messages.filter(({ id, role }) => role === 'user' && id > (last?.id ?? Number.NEGATIVE_INFINITY));
}

/**
 * Whether another user may have sent the one new message with these words. taskdeck sends messages to a task one at a
 * time, so any other new message is from someone else. Texts that were never sent from here also show that others take
 * part.
 */
function mayBeFromOthers(
  { text, wasSentHere }: SentMessage,
  newMessages: readonly Message[],
  transcript: Transcript,
): boolean {
  if (text.trim().length > AMBIGUOUS_LENGTH) return false;
  if (newMessages.length > 1) return true;
  // The first user message is the task's initial prompt.
  const userMessages = transcript.messages.filter(({ role }) => role === 'user');
  const replies = transcript.snapshot ? userMessages : userMessages.slice(1);
  return replies.map(textOf).some((replyText) => !hasSameWords(replyText, text) && !wasSentHere(replyText));
}
