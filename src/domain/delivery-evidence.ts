import { type Message, textOf } from './message.ts';
import { hasSameWords, type Transcript } from './transcript.ts';

/** The state of a conversation before a message was sent to it. */
export interface BaselineMessage {
  /** The user's last message; null when there was none. Ids increase within one conversation. */
  readonly last: { readonly id: number; readonly at: number } | null;
}

/** One attempt to send a message. Times are Unix ms. */
export interface SendAttempt {
  /** When it started. A transcript requested earlier proves nothing. */
  readonly at: number;
  /** When the connection ended without a response; null while it is open. */
  readonly brokenAt: number | null;
  /** The task's build; a later build may have restarted the conversation. */
  readonly build: number;
  /** Null when the conversation could not be read. */
  readonly baseline: BaselineMessage | null;
}

/** A transcript as evidence. */
export interface TranscriptEvidence {
  readonly transcript: Transcript;
  /** Unix ms. */
  readonly requestedAt: number;
  /** The task's current build. */
  readonly build: number;
  /** Whether this text was ever sent from this machine. */
  readonly wasSentHere: (text: string) => boolean;
}

/**
 * A message that is still missing this long after the connection ended will not arrive, ms. Source: Coder may dial for
 * 30 s before it passes a message on, and a terminal takes up to 17 s to show it.
 */
export const ARRIVAL_TIMEOUT_MS = 60_000;

/** Up to this length, in characters, two people may well send equal texts. */
const AMBIGUOUS_LENGTH = 40;

export function baselineOf({ messages }: Transcript): BaselineMessage {
  const last = messages.findLast(({ role }) => role === 'user');
  return { last: last === undefined ? null : { id: last.id, at: last.at } };
}

/**
 * `absent`: the message certainly never arrived. `unclear`: the transcript cannot decide. `pending`: not decided yet.
 */
export type ArrivalStatus = 'arrived' | 'absent' | 'unclear' | 'pending';

/**
 * The status of an attempt to send `text`. A new user message with the same words counts as the message, unless another
 * user may have sent it. While the connection is open, its response decides unclear cases.
 */
export function arrivalStatus(
  text: string,
  attempt: SendAttempt,
  evidence: TranscriptEvidence,
): ArrivalStatus {
  const { transcript, requestedAt, build } = evidence;
  const { baseline, brokenAt } = attempt;
  const unlessConnected = (status: ArrivalStatus): ArrivalStatus => (brokenAt === null ? 'pending' : status);
  if (requestedAt < attempt.at) return 'pending';
  if (baseline === null || !isSameConversation(baseline, transcript)) return unlessConnected('unclear');

  const newMessages = userMessagesAfter(baseline, transcript);
  const equalCount = newMessages.filter((message) => hasSameWords(textOf(message), text)).length;
  if (equalCount > 1) return unlessConnected('unclear');
  if (equalCount === 1)
    return mayBeFromOthers(text, newMessages, evidence) ? unlessConnected('unclear') : 'arrived';
  if (brokenAt === null || requestedAt - brokenAt < ARRIVAL_TIMEOUT_MS) return 'pending';
  // A snapshot may be a few seconds older than the pause, and a new build may have lost the message.
  return transcript.snapshot || build !== attempt.build ? 'unclear' : 'absent';
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
  text: string,
  newMessages: readonly Message[],
  { transcript, wasSentHere }: TranscriptEvidence,
): boolean {
  if (text.trim().length > AMBIGUOUS_LENGTH) return false;
  if (newMessages.length > 1) return true;
  // The first user message is the task's initial prompt.
  const userMessages = transcript.messages.filter(({ role }) => role === 'user');
  const replies = transcript.snapshot ? userMessages : userMessages.slice(1);
  return replies.map(textOf).some((replyText) => !hasSameWords(replyText, text) && !wasSentHere(replyText));
}
