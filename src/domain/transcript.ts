import { isSameMessage, type Message } from './message.ts';

/** The conversation as the server returns it, oldest first. */
export interface Transcript {
  readonly messages: readonly Message[];
  /** The agent is unreachable: these are the last messages that the server stored. */
  readonly snapshot: boolean;
  /** Unix ms; null for a live transcript, and for an empty snapshot. */
  readonly snapshotAt: number | null;
}

/**
 * The newer transcript with the message objects of the older one where they are equal, so that results can be cached by
 * message. Returns the older one when nothing changed.
 */
export function reuseUnchangedMessages(older: Transcript | null, newer: Transcript): Transcript {
  if (older === null || older === newer) return newer;
  let messages: Message[] | null = null;
  let isSame =
    older.snapshot === newer.snapshot &&
    older.snapshotAt === newer.snapshotAt &&
    older.messages.length === newer.messages.length;
  for (let index = 0; index < newer.messages.length; index++) {
    const [before, message] = [older.messages[index], newer.messages[index]];
    if (before === message) continue;
    if (before === undefined || message === undefined || !isSameMessage(before, message)) {
      isSame = false;
      continue;
    }
    messages ??= [...newer.messages];
    messages[index] = before;
  }
  if (isSame) return older;
  return messages === null ? newer : { ...newer, messages };
}

/** Compares only the words: AgentAPI trims what it receives, and lines may come back padded. */
export const hasSameWords = (one: string, other: string): boolean =>
  one === other || normalizedWords(one) === normalizedWords(other);

/** The words separated by single spaces. */
export const normalizedWords = (text: string): string => text.trim().split(/\s+/u).join(' ');
