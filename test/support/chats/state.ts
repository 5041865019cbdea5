import { randomUUID } from 'node:crypto';
import { task } from '../../api/response-bodies.ts';
import type { ChatsOptions } from './options.ts';
import { notFound } from './refusal.ts';
import type { ChatRow, FileRow, MessageRow, Part, QueueRow } from './rows.ts';

/** The user of the token: the owner of the task in test/api/response-bodies.ts. */
export const ME = { id: task().owner_id, username: 'ada', name: 'Ada L.' } as const;
export const ORGANIZATION_ID = task().organization_id;
/** The default model. */
export const MODEL_ID = 'e5e5e5e5-0000-4000-8000-000000000005';

/** Fields of a new message. */
export interface NewMessage {
  readonly role: MessageRow['role'];
  readonly content: readonly Part[];
  readonly createdBy?: string;
  readonly queuedMessageId?: number;
}

/** A happening of a chat that no row keeps: a stream shows it once. */
export type ChatSignal =
  | {
      readonly type: 'part';
      readonly role: string;
      readonly part: Part;
      readonly seq: number;
      readonly key: LiveKey;
    }
  /** Any event of a stream, as on the wire without its chat. */
  | { readonly type: 'event'; readonly event: Readonly<Record<string, unknown>> & { readonly type: string } }
  /** Any event of the watch socket, without its chat. */
  | { readonly type: 'watch'; readonly event: Readonly<Record<string, unknown>> & { readonly kind: string } };

/** The attempt that a live part belongs to. */
export interface LiveKey {
  readonly history_version: number;
  readonly generation_attempt: number;
}

export const liveKey = ({ historyVersion, attempt }: ChatRow): LiveKey => ({
  history_version: historyVersion,
  generation_attempt: attempt,
});

/** Starts the next version of the history: parts of the one before are gone. */
export function advanceHistory(chat: ChatRow): void {
  chat.historyVersion += 1;
  chat.live = [];
  chat.attempt = 1;
  chat.lastSeq = 0;
}

/** All chats of a deployment. Every change of a chat goes through `touch` or `changed`, which wake the listeners. */
export class ChatsState {
  readonly options: ChatsOptions;
  readonly chats = new Map<string, ChatRow>();
  readonly files = new Map<string, FileRow>();
  readonly #listeners = new Set<(chat: ChatRow) => void>();
  readonly #signalListeners = new Set<(chat: ChatRow, signal: ChatSignal) => void>();
  #lastMessageId = 9_100;
  #lastQueueId = 70;
  #lastTime = 0;

  constructor(options: ChatsOptions) {
    this.options = options;
  }

  /** Unix time, ms. Every call returns a later time, by at least a microsecond: the server sends microseconds. */
  now(): number {
    this.#lastTime = Math.max(this.options.timers.now(), this.#lastTime + 0.001);
    return this.#lastTime;
  }

  /** Throws a 404 for a chat that does not exist. */
  chat(id: string): ChatRow {
    const chat = this.chats.get(id);
    if (chat === undefined) throw notFound();
    return chat;
  }

  childrenOf(id: string): readonly ChatRow[] {
    return [...this.chats.values()]
      .filter(({ parentId }) => parentId === id)
      .sort((one, other) => other.createdAt - one.createdAt);
  }

  /** A root chat and all chats below it. */
  family(root: ChatRow): readonly ChatRow[] {
    return [...this.chats.values()].filter(({ id, rootId }) => id === root.id || rootId === root.id);
  }

  add(fields: Partial<ChatRow> = {}): ChatRow {
    const id = fields.id ?? randomUUID();
    const at = this.now();
    const chat: ChatRow = {
      id,
      organizationId: ORGANIZATION_ID,
      ownerId: ME.id,
      ownerUsername: ME.username,
      parentId: null,
      rootId: id,
      createdAt: at,
      clientType: 'ui',
      extra: {},
      word: null,
      admitted: true,
      title: 'New chat',
      status: 'waiting',
      planMode: false,
      lastError: null,
      lastTurnSummary: null,
      summary: null,
      diffStatus: null,
      diff: '',
      updatedAt: at,
      archived: false,
      shared: false,
      pinOrder: 0,
      labels: {},
      readCursor: 0,
      model: MODEL_ID,
      effort: null,
      workspaceId: null,
      queuedForCapacity: false,
      invalid: false,
      openCalls: [],
      messages: [],
      queue: [],
      turn: 0,
      historyVersion: 0,
      hadQueue: false,
      live: [],
      attempt: 1,
      lastSeq: 0,
      fileIds: [],
      cost: null,
      uncommitted: [],
      ...fields,
    };
    this.chats.set(id, chat);
    this.changed(chat);
    return chat;
  }

  /** Ids rise over the whole deployment, with gaps. */
  insertMessage(chat: ChatRow, { role, content, createdBy, queuedMessageId }: NewMessage): MessageRow {
    this.#lastMessageId += 1 + (this.#lastMessageId % 3);
    advanceHistory(chat);
    const message: MessageRow = {
      id: this.#lastMessageId,
      role,
      content,
      createdAt: this.now(),
      createdBy: createdBy ?? null,
      model: role === 'assistant' || role === 'user' ? chat.model : null,
      queuedMessageId: queuedMessageId ?? null,
      usage: null,
      version: chat.historyVersion,
      deleted: false,
    };
    chat.messages.push(message);
    this.touch(chat);
    return message;
  }

  /** Ids have a sequence of their own. */
  enqueue(chat: ChatRow, content: readonly Part[]): QueueRow {
    this.#lastQueueId += 1;
    const row: QueueRow = {
      id: this.#lastQueueId,
      content,
      createdAt: this.now(),
      model: chat.model,
      editingSince: null,
    };
    chat.queue.push(row);
    chat.hadQueue = true;
    this.touch(chat);
    return row;
  }

  /** Reports a change that moves the chat in the list. */
  touch(chat: ChatRow): void {
    chat.updatedAt = this.now();
    this.changed(chat);
  }

  /** Reports a change that does not move the chat: pins, read marks, labels. */
  changed(chat: ChatRow): void {
    for (const listener of [...this.#listeners]) listener(chat);
  }

  /** Reports a happening that changes no row. */
  signal(chat: ChatRow, signal: ChatSignal): void {
    for (const listener of [...this.#signalListeners]) listener(chat, signal);
  }

  onSignal(listener: (chat: ChatRow, signal: ChatSignal) => void): () => void {
    this.#signalListeners.add(listener);
    return () => void this.#signalListeners.delete(listener);
  }

  /** Calls `listener` after every change of a chat. Returns how to stop that. */
  onChange(listener: (chat: ChatRow) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

/** The messages that the server shows, in the order of their ids. */
export const visibleMessages = ({ messages }: ChatRow): readonly MessageRow[] =>
  messages.filter(({ deleted }) => !deleted);

/** Whether an assistant's message has an id above the read cursor. */
export const isUnread = (chat: ChatRow): boolean =>
  visibleMessages(chat).some(({ id, role }) => role === 'assistant' && id > chat.readCursor);
