import { isDeepStrictEqual } from 'node:util';
import type { Message } from '../../domain/message.ts';
import type { OlderMessages } from '../../domain/ports/source.ts';
import type { ContextUse, QueuedMessage, Transcript } from '../../domain/transcript.ts';
import type { WireChatMessage, WireChatMessages, WireQueuedMessage } from '../../wire/chat.ts';
import { MessageFolder } from './fold-messages.ts';
import { toMessagePart } from './to-message-part.ts';

/** The loaded end of one conversation: all rows from one on, without gaps, oldest first. */
interface Conversation {
  readonly rows: readonly WireChatMessage[];
  readonly hasOlder: boolean;
  readonly folder: MessageFolder;
  readonly transcript: Transcript;
  /** The answers that the transcript was made from last. */
  readonly page: WireChatMessages;
}

/** A change of a conversation that a stream reported. */
export interface StreamedChange {
  readonly rows: readonly WireChatMessage[];
  /** The rows are the whole history; otherwise each is new, or another version of a row. */
  readonly isWhole: boolean;
  /** Null: it did not change. */
  readonly queue: readonly WireQueuedMessage[] | null;
}

/** Rows that are held of a whole history without one of those that were held before. */
const NEWEST_ROWS = 200;

/** Conversations that are held; the one that was not used for the longest time goes first. */
const MAX_CONVERSATIONS = 16;

/** A page with these messages does not follow those that are held: messages between them are missing. */
export const GAP = 'gap';

/**
 * The messages of chats, put together from pages. The server returns only the newest ones; a message that is missing
 * among those was deleted, because an edit deletes everything after the edited message.
 */
export class Conversations {
  readonly #byId = new Map<string, Conversation>();
  /** Conversations that are followed, by the number of followers: they stay. */
  readonly #followed = new Map<string, number>();
  /** Changes by streams, by chat. */
  readonly #streamed = new Map<string, number>();

  /** Whether something of this chat is held, so that a short page is enough. */
  has(chatId: string): boolean {
    return this.#byId.has(chatId);
  }

  /** The lowest id of the rows that are held; null for none. */
  oldestRow(chatId: string): number | null {
    return this.#byId.get(chatId)?.rows[0]?.id ?? null;
  }

  /** Null for a conversation that is not held. */
  transcript(chatId: string): Transcript | null {
    return this.#byId.get(chatId)?.transcript ?? null;
  }

