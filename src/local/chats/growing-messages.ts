import type { Clock } from '../../domain/ports/clock.ts';
import type { SerialWriter } from '../database/serial-writer.ts';
import type { ChatRepository } from './chat-repository.ts';
import type { GrowingMessage, LivePart } from './chat-requests.ts';
import type { ChatChanges } from './chat-table.ts';
import { asLiveParts, type ContentChange, NO_CONTENT, type TurnContent } from './turn-content.ts';

/** A status of a chat without a turn. */
type RestStatus = 'waiting' | 'error' | 'paused';

/** The answer to a turn, or the agent's work outside of one. */
export interface Growing {
  /** Another number for each growing message of this server. */
  readonly turn: number;
  readonly chatId: string;
  /** The chat's status after work outside of a turn; null in a turn. */
  statusAfter: RestStatus | null;
  content: TurnContent;
  messageId: number | null;
  /** The database has less than `content`. */
  isDirty: boolean;
  /** The agent reported the end of the turn, which is not stored yet. */
  isEnded: boolean;
}

/** At most this often for all chats together, ms: 20 commits a second. */
const FLUSH_MS = 50;
/** Each flush writes the whole messages: longer ones are written less often. Bytes a ms. */
const FLUSH_RATE = 2_000;

/**
 * The growing messages of all chats. Parts go to listeners at once, and to the database together, at most every 50 ms.
 */
export class GrowingMessages {
  readonly #chats: ChatRepository;
  readonly #clock: Clock;
  readonly #writer: SerialWriter;
  readonly #growing = new Map<string, Growing>();
  readonly #facts = new Map<string, ChatChanges>();
  readonly #listeners = new Set<(chatId: string, part: LivePart) => void>();
  #cancelFlush: (() => void) | null = null;
  #flushedSize = 0;
  #turns = 0;

  constructor(chats: ChatRepository, clock: Clock, writer: SerialWriter) {
    this.#chats = chats;
    this.#clock = clock;
    this.#writer = writer;
  }

  get(chatId: string): Growing | null {
    return this.#growing.get(chatId) ?? null;
  }

  get size(): number {
    return this.#growing.size;
  }

  begin(chatId: string, statusAfter: RestStatus | null = null): Growing {
    this.#turns += 1;
    const growing: Growing = {
      turn: this.#turns,
      chatId,
      statusAfter,
      content: NO_CONTENT,
      messageId: null,
      isDirty: false,
      isEnded: false,
    };
    this.#growing.set(chatId, growing);
    return growing;
  }

  /** Null before the first part. */
  live(chatId: string): GrowingMessage | null {
    const growing = this.#growing.get(chatId);
    if (growing === undefined || growing.content.parts.length === 0) return null;
    return { turn: growing.turn, id: growing.messageId, parts: asLiveParts(growing.content) };
  }

  onPart(listener: (chatId: string, part: LivePart) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Changes the content, reports the change, and stores it soon. */
  change(growing: Growing, { content, live }: ContentChange): void {
    growing.content = content;
    if (live.length === 0) return;
    growing.isDirty = true;
    const { chatId, turn, messageId } = growing;
    for (const part of live) {
      for (const listener of [...this.#listeners]) listener(chatId, { part, turn, messageId });
    }
    this.#scheduleFlush();
  }

  /** Changes columns of a chat with the next flush. */
  putFacts(chatId: string, changes: ChatChanges): void {
    this.#facts.set(chatId, { ...this.#facts.get(chatId), ...changes });
    this.#scheduleFlush();
  }

  /** Stores the message with this content. Call it in a transaction. Returns the id of the message. */
  store(growing: Growing, content = growing.content): number {
    const { chatId, messageId } = growing;
    const { repository } = this.#chats;
    if (messageId !== null) this.#chats.putGrowingContent(chatId, messageId, content.parts);
    const id =
      messageId ??
      this.#chats.addMessage(
        chatId,
        { role: 'assistant', content: content.parts, model: this.#chats.chat(chatId)?.model, growing: true },
        this.#clock.wall(),
      );
    repository.afterCommit(() => {
      growing.messageId = id;
      if (growing.content === content) growing.isDirty = false;
    });
    return id;
  }

  /** Ends the growth of a message with its last content. Call it in a transaction. */
  finish(growing: Growing, content: TurnContent, usage: unknown): void {
    const { chatId } = growing;
    if (growing.messageId !== null || content.parts.length > 0) {
      const id = growing.messageId ?? this.store(growing, content);
      this.#chats.finishMessage(chatId, id, content.parts, usage);
    }
    this.#chats.repository.afterCommit(() => this.drop(growing));
  }

  /** Forgets a message whose rows are deleted. */
  drop(growing: Growing): void {
    if (this.#growing.get(growing.chatId) === growing) this.#growing.delete(growing.chatId);
  }

  /** A column of a chat with its pending change; undefined for a deleted chat. */
  fact<Name extends keyof ChatChanges>(chatId: string, name: Name): ChatChanges[Name] {
    const facts = this.#facts.get(chatId);
    return facts !== undefined && name in facts ? facts[name] : this.#chats.chat(chatId)?.[name];
  }

  /** Stores everything that the database does not have yet. */
  flush(): void {
    this.#cancelFlush?.();
    this.#cancelFlush = null;
    this.#writer.write(() => this.#storeAll());
  }

  #scheduleFlush(): void {
    if (this.#cancelFlush !== null) return;
    const delay = Math.max(FLUSH_MS, this.#flushedSize / FLUSH_RATE);
    this.#cancelFlush = this.#clock.after(delay, () => this.flush());
  }

  #storeAll(): void {
    this.#flushedSize = 0;
    for (const growing of this.#growing.values()) {
      if (!growing.isDirty) continue;
      this.#flushedSize += growing.content.size;
      this.store(growing);
    }
    for (const chatId of this.#facts.keys()) this.storeFacts(chatId);
  }

  /** Stores the pending changes of a chat. Call it in a transaction. */
  storeFacts(chatId: string): void {
    const facts = this.#facts.get(chatId);
    if (facts === undefined) return;
    const chat = this.#chats.chat(chatId);
    const changes = Object.entries(facts).filter(
      ([name, value]) =>
        chat?.[name as keyof ChatChanges] !== value && !(name === 'title' && chat?.has_own_title === 1),
    );
    if (chat !== null) this.#chats.updateChat(chatId, Object.fromEntries(changes));
    this.#chats.repository.afterCommit(() => {
      if (this.#facts.get(chatId) === facts) this.#facts.delete(chatId);
    });
  }
}
