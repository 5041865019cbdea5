import type { GrowingMessage, LivePart } from '../chats/chat-requests.ts';
import { type ChatMessageRow, type ChatRow, partsOf } from '../chats/chat-row-types.ts';
import type { LocalChats } from '../chats/local-chats.ts';
import { wireMessageOf } from '../chats/wire-chat.ts';
import { wireJson } from '../http/wire-json.ts';
import type { ServerIdentity } from '../server-identity.ts';
import type { MessageSource } from './connection.ts';
import { joined, piecesOf, sizeOf } from './live-parts.ts';
import { shortened } from './shortened-message.ts';
import { type SentFacts, streamFactsOf, textsOf, type WireEvent } from './stream-facts.ts';

/** Events of a message of the socket at most. */
const MAX_EVENTS = 256;
/** Characters of a message after which the next event gets another one. */
const MESSAGE_LIMIT = 1 << 20;
/** Parts that wait for a slow client, in characters. Above it they are dropped, and the turn is sent again later. */
const WAITING_LIMIT = 1 << 20;
/** Messages of the history that are read from the database at once. */
const PAGE = 20;

/** Marks the place of a change among the parts that wait. */
const CHANGE = 'change';

/** The turn under way, as the client has it. */
interface SentTurn {
  readonly turn: number;
  /** Of the history when its first part was sent: a client drops parts of earlier versions. */
  readonly version: number;
  /** Rises when the same turn is sent again: a client also drops parts that a message ended. */
  readonly attempt: number;
  /** Of the last part. */
  seq: number;
}

/**
 * The events of one connection to the stream of a chat (contract, section 1.14): a snapshot, then each change. It reads
 * the database only when the connection can write, and holds at most WAITING_LIMIT of parts.
 */
export class ChatStream implements MessageSource {
  readonly #chatId: string;
  readonly #afterId: number;
  readonly #chats: LocalChats;
  readonly #me: ServerIdentity;
  #events: Iterator<WireEvent>;
  /** An event that was too large for the last message. */
  #left: string | null = null;
  #waiting: (LivePart | typeof CHANGE)[] = [];
  #waitingSize = 0;
  /** The turn must be sent again from its first part. */
  #mustReplay = false;
  #turn: SentTurn | null = null;
  /** The growing message that the client has as a whole. Null: it gets parts. */
  #wholeId: number | null = null;
  /** The whole message has changed. */
  #isStale = false;
  #sent: SentFacts = { version: 0, deleted: 0, queue: '', status: '', error: '', action: '' };

  constructor(chat: ChatRow, afterId: number, chats: LocalChats, me: ServerIdentity) {
    this.#chatId = chat.id;
    this.#afterId = afterId;
    this.#chats = chats;
    this.#me = me;
    this.#events = this.#snapshot(chat);
  }