  hasRow(chatId: string, id: number): boolean {
    return (this.#byId.get(chatId)?.rows ?? []).findLast((row) => row.id <= id)?.id === id;
  }

  /** The highest id of the rows that are held; null for none. */
  newestRow(chatId: string): number | null {
    return this.#byId.get(chatId)?.rows.at(-1)?.id ?? null;
  }

  /** Holds a conversation until the returned function is called. */
  follow(chatId: string): () => void {
    this.#followed.set(chatId, (this.#followed.get(chatId) ?? 0) + 1);
    return () => {
      const others = (this.#followed.get(chatId) ?? 1) - 1;
      if (others > 0) this.#followed.set(chatId, others);
      else this.#followed.delete(chatId);
    };
  }

  /** Changes by a stream so far: an answer that was requested before the last one may be older than what is held. */
  streamedChanges(chatId: string): number {
    return this.#streamed.get(chatId) ?? 0;
  }

  /**
   * The conversation after a change that a stream reported; an unchanged one is the same object as before. Rows before
   * the first one that was held stay out.
   */
  change(chatId: string, { rows, isWhole, queue }: StreamedChange): Transcript {
    const held = this.#byId.get(chatId);
    const heldRows = held?.rows ?? [];
    const known = new Map(heldRows.map((row) => [row.id, row]));
    const received = joinRows(rows).map((row) => reuse(known.get(row.id), row));
    const first = held?.hasOlder === true ? (heldRows[0]?.id ?? 0) : Number.NEGATIVE_INFINITY;
    const following = received.filter(({ id }) => id >= first);
    const isReplaced = isWhole && following.length === 0;
    const merged = isReplaced
      ? received.slice(-NEWEST_ROWS)
      : isWhole
        ? following
        : joinRows([...heldRows, ...following]);
    const hasOlder = isWhole ? merged.length < received.length : (held?.hasOlder ?? false);
    const page: WireChatMessages = {
      messages: [],
      queued_messages: [...(queue ?? held?.page.queued_messages ?? [])],
      has_more: hasOlder,
    };
    this.#streamed.set(chatId, this.streamedChanges(chatId) + 1);
    return this.#rebuild(chatId, merged, hasOlder, page).transcript;
  }

  /**
   * The conversation after an answer without a cursor. `more`: pages before it, in the order in which they were
   * requested. An unchanged conversation is the same object as before. `GAP`: load a page more, and call it again.
   */
  receive(
    chatId: string,
    newest: WireChatMessages,
    more: readonly WireChatMessages[] = [],
  ): Transcript | typeof GAP {
    const held = this.#byId.get(chatId);
    if (held !== undefined && held.page === newest) {
      this.#hold(chatId, held);
      return held.transcript;
    }
    const received = rowsOf([newest, ...more]);
    const hasMore = (more.at(-1) ?? newest).has_more && received.length > 0;
    const first = received[0]?.id ?? Number.NEGATIVE_INFINITY;
    const heldRows = held?.rows ?? [];
    const known = new Map(heldRows.map((row) => [row.id, row]));
    const joins = !hasMore || heldRows.length === 0 || received.some(({ id }) => known.has(id));
    if (!joins) return GAP;
    const before = hasMore ? heldRows.filter(({ id }) => id < first) : [];
    const rows = [...before, ...received.map((row) => reuse(known.get(row.id), row))];
    const hasOlder = before.length > 0 ? (held?.hasOlder ?? false) : hasMore;
    return this.#rebuild(chatId, rows, hasOlder, newest).transcript;
  }

  /** Forgets a conversation of which the newest messages do not follow those that are held. */
  forget(chatId: string): void {
    this.#byId.delete(chatId);
  }

  /** Adds the page before the row `before`. Returns the messages of users in it, and what completes them. */
  addOlder(chatId: string, before: number, page: WireChatMessages): OlderMessages {
    const older = rowsOf([page]);
    const held = this.#byId.get(chatId);
    const hasOlder = page.has_more && older.length > 0;
    // Without what follows, or after another page was added meanwhile, they stand for themselves.
    if (held === undefined || held.rows[0]?.id !== before)
      return { messages: new MessageFolder().fold(older), hasOlder };
    const { transcript } = this.#rebuild(chatId, [...older, ...held.rows], hasOlder, held.page);
    return { messages: transcript.messages.filter(({ id }) => id < before), hasOlder };
  }

  #rebuild(
    chatId: string,
    rows: readonly WireChatMessage[],
    hasOlder: boolean,
    page: WireChatMessages,
  ): Conversation {
    const held = this.#byId.get(chatId);
    const folder = held?.folder ?? new MessageFolder();
    const messages = reuseList(held?.transcript.messages, folder.fold(rows));
    const queue = reuseQueue(held?.transcript.queue, page.queued_messages.map(toQueuedMessage));
    const context = contextOf(rows, held?.transcript.context);
    const last = held?.transcript;
    const transcript: Transcript =
      last !== undefined &&
      last.messages === messages &&
      last.queue === queue &&
      last.hasOlder === hasOlder &&
      last.context === context
        ? last
        : { messages, snapshot: false, snapshotAt: null, hasOlder, queue, ...(context && { context }) };
    const conversation: Conversation = { rows, hasOlder, folder, transcript, page };
    this.#hold(chatId, conversation);
    return conversation;
  }

  #hold(chatId: string, conversation: Conversation): void {
    this.#byId.delete(chatId);
    this.#byId.set(chatId, conversation);
    for (const oldest of this.#byId.keys()) {
      if (this.#byId.size <= MAX_CONVERSATIONS) break;
      if (!this.#followed.has(oldest)) this.#byId.delete(oldest);
    }
  }
}

/** The rows of several pages, oldest first, each once. */
const rowsOf = (pages: readonly WireChatMessages[]): readonly WireChatMessage[] =>
  // Of a row that came twice the later answer counts, which is in the first page.
  joinRows(pages.flatMap(({ messages }) => messages).toReversed());

/** The rows, oldest first, each once: the last one of those with the same id. */
const joinRows = (rows: readonly WireChatMessage[]): readonly WireChatMessage[] => [
  ...new Map(rows.toSorted((one, other) => one.id - other.id).map((row) => [row.id, row] as const)).values(),
];

const reuse = (known: WireChatMessage | undefined, row: WireChatMessage): WireChatMessage =>
  known !== undefined && (known === row || isDeepStrictEqual(known, row)) ? known : row;

const reuseList = (known: readonly Message[] | undefined, list: readonly Message[]): readonly Message[] =>
  known !== undefined &&
  known.length === list.length &&
  known.every((message, index) => message === list[index])
    ? known
    : list;

const reuseQueue = (
  known: readonly QueuedMessage[] | undefined,
  queue: readonly QueuedMessage[],
): readonly QueuedMessage[] => (known !== undefined && isDeepStrictEqual(known, queue) ? known : queue);

/** The use of the context by the newest request that says so; the known one when it is the same. */
function contextOf(rows: readonly WireChatMessage[], known: ContextUse | undefined): ContextUse | undefined {
  const usage = rows.findLast((row) => tokensIn(row) > 0)?.usage;
  if (usage == null) return undefined;
  const tokens = tokensIn({ usage });
  const limit = usage.context_limit > 0 ? usage.context_limit : null;
  return known?.tokens === tokens && known.limit === limit ? known : { tokens, limit };
}

/** The tokens that a request filled the context with: cached ones count apart. */
function tokensIn({ usage }: Pick<WireChatMessage, 'usage'>): number {
  if (usage === null) return 0;
  const { input_tokens, output_tokens, cache_read_tokens, cache_creation_tokens, total_tokens } = usage;
  return input_tokens + output_tokens + cache_read_tokens + cache_creation_tokens || total_tokens;
}

/** A message in the server's queue. */
const toQueuedMessage = (wire: WireQueuedMessage): QueuedMessage => ({
  id: String(wire.id),
  parts: wire.content.flatMap((part) => toMessagePart(part) ?? []),
  at: wire.created_at,
});
