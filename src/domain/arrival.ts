import { type Message, sameWords, type Transcript } from './transcript.ts';

/** What was known of a conversation before a message left for it. */
export interface Baseline {
  /** The last message of the user in it; null when there was none. Ids count up within one conversation. */
  readonly last: { readonly id: number; readonly at: number } | null;
}

/** One try to send a message. Times are Unix ms. */
export interface Attempt {
  /** When it began: only a transcript that was asked for later can show it. */
  readonly at: number;
  /** When the connection ended without an answer; null while it stands. */
  readonly brokenAt: number | null;
  /** The task's build: a later one may have begun the conversation anew. */
  readonly build: number;
  /** Null when the conversation could not be read. */
  readonly baseline: Baseline | null;
}

/** A transcript as evidence. */
export interface Evidence {
  readonly transcript: Transcript;
  /** When it was asked for, Unix ms. */
  readonly askedAt: number;
  /** The task's build as it is known now. */
  readonly build: number;
  /** Whether this text was ever sent from here. */
  readonly isOurs: (text: string) => boolean;
}

/**
 * Coder may dial for 30 s before it passes a message on, and a terminal takes up to 17 s to show it (contract, section
 * 6, send): what is not there a minute after the connection ended does not come any more; ms.
 */
export const LATEST_MS = 60_000;

/** Two people may well say the same so short a text; a longer one is nobody else's. Characters. */
const COMMON_LENGTH = 40;

/** What an attempt is measured against. */
export function baselineOf({ messages }: Transcript): Baseline {
  const last = messages.findLast(({ from }) => from === 'you');
  return { last: last === undefined ? null : { id: last.id, at: last.at } };
}

/** What a transcript says about a message: it is there, it never arrived, it cannot be told, or not yet. */
export type Verdict = 'there' | 'absent' | 'unclear' | 'open';

/**
 * What has become of an attempt to send `text`. A new entry with these words is the message, unless somebody else may
 * have said them. While the connection stands its answer decides what the transcript leaves unclear.
 */
export function arrival(text: string, attempt: Attempt, evidence: Evidence): Verdict {
  const { transcript, askedAt, build } = evidence;
  const { baseline, brokenAt } = attempt;
  const otherwise = (verdict: Verdict): Verdict => (brokenAt === null ? 'open' : verdict);
  if (askedAt < attempt.at) return 'open';
  if (baseline === null || !isContinued(baseline, transcript)) return otherwise('unclear');

  const since = messagesAfter(baseline, transcript);
  const equal = since.filter(({ content }) => sameWords(content, text)).length;
  if (equal > 1) return otherwise('unclear');
  if (equal === 1) return mayBeOthers(text, since, evidence) ? otherwise('unclear') : 'there';
  if (brokenAt === null || askedAt - brokenAt < LATEST_MS) return 'open';
  // What was kept at a pause is a little older than the pause, and another build may have lost the message.
  return transcript.snapshot || build !== attempt.build ? 'unclear' : 'absent';
}

/** It is the conversation that the message was sent to: the user's last message is still in its place. */
function isContinued({ last }: Baseline, { messages, snapshot }: Transcript): boolean {
  if (last === null) return true;
  const same = messages.find(({ id, from }) => id === last.id && from === 'you');
  if (same !== undefined) return same.at === last.at;
  // Only the end of a conversation is kept over a pause.
  return snapshot && (messages[0]?.id ?? Number.NEGATIVE_INFINITY) > last.id;
}

/** What users have said since. */
function messagesAfter({ last }: Baseline, { messages }: Transcript): readonly Message[] {
  return messages.filter(({ id, from }) => from === 'you' && id > (last?.id ?? Number.NEGATIVE_INFINITY));
}

/**
 * Whether the one new entry with these words may be somebody else's. Messages to a task leave one after the other, so
 * whatever else was said meanwhile others said; and who is in a conversation shows in what we never said.
 */
function mayBeOthers(text: string, since: readonly Message[], { transcript, isOurs }: Evidence): boolean {
  if (text.trim().length > COMMON_LENGTH) return false;
  if (since.length > 1) return true;
  // The first one is the prompt that the task was created with.
  const said = transcript.messages.filter(({ from }) => from === 'you');
  const replies = transcript.snapshot ? said : said.slice(1);
  return replies.some(({ content }) => !sameWords(content, text) && !isOurs(content));
}
