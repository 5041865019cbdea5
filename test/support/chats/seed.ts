import type { ChatError, ChatRow, Part, Status } from './rows.ts';
import { type ChatsState, ME } from './state.ts';

/** A chat for a test. Everything has a default: an idle chat of the user that has been read. */
export interface SeededChat {
  readonly id?: string;
  readonly title?: string;
  readonly status?: Status;
  /** Replaces the status word on the wire, for words of another server. */
  readonly word?: string;
  /** From the oldest: `['user', 'Fix it']`, `['assistant', 'Done.', …parts]`. A string is a text part. */
  readonly messages?: readonly (readonly ['user' | 'assistant' | 'tool', ...(string | Part)[]])[];
  /** Texts of queued messages, the head first. */
  readonly queue?: readonly string[];
  /** Default: false, all messages have been read. */
  readonly unread?: boolean;
  readonly archived?: boolean;
  readonly pinOrder?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly planMode?: boolean;
  readonly error?: Partial<ChatError> & { readonly message: string };
  readonly summary?: string;
  /** The parent of a sub-agent. */
  readonly parent?: string;
  /** The user name of another owner, who shares the chat with the user. */
  readonly owner?: string;
  readonly workspaceId?: string;
  readonly diffStatus?: Readonly<Record<string, unknown>>;
  /** Times before now, ms. */
  readonly createdAgoMs?: number;
  readonly updatedAgoMs?: number;
  /** Fields that are added to the chat on the wire, and replace equal ones. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

const OTHER_ID = 'a1a1a1a1-0000-4000-8000-000000000002';

/** Adds the chat. */
export function seedChat(state: ChatsState, given: SeededChat): ChatRow {
  const parent = given.parent === undefined ? null : state.chat(given.parent);
  const isOthers = given.owner !== undefined && given.owner !== ME.username;
  const created = state.now() - (given.createdAgoMs ?? 0);
  const chat = state.add({
    ...(given.id !== undefined && { id: given.id }),
    title: given.title ?? 'Fix the flaky auth tests',
    createdAt: created,
    ...(isOthers && { ownerId: OTHER_ID, ownerUsername: given.owner, shared: true }),
    ...(parent !== null && { parentId: parent.id, rootId: parent.rootId }),
    labels: given.labels ?? {},
    planMode: given.planMode ?? false,
    pinOrder: given.pinOrder ?? 0,
    archived: given.archived ?? false,
    word: given.word ?? null,
    lastTurnSummary: given.summary ?? null,
    workspaceId: given.workspaceId ?? null,
    diffStatus: given.diffStatus ?? null,
    extra: given.extra ?? {},
  });
  const messages = given.messages ?? [
    ['user', 'Fix the flaky auth tests'],
    ['assistant', 'I pinned the clock in two tests.'],
  ];
  for (const [role, ...parts] of messages) {
    const content = parts.map((part) => (typeof part === 'string' ? { type: 'text', text: part } : part));
    state.insertMessage(chat, { role, content, ...(role === 'user' && { createdBy: chat.ownerId }) });
  }
  for (const text of given.queue ?? []) state.enqueue(chat, [{ type: 'text', text }]);
  chat.status = given.status ?? 'waiting';
  if (given.error !== undefined) {
    chat.status = given.status ?? 'error';
    chat.lastError = { retryable: false, ...given.error };
  }
  const isUnread = given.unread ?? false;
  chat.readCursor = isUnread ? 0 : (chat.messages.at(-1)?.id ?? 0);
  chat.updatedAt = given.updatedAgoMs === undefined ? state.now() : state.now() - given.updatedAgoMs;
  state.changed(chat);
  return chat;
}