  /** The chat changed. */
  changed(): void {
    if (this.#waiting.at(-1) !== CHANGE) this.#waiting.push(CHANGE);
  }

  /** The turn under way has another part. */
  part(part: LivePart): void {
    const last = this.#waiting.at(-1);
    const both = last === undefined || last === CHANGE ? null : joined(last, part);
    if (both === null) this.#waiting.push(part);
    else this.#waiting[this.#waiting.length - 1] = both;
    this.#waitingSize += sizeOf(part.part);
    if (this.#waitingSize <= WAITING_LIMIT) return;
    this.#mustReplay = true;
    this.#isStale = true;
    this.#waiting = [CHANGE];
    this.#waitingSize = 0;
  }

  next(): string | null {
    const texts: string[] = [];
    let size = 0;
    while (texts.length < MAX_EVENTS && size < MESSAGE_LIMIT) {
      const text = this.#left ?? this.#nextText();
      this.#left = null;
      if (text === null) break;
      if (texts.length > 0 && size + text.length > MESSAGE_LIMIT) {
        this.#left = text;
        break;
      }
      texts.push(text);
      size += text.length + 1;
    }
    return texts.length === 0 ? null : `[${texts.join(',')}]`;
  }

  #nextText(): string | null {
    for (;;) {
      const { value, done } = this.#events.next();
      if (done !== true) return wireJson({ ...value, chat_id: this.#chatId }).trimEnd();
      const events = this.#waitingEvents();
      if (events === null) return null;
      this.#events = events;
    }
  }

  /** The events for the first of the waiting things; null for none. */
  #waitingEvents(): Iterator<WireEvent> | null {
    const first = this.#waiting.shift();
    if (first === undefined) return null;
    if (first === CHANGE) return this.#changes();
    this.#waitingSize -= sizeOf(first.part);
    if (this.#waiting.length === 0) this.#waitingSize = 0;
    return this.#partEvents(first);
  }

  *#snapshot(chat: ChatRow): Generator<WireEvent> {
    const { chats } = this.#chats;
    this.#sent = { ...this.#sent, version: chat.history_version, deleted: chats.deletedCount(chat.id) };
    const isEdited = this.#sent.deleted > 0;
    if (isEdited) yield { type: 'history_reset' };
    else yield* this.#heldAnswer(chat);
    yield* this.#history(chat, isEdited ? 0 : this.#afterId);
    const row = this.#chat();
    if (takesNoParts(row)) yield* this.#whole(row);
    const { queue, status, error, action } = streamFactsOf(this.#chats.chats, row);
    this.#sent = { ...this.#sent, ...textsOf({ queue, status, error, action }) };
    if (row.had_queue === 1) yield queue;
    yield status;
    if (row.status === 'error' && error !== null) yield error;
    if (action !== null) yield action;
    yield* this.#replay();
  }

  /**
   * The agent's message that a client got last. It may have a part of it, because messages grow: so it gets the whole
   * one, or an empty one for a turn under way, whose parts follow.
   */
  *#heldAnswer(chat: ChatRow): Generator<WireEvent> {
    if (this.#afterId === 0) return;
    const row = this.#chats.chats.message(chat.id, this.#afterId);
    if (row?.role !== 'assistant') return;
    if (row.growing === 0) yield this.#message(row, chat);
    else if (!takesNoParts(chat)) yield this.#withoutParts(row, chat);
  }

  /** The finished messages after an id, a page at a time. */
  *#history(chat: ChatRow, afterId: number): Generator<WireEvent> {
    for (let after = afterId; ; ) {
      const page = this.#chats.chats.messages(chat.id, { after, limit: PAGE });
      for (const row of page) if (row.growing === 0 && row.role !== 'system') yield this.#message(row, chat);
      const last = page.at(-1);
      if (last === undefined) return;
      after = last.id;
    }
  }

  /** Everything that changed since the last look, in Coder's order. */
  *#changes(): Generator<WireEvent> {
    const { chats } = this.#chats;
    const chat = this.#chat();
    const deleted = chats.deletedCount(chat.id);
    const isReset = deleted !== this.#sent.deleted;
    const ids = isReset ? [] : chats.idsSince(chat.id, this.#sent.version);
    const before = this.#sent;
    const { queue, status, error, action } = streamFactsOf(this.#chats.chats, chat);
    const now = textsOf({ queue, status, error, action });
    this.#sent = { ...now, version: chat.history_version, deleted };
    const hadWhole = this.#wholeId !== null;
    const hasWhole = chat.status === 'requires_action' || (hadWhole && takesNoParts(chat));
    const isReplayed = isReset || ids.length > 0 || this.#mustReplay || hasWhole !== hadWhole;
    if (isReset) {
      yield { type: 'history_reset' };
      yield* this.#history(chat, 0);
    }
    for (const id of ids) {
      const row = chats.message(chat.id, id);
      if (row !== null) yield this.#message(row, chat);
    }
    if (!hasWhole) yield* this.#endWhole(chat);
    else if (!hadWhole || isReset || this.#isStale || now.action !== before.action) yield* this.#whole(chat);
    if (now.queue !== before.queue) yield queue;
    if (now.status !== before.status) yield status;
    if (now.error !== before.error && error !== null) yield error;
    if (now.action !== before.action && action !== null) yield action;
    if (isReplayed) yield* this.#replay();
  }

  /** The growing message as a whole. */
  *#whole(chat: ChatRow): Generator<WireEvent> {
    const id = this.#chats.growing(chat.id)?.id ?? null;
    if (id === null) return;
    const [row] = this.#chats.messages(chat.id, { limit: 1, before: null, after: id - 1 }).messages;
    if (row?.id !== id) return;
    this.#dropWaitingParts();
    this.#wholeId = id;
    this.#isStale = false;
    yield this.#message(row, chat);
  }

  /** The turn goes on: its parts replace the whole message. */
  *#endWhole(chat: ChatRow): Generator<WireEvent> {
    const id = this.#wholeId;
    if (id === null) return;
    this.#wholeId = null;
    this.#isStale = false;
    if (this.#chats.growing(chat.id)?.id !== id) return;
    const row = this.#chats.chats.message(chat.id, id);
    if (row !== null) yield this.#withoutParts(row, chat);
  }

  /** Drops the parts that wait: later events have them. */
  #dropWaitingParts(): void {
    this.#waiting = this.#waiting.filter((each) => each === CHANGE).slice(0, 1);
    this.#waitingSize = 0;
  }

  /** Drops the live parts of the client, and sends those of the turn under way from the first one. */
  *#replay(): Generator<WireEvent> {
    yield { type: 'preview_reset' };
    this.#dropWaitingParts();
    this.#mustReplay = false;
    const growing = this.#chats.growing(this.#chatId);
    if (growing === null || this.#wholeId !== null) return;
    this.#turn = this.#newTurn(growing);
    for (const part of growing.parts) yield* this.#pieces(part, growing.id);
  }

  *#partEvents({ part, turn, messageId }: LivePart): Generator<WireEvent> {
    // The whole turn is sent again soon, or is stored already.
    if (this.#mustReplay || this.#chats.growing(this.#chatId)?.turn !== turn) return;
    if (this.#wholeId !== null) {
      // A piece of text alone is not worth the whole message.
      if (part.type === 'text' || part.type === 'reasoning' || 'result_delta' in part) return;
      this.#isStale = true;
      this.changed();
      return;
    }
    if (this.#turn?.turn !== turn) this.#turn = this.#newTurn({ turn });
    yield* this.#pieces(part, messageId);
  }

  *#pieces(part: GrowingMessage['parts'][number], messageId: number | null): Generator<WireEvent> {
    const turn = this.#turn;
    if (turn === null) return;
    for (const piece of piecesOf(part)) {
      const [fitting = piece] = sizeOf(piece) > MESSAGE_LIMIT / 2 ? shortened([piece]) : [piece];
      turn.seq += 1;
      yield {
        type: 'message_part',
        message_part: {
          role: piece.type === 'tool-result' ? 'tool' : 'assistant',
          part: fitting,
          history_version: turn.version,
          generation_attempt: turn.attempt,
          seq: turn.seq,
          // Of the local extension.
          ...(messageId !== null && { message_id: messageId }),
        },
      };
    }
  }

  #newTurn({ turn }: Pick<GrowingMessage, 'turn'>): SentTurn {
    const version = this.#chat().history_version;
    const attempt = this.#turn?.version === version ? this.#turn.attempt + 1 : 1;
    return { turn, version, attempt, seq: 0 };
  }

  #withoutParts(row: ChatMessageRow, chat: ChatRow): WireEvent {
    return { type: 'message', message: wireMessageOf(row, chat, this.#me, []) };
  }

  #message(row: ChatMessageRow, chat: ChatRow): WireEvent {
    return {
      type: 'message',
      message: wireMessageOf(row, chat, this.#me, shortened(partsOf(row), row.content.length)),
    };
  }

  #chat(): ChatRow {
    return this.#chats.chat(this.#chatId);
  }
}

/** In these states a client takes no parts: it gets the growing message as a whole. */
const takesNoParts = ({ status }: ChatRow): boolean =>
  status === 'requires_action' || status === 'interrupting';
