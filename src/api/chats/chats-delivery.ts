import { textOf } from '../../domain/message.ts';
import type { Source } from '../../domain/ports/source.ts';
import type { Evidence, ReadTranscript, Resolution, SentMessage } from '../../domain/receipt.ts';
import { hasSameWords, normalizedWords, type Transcript } from '../../domain/transcript.ts';

/**
 * The Chats API has no idempotency key, but the ids of messages and those of queued messages only rise: what is newer than
 * all that was there before the send, and has the same words, is the message.
 */
interface ChatEvidence {
  /** The highest id of a message; 0 without one. */
  readonly lastMessage: number;
  /** The id of the user's last message; 0 without one. It is gone when the conversation was edited. */
  readonly lastUser: number;
  /** The highest id in the queue; 0 when it was empty. */
  readonly lastQueued: number;
  /** The queue: ids, and fingerprints of the words. Such a row can become a message with a new id. */
  readonly queue: readonly (readonly [id: number, words: string])[];
}

/** A message that does not show this long after the connection ended did not arrive: the server writes it at once. ms */
const ARRIVAL_TIMEOUT_MS = 10_000;

/** Up to this length, in characters, two messages of one user may well be equal. */
const AMBIGUOUS_LENGTH = 40;

/** The part of a conversation that decides about a sent message. */
export interface ShownConversation {
  /** Oldest first. `promotedFrom`: the id in the queue that it had; null when it had none, and on older servers. */
  readonly rows: readonly {
    readonly id: number;
    readonly text: string;
    readonly promotedFrom: number | null;
  }[];
  /** The lowest shown id of any message; 0 when the server has none before it. */
  readonly oldestId: number;
  readonly queue: readonly { readonly id: number; readonly text: string }[];
}

/** Null for a transcript without the queue. */
export function shownConversation(transcript: Transcript): ShownConversation | null {
  const { messages, queue, hasOlder } = transcript;
  if (queue === undefined) return null;
  return {
    rows: messages
      .filter(({ role }) => role === 'user')
      .map((message) => ({ id: message.id, text: textOf(message), promotedFrom: null })),
    oldestId: hasOlder ? (messages[0]?.id ?? 0) : 0,
    queue: queue.map(({ id, parts }) => ({
      id: Number(id),
      text: parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n'),
    })),
  };
}

/** The evidence before a send. `lastMessage`: the highest id of a message of any role. */
export const chatEvidence = ({ rows, queue }: ShownConversation, lastMessage: number): Evidence => ({
  lastMessage,
  lastUser: rows.at(-1)?.id ?? 0,
  lastQueued: Math.max(0, ...queue.map(({ id }) => id)),
  queue: queue.map(({ id, text }) => [id, fingerprint(text)]),
});

/** Loads the module late: the first frame, which needs the rest of this file, does not wait for it. */
const fingerprint = (text: string): string =>
  process
    .getBuiltinModule('node:crypto')
    .createHash('sha256')
    .update(normalizedWords(text))
    .digest('hex')
    .slice(0, 16);

/** The part of the delivery to chats that needs no request. Known before the first one. */
export const chatsDelivery: Pick<Source, 'resolveFrom'> = {
  resolveFrom(_task, message, { transcript, requestedAt }: ReadTranscript): Resolution {
    const shown = requestedAt < message.startedAt ? null : shownConversation(transcript);
    if (shown === null) return 'undecided';
    const resolution = resolveIn(shown, message, requestedAt);
    // A request of its own shows more than the transcript.
    return resolution === 'unknown' ? 'undecided' : resolution;
  },
};

