/** One message of a conversation. `content` is untrusted text. */
export interface Message {
  /** A position, not an identity: ids restart at 0 after a resume that lost the conversation. */
  readonly id: number;
  readonly from: 'you' | 'agent';
  readonly content: string;
  /** Unix time in ms. */
  readonly at: number;
}

/** A conversation as the server tells it, oldest first. */
export interface Transcript {
  readonly messages: readonly Message[];
  /** The agent is not reachable; these are the last messages it left behind. */
  readonly snapshot: boolean;
  /** Unix time in ms; null for a live transcript, and for a snapshot that was never taken. */
  readonly snapshotAt: number | null;
}

/**
 * The newer transcript, with the message objects of the older one wherever nothing about them changed, so that
 * whatever was worked out for a message (its wrapped lines) can be kept by its identity. The older one itself when
 * nothing changed at all.
 */
export function reuseUnchangedMessages(older: Transcript | null, newer: Transcript): Transcript {
  if (older === null || older === newer) return newer;
  const messages = newer.messages.map((message, index) => {
    const before = older.messages[index];
    return before !== undefined && isSameMessage(before, message) ? before : message;
  });
  const isSame =
    older.snapshot === newer.snapshot &&
    older.snapshotAt === newer.snapshotAt &&
    older.messages.length === messages.length &&
    messages.every((message, index) => message === older.messages[index]);
  return isSame ? older : { ...newer, messages };
}

/** Whether two messages say the same, whichever objects they are. */
export const isSameMessage = (a: Message, b: Message): boolean =>
  a === b || (a.id === b.id && a.from === b.from && a.at === b.at && a.content === b.content);

/**
 * Whether two texts say the same. AgentAPI cuts white space at both ends of what it is sent, and lines may come back
 * padded, so only the words are compared.
 */
export const hasSameWords = (one: string, other: string): boolean =>
  one === other || normalizedWords(one) === normalizedWords(other);

/** How often this text stands in the transcript as a message of the user. */
export function countUserMessages(transcript: Transcript, text: string): number {
  const normalized = normalizedWords(text);
  return transcript.messages.filter(
    ({ from, content }) => from === 'you' && normalizedWords(content) === normalized,
  ).length;
}

/** The words of a text, to compare it with many. */
export const normalizedWords = (text: string): string => text.trim().split(/\s+/u).join(' ');
