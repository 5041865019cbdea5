import { ErrorResponse } from '../http/error-response.ts';
import { type ChatContext, isBusy } from './chat-context.ts';
import { linkFiles } from './chat-files.ts';
import type { ChatMachine } from './chat-machine.ts';
import type { EditRequest, EditResult, QueuedChange, SendRequest, SendResult } from './chat-requests.ts';
import type { ChatQueueRow, ChatRow } from './chat-row-types.ts';
import { cancelPermissions } from './permission-answers.ts';
import { withoutSession } from './stored-usage.ts';

/*
 * Operations on the messages and the queue of a chat. Each runs in the transaction of its caller. The content is one that
 * the agent can read.
 */

export interface MessageContext extends ChatContext {
  readonly machine: ChatMachine;
}

/** Runs a message at once, or adds it to the tail of the queue. */
export function send(
  { chats, machine }: MessageContext,
  chat: ChatRow,
  { content, busy, ...settings }: Omit<SendRequest, 'environment'>,
): SendResult {
  if (chat.archived === 1) throw new ErrorResponse(400, 'Cannot send messages to an archived chat.');
  const warnings = linkFiles(chats, chat.id, content);
  const isIdle = chat.status === 'waiting' || chat.status === 'error';
  if (isIdle && chats.queue(chat.id).length === 0) {
    const message = machine.run(chat, content, settings);
    return { message, queued: null, inserted: [message], warnings };
  }
  const queued = machine.enqueue(chat, content, settings);
  const inserted = isIdle ? [machine.runHead(chat)] : [];
  if (busy === 'interrupt' && isBusy(chat)) machine.interrupt(chat);
  return { message: null, queued, inserted, warnings };
}

/** Replaces a message under a new id, deletes all later ones and the queue, and starts a turn in a new session. */
export function editMessage(
  context: MessageContext,
  { id, archived }: ChatRow,
  messageId: number,
  { content, ...settings }: EditRequest,
): EditResult {
  const { chats, growing, starter, machine } = context;
  if (archived === 1) throw new ErrorResponse(400, 'Cannot edit messages in an archived chat.');
  const edited = chats.message(id, messageId);
  if (edited === null) {
    throw new ErrorResponse(404, 'Chat message not found.', 'Message does not belong to this chat.');
  }
  if (edited.role !== 'user') throw new ErrorResponse(400, 'Only user messages can be edited.');
  cancelPermissions(context, id, 'The message was edited.');
  const deletedIds = chats.deleteMessagesFrom(id, messageId);
  chats.clearQueue(id);
  growing.storeFacts(id);
  chats.updateChat(id, { session: null, usage: withoutSession(chats.chat(id)?.usage ?? null) });
  linkFiles(chats, id, content);
  // Before the new turn begins: its start waits for the end of the old processes.
  chats.repository.afterCommit(() => starter.closeInBackground(id));
  const chat = chats.chat(id);
  if (chat === null) throw new Error('The chat of a message is missing in the database.');
  return { message: machine.run(chat, content, settings), deletedIds };
}

/** Makes a queued message the head. It runs at once, or next when a turn runs. */
export function promote({ chats, machine }: MessageContext, chat: ChatRow, queueId: number): void {
  const { id } = chat;
  if (chat.archived === 1) {
    throw new ErrorResponse(400, 'Cannot promote queued messages in an archived chat.');
  }
  if (chats.queue(id).length === 0) {
    throw new ErrorResponse(409, 'Chat has no queued messages to promote.');
  }
  chats.moveToHead(id, queuedRow(chats.queue(id), queueId).id);
  chats.updateQueued(id, queueId, { editing_since: null });
  if (isBusy(chat)) machine.interrupt(chat);
  else machine.runHead(chat);
}

export function deleteQueued({ chats, machine }: MessageContext, chat: ChatRow, queueId: number): void {
  const queue = chats.queue(chat.id);
  if (chat.archived === 1 || queue.length === 0) {
    throw new ErrorResponse(409, 'Chat has no queued messages to delete.');
  }
  chats.deleteQueued(chat.id, queuedRow(queue, queueId).id);
  if (chat.status === 'paused') machine.continueQueue(chat);
}

/** Changes a queued message. While the head is being edited, the end of a turn pauses the chat. */
export function editQueued(
  { chats, machine, clock }: MessageContext,
  chat: ChatRow,
  queueId: number,
  { content, editing, model, effort }: QueuedChange,
): void {
  if (chat.archived === 1) throw new ErrorResponse(400, 'Cannot edit queued messages in an archived chat.');
  const queue = chats.queue(chat.id);
  const { id } = queuedRow(queue, queueId);
  if (editing === true && chat.status === 'paused' && queue[0]?.id !== id) {
    throw new ErrorResponse(409, 'Only the next queued message can be edited while the chat is paused.');
  }
  if (content !== undefined) linkFiles(chats, chat.id, content);
  chats.updateQueued(chat.id, id, {
    ...(content !== undefined && { content: JSON.stringify(content) }),
    ...(editing !== undefined && { editing_since: editing ? clock.wall() : null }),
    ...(model !== undefined && { model }),
    ...(effort !== undefined && { effort }),
  });
  if (chat.status === 'paused') machine.continueQueue(chat);
}

function queuedRow(queue: readonly ChatQueueRow[], id: number): ChatQueueRow {
  const row = queue.find((each) => each.id === id);
  if (row === undefined) throw new ErrorResponse(404, 'Queued message not found.');
  return row;
}
