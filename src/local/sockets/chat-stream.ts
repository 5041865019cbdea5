import type { GrowingMessage, LivePart } from '../chats/chat-requests.ts';
import { type ChatMessageRow, type ChatRow, partsOf } from '../chats/chat-row-types.ts';
import type { LocalChats } from '../chats/local-chats.ts';
import { wireMessageOf, wireQueuedOf } from '../chats/wire-chat.ts';
import { wireJson } from '../http/wire-json.ts';
import type { ServerIdentity } from '../server-identity.ts';
import type { MessageSource } from './connection.ts';
import { joined, piecesOf, sizeOf } from './live-parts.ts';
import { openCalls } from './open-calls.ts';
import { shortened } from './shortened-message.ts';

type WireEvent = Readonly<Record<string, unknown>> & { readonly type: string };

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
  /** Parts were sent while the chat waited for an answer. */
  #partsWhileWaiting = false;
  #sent: Sent = { version: 0, deleted: 0, queue: '', status: '', error: '', action: '' };

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
    const { queue, status, error, action } = this.#facts(row);
    this.#sent = { ...this.#sent, ...textsOf({ queue, status, error, action }) };
    if (row.had_queue === 1) yield queue;
    yield status;
    if (row.status === 'error' && error !== null) yield error;
    if (action !== null) yield action;
    yield* this.#replay();
  }

  /**
   * The agent's message that a client got last. It may have a part of it, because messages grow: so it gets the whole
   * one, or none of a turn under way, whose parts follow.
   */
  *#heldAnswer(chat: ChatRow): Generator<WireEvent> {
    if (this.#afterId === 0) return;
    const row = this.#chats.chats.message(chat.id, this.#afterId);
    if (row?.role !== 'assistant') return;
    yield row.growing === 1
      ? { type: 'message', message: wireMessageOf(row, chat, this.#me, []) }
      : this.#message(row, chat);
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
    const { queue, status, error, action } = this.#facts(chat);
    const now = textsOf({ queue, status, error, action });
    this.#sent = { ...now, version: chat.history_version, deleted };
    // A client may drop parts while it waits for an answer.
    const wasSilent = this.#partsWhileWaiting && chat.status !== 'requires_action';
    if (wasSilent) this.#partsWhileWaiting = false;
    const isReplayed = isReset || ids.length > 0 || this.#mustReplay || wasSilent;
    if (isReplayed) this.#dropWaitingParts();
    if (isReset) {
      yield { type: 'history_reset' };
      yield* this.#history(chat, 0);
    }
    for (const id of ids) {
      const row = chats.message(chat.id, id);
      if (row !== null) yield this.#message(row, chat);
    }
    if (now.queue !== before.queue) yield queue;
    if (now.status !== before.status) yield status;
    if (now.error !== before.error && error !== null) yield error;
    if (now.action !== before.action && action !== null) yield action;
    if (isReplayed) yield* this.#replay();
  }

  /** Drops the parts that wait: a replay has them. */
  #dropWaitingParts(): void {
    this.#mustReplay = true;
    this.#waiting = this.#waiting.filter((each) => each === CHANGE).slice(0, 1);
    this.#waitingSize = 0;
  }

  /** Drops the live parts of the client, and sends those of the turn under way from the first one. */
  *#replay(): Generator<WireEvent> {
    yield { type: 'preview_reset' };
    this.#dropWaitingParts();
    this.#mustReplay = false;
    const growing = this.#chats.growing(this.#chatId);
    if (growing === null) return;
    this.#turn = this.#newTurn(growing);
    for (const part of growing.parts) yield* this.#pieces(part);
  }

  *#partEvents({ part, turn }: LivePart): Generator<WireEvent> {
    // The whole turn is sent again soon, or is stored already.
    if (this.#mustReplay || this.#chats.growing(this.#chatId)?.turn !== turn) return;
    if (this.#turn?.turn !== turn) this.#turn = this.#newTurn({ turn });
    if (this.#chat().status === 'requires_action') this.#partsWhileWaiting = true;
    yield* this.#pieces(part);
  }

  *#pieces(part: GrowingMessage['parts'][number]): Generator<WireEvent> {
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
          generation_attempt: 1,
          seq: turn.seq,
        },
      };
    }
  }

  #newTurn({ turn }: Pick<GrowingMessage, 'turn'>): SentTurn {
    return { turn, version: this.#chat().history_version, seq: 0 };
  }

  #message(row: ChatMessageRow, chat: ChatRow): WireEvent {
    return {
      type: 'message',
      message: wireMessageOf(row, chat, this.#me, shortened(partsOf(row), row.content.length)),
    };
  }

  #facts(chat: ChatRow): Facts {
    const { chats } = this.#chats;
    const queue = chats.queue(chat.id).map((row) => wireQueuedOf(row, chat));
    const open = chat.status === 'requires_action' ? openCalls(chats.openPermissions(chat.id)) : [];
    return {
      // An empty queue is an absent field.
      queue: { type: 'queue_update', ...(queue.length > 0 && { queued_messages: queue }) },
      status: { type: 'status', status: { status: chat.status } },
      error: chat.last_error === null ? null : { type: 'error', error: JSON.parse(chat.last_error) },
      action: open.length === 0 ? null : { type: 'action_required', action_required: { tool_calls: open } },
    };
  }

  #chat(): ChatRow {
    return this.#chats.chat(this.#chatId);
  }
}

interface Facts {
  readonly queue: WireEvent;
  readonly status: WireEvent;
  readonly error: WireEvent | null;
  readonly action: WireEvent | null;
}

/** The last facts that the client got, as texts to compare. */
interface Sent {
  readonly version: number;
  readonly deleted: number;
  readonly queue: string;
  readonly status: string;
  readonly error: string;
  readonly action: string;
}

const textsOf = (facts: Facts): Pick<Sent, keyof Facts> => ({
  queue: JSON.stringify(facts.queue),
  status: JSON.stringify(facts.status),
  error: JSON.stringify(facts.error),
  action: JSON.stringify(facts.action),
});
