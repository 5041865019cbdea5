import { hasSameWords, type Message, type Transcript } from './transcript.ts';

/** What was known of a conversation before a message left for it. */
export interface BaselineMessage {
  /** The last message of the user in it; null when there was none. Ids count up within one conversation. */
  readonly last: { readonly id: number; readonly at: number } | null;
}

/** One try to send a message. Times are Unix ms. */
export interface SendAttempt {
  /** When it began: only a transcript that was asked for later can show it. */
  readonly at: number;
  /** When the connection ended without an answer; null while it stands. */
  readonly brokenAt: number | null;
  /** The task's build: a later one may have begun the conversation anew. */
  readonly build: number;
  /** Null when the conversation could not be read. */
  readonly baseline: BaselineMessage | null;
}

/** A transcript as evidence. */
export interface TranscriptEvidence {
  readonly transcript: Transcript;
  /** When it was asked for, Unix ms. */
  readonly requestedAt: number;
  /** The task's build as it is known now. */
  readonly build: number;
  /** Whether this text was ever sent from here. */
  readonly wasSentHere: (text: string) => boolean;
}

/**
 * Coder may dial for 30 s before it passes a message on, and a terminal takes up to 17 s to show it (contract, section
 * 6, send): what is not there a minute after the connection ended does not come any more; ms.
 */
export const ARRIVAL_TIMEOUT_MS = 60_000;

/** Two people may well say the same so short a text; a longer one is nobody else's. Characters. */
const AMBIGUOUS_LENGTH = 40;

/** What an attempt is measured against. */
export function baselineOf({ messages }: Transcript): BaselineMessage {
  const last = messages.findLast(({ from }) => from === 'you');
  return { last: last === undefined ? null : { id: last.id, at: last.at } };
}

/** What a transcript says about a message: it is there, it never arrived, it cannot be told, or not yet. */
export type ArrivalStatus = 'arrived' | 'absent' | 'unclear' | 'pending';

/**
 * What has become of an attempt to send `text`. A new entry with these words is the message, unless somebody else may
 * have said them. While the connection stands its answer decides what the transcript leaves unclear.
 */
export function arrivalStatus(
  text: string,
  attempt: SendAttempt,
  evidence: TranscriptEvidence,
): ArrivalStatus {
  const { transcript, requestedAt, build } = evidence;
  const { baseline, brokenAt } = attempt;
  const unlessConnected = (verdict: ArrivalStatus): ArrivalStatus =>
    brokenAt === null ? 'pending' : verdict;
  if (requestedAt < attempt.at) return 'pending';
  if (baseline === null || !isSameConversation(baseline, transcript)) return unlessConnected('unclear');

  const newMessages = userMessagesAfter(baseline, transcript);
  const equalCount = newMessages.filter(({ content }) => hasSameWords(content, text)).length;
  if (equalCount > 1) return unlessConnected('unclear');
  if (equalCount === 1)
    return mayBeFromOthers(text, newMessages, evidence) ? unlessConnected('unclear') : 'arrived';
  if (brokenAt === null || requestedAt - brokenAt < ARRIVAL_TIMEOUT_MS) return 'pending';
  // What was kept at a pause is a little older than the pause, and another build may have lost the message.
  return transcript.snapshot || build !== attempt.build ? 'unclear' : 'absent';
}

/** It is the conversation that the message was sent to: the user's last message is still in its place. */
function isSameConversation({ last }: BaselineMessage, { messages, snapshot }: Transcript): boolean {
  if (last === null) return true;
  const same = messages.find(({ id, from }) => id === last.id && from === 'you');
  if (same !== undefined) return same.at === last.at;
  // Only the end of a conversation is kept over a pause.
  return snapshot && (messages[0]?.id ?? Number.NEGATIVE_INFINITY) > last.id;
}

/** What users have said since. */
function userMessagesAfter({ last }: BaselineMessage, { messages }: Transcript): readonly Message[] {
  return messages.filter(({ id, from }) => from === 'you' && id > (last?.id ?? Number.NEGATIVE_INFINITY));
}

/**
 * Whether the one new entry with these words may be somebody else's. Messages to a task leave one after the other, so
 * whatever else was said meanwhile others said; and who is in a conversation shows in what we never said.
 */
function mayBeFromOthers(
  text: string,
  newMessages: readonly Message[],
  { transcript, wasSentHere }: TranscriptEvidence,
): boolean {
  if (text.trim().length > AMBIGUOUS_LENGTH) return false;
  if (newMessages.length > 1) return true;
  // The first one is the prompt that the task was created with.
  const userMessages = transcript.messages.filter(({ from }) => from === 'you');
  const replies = transcript.snapshot ? userMessages : userMessages.slice(1);
  return replies.some(({ content }) => !hasSameWords(content, text) && !wasSentHere(content));
}
