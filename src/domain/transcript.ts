import { hasSameParts, isSameMessage, isSamePart, type Message, type MessagePart } from './message.ts';
import { sharedPrefixLength } from './shared-prefix.ts';

/** The conversation as the server returns it, oldest first. */
export interface Transcript {
  readonly messages: readonly Message[];
  /** The agent is unreachable: these are the last messages that the server stored. */
  readonly snapshot: boolean;
  /** Unix ms; null for a live transcript, and for an empty snapshot. */
  readonly snapshotAt: number | null;
  /**
   * The server has messages before these. Set by a source whose message ids are identities, also to false: its
   * transcripts are merged by `merge-page.ts`. Missing: the transcript is whole, and ids are positions.
   */
  readonly hasOlder?: boolean;
  /** The messages in the server's queue, in its order. Missing: the server has no queue, or did not say. */
  readonly queue?: readonly QueuedMessage[];
  /** The use of the model's context by the last request. Missing: the server did not say. */
  readonly context?: ContextUse;
  /** The answer that the agent is writing. Never stored. Missing: nothing, or the source does not push it. */
  readonly live?: LiveTurn;
}

/** Tokens of a request to a model, and the limit of the model. */
export interface ContextUse {
  readonly tokens: number;
  /** Null when unknown. */
  readonly limit: number | null;
}

/** The part of a turn that is no message of the server yet. */
export interface LiveTurn {
  /** As written so far. Parts that are complete stay the same objects. */
  readonly parts: readonly MessagePart[];
  /** Unix ms of its first part. */
  readonly at: number;
  /** The server tries the turn again at `at` (Unix ms); null while it does not wait. `error` is untrusted text. */
  readonly retry: { readonly attempt: number; readonly error: string; readonly at: number } | null;
}

/** A message that the server holds until the agent is ready. */
export interface QueuedMessage {
  readonly id: string;
  readonly parts: readonly MessagePart[];
  /** Unix ms. */
  readonly at: number;
}

/**
 * The newer transcript with the message objects of the older one where they are equal, so that results can be cached by
 * message. Returns the older one when nothing changed.
 */
export function reuseUnchangedMessages(older: Transcript | null, newer: Transcript): Transcript {
  if (older === null || older === newer) return newer;
  const shared =
    older.messages === newer.messages
      ? newer.messages.length
      : sharedPrefixLength(older.messages, newer.messages);
  const rest = newer.messages.slice(shared).map((message, index) => {
    const before = older.messages[shared + index];
    if (before === undefined) return message;
    return isSameMessage(before, message) ? before : withKnownParts(before, message);
  });
  const hasSameMessages =
    older.messages.length === newer.messages.length &&
    rest.every((message, index) => message === older.messages[shared + index]);
  const isSame =
    hasSameMessages &&
    older.snapshot === newer.snapshot &&
    older.snapshotAt === newer.snapshotAt &&
    older.hasOlder === newer.hasOlder &&
    older.live === newer.live &&
    older.context?.tokens === newer.context?.tokens &&
    older.context?.limit === newer.context?.limit &&
    isSameQueue(older.queue, newer.queue);
  if (isSame) return older;
  return {
    ...newer,
    messages: hasSameMessages ? older.messages : newer.messages.slice(0, shared).concat(rest),
    ...(isSameQueue(older.queue, newer.queue) && older.queue && { queue: older.queue }),
  };
}

/**
 * A polled transcript with the live turn of the one before, which no poll has. Without it, when the agent has a new
 * message: that contains the live turn.
 */
export function withLiveTurnOf(before: Transcript | null, polled: Transcript): Transcript {
  if (before?.live === undefined || polled.live !== undefined) return polled;
  return newestOfAgent(before) === newestOfAgent(polled) ? { ...polled, live: before.live } : polled;
}

const newestOfAgent = ({ messages }: Transcript): Message['id'] | undefined =>
  messages.findLast(({ role }) => role === 'agent')?.id;

/** Whether both hold the same messages in the same order. */
const isSameQueue = (one: Transcript['queue'], other: Transcript['queue']): boolean =>
  one === other ||
  (one !== undefined &&
    other !== undefined &&
    one.length === other.length &&
    one.every((message, index) => {
      const after = other[index];
      return (
        after !== undefined &&
        message.id === after.id &&
        message.at === after.at &&
        hasSameParts(message, after)
      );
    }));

/** The message with the part objects of its earlier version where they are equal. */
const withKnownParts = (before: Message, message: Message): Message =>
  before.id !== message.id || message.parts.length === 1
    ? message
    : {
        ...message,
        parts: message.parts.map((part, index) => {
          const known = before.parts[index];
          return known !== undefined && isSamePart(known, part) ? known : part;
        }),
      };

/** Compares only the words: AgentAPI trims what it receives, and lines may come back padded. */
export const hasSameWords = (one: string, other: string): boolean =>
  one === other || normalizedWords(one) === normalizedWords(other);

/** The words separated by single spaces. */
export const normalizedWords = (text: string): string => text.trim().split(/\s+/u).join(' ');