/** Where a message with a receipt is: `accepted` when the conversation shows it, in its messages or in its queue. */
function whereAccepted(
  { rows, queue }: ShownConversation,
  { text, evidence }: SentMessage,
  receipt: NonNullable<SentMessage['receipt']>,
): Resolution {
  if (receipt.kind === 'accepted') {
    const { messageId } = receipt;
    // A later one stands for it when an edit has deleted it.
    return messageId === undefined || rows.some(({ id }) => id >= messageId) ? 'accepted' : 'undecided';
  }
  const queueId = Number(receipt.queueId);
  if (queue.some(({ id }) => id === queueId)) return 'accepted';
  const last = parseEvidence(evidence)?.lastMessage ?? Number.POSITIVE_INFINITY;
  return rows.some((row) => row.id > last && hasSameWords(row.text, text)) ? 'accepted' : 'queued';
}

/** Searches a conversation, requested at `requestedAt`, for a message. */
export function resolveIn(shown: ShownConversation, message: SentMessage, requestedAt: number): Resolution {
  const { startedAt, brokenAt, receipt } = message;
  if (receipt !== null) return whereAccepted(shown, message, receipt);
  if (requestedAt < startedAt) return 'undecided';
  const evidence = parseEvidence(message.evidence);
  const found = evidence === null ? 'unknown' : find(shown, message.text, evidence);
  if (found === 'accepted' || found === 'queued') return found;
  // The server may still write it: that can also decide what is ambiguous now.
  if (brokenAt === null || requestedAt - brokenAt < ARRIVAL_TIMEOUT_MS) return 'undecided';
  if (found === 'unknown' || evidence === null) return 'unknown';
  const { rows, oldestId } = shown;
  // Messages between the known and the shown ones are missing.
  if (oldestId > evidence.lastMessage) return 'undecided';
  // After an edit the messages behind it and the queue are gone: the sent one may have been among them.
  const isEdited =
    evidence.lastUser > 0 &&
    evidence.lastUser >= oldestId &&
    !rows.some(({ id }) => id === evidence.lastUser);
  return isEdited ? 'unknown' : 'absent';
}

/** Null when nothing new has these words. */
function find(
  { rows, queue }: ShownConversation,
  text: string,
  evidence: ChatEvidence,
): 'accepted' | 'queued' | 'unknown' | null {
  const newRows = rows.filter(({ id }) => id > evidence.lastMessage);
  // Rows of the known queue that left it: they became messages, with or without saying so, or were deleted.
  const left = evidence.queue.filter(
    ([id]) => !queue.some((row) => row.id === id) && !newRows.some(({ promotedFrom }) => promotedFrom === id),
  );
  const unexplained = newRows.filter(
    ({ promotedFrom }) => promotedFrom === null || promotedFrom > evidence.lastQueued,
  );
  const newQueued = queue.filter(({ id }) => id > evidence.lastQueued);
  const isEqual = (row: { readonly text: string }): boolean => hasSameWords(row.text, text);
  const words = fingerprint(text);
  const equalLeft = left.filter(([, each]) => each === words).length;
  const equalRows = unexplained.filter(isEqual).length;
  const isQueued = newQueued.some(isEqual);

  if (!isQueued && equalRows === 0) return null;
  // Either an equal message of the known queue was promoted, or that one was deleted and this is the sent one.
  if (!isQueued && equalRows <= equalLeft) return 'unknown';
  const others = unexplained.length + newQueued.length - left.length - 1;
  if (others > 0 && text.trim().length <= AMBIGUOUS_LENGTH) return 'unknown';
  return isQueued ? 'queued' : 'accepted';
}

/** Null for evidence that this version does not understand. */
function parseEvidence(evidence: Evidence | null): ChatEvidence | null {
  const { lastMessage, lastUser, lastQueued, queue } = (evidence ?? {}) as {
    readonly [key in keyof ChatEvidence]?: Evidence;
  };
  if (typeof lastMessage !== 'number' || typeof lastUser !== 'number' || typeof lastQueued !== 'number')
    return null;
  if (!Array.isArray(queue)) return null;
  const rows = queue.flatMap((row: Evidence) => {
    const [id, words] = Array.isArray(row) ? row : [];
    return typeof id === 'number' && typeof words === 'string' ? [[id, words] as const] : [];
  });
  return { lastMessage, lastUser, lastQueued, queue: rows };
}
