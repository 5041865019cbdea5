import { dropLive, storeLive } from './live-turn.ts';
import { queueFull, Refusal } from './refusal.ts';
import type { ChatError, ChatRow, MessageRow, Part, QueueRow } from './rows.ts';
import { advanceHistory, type ChatsState, ME, visibleMessages } from './state.ts';

/** The answer to a send, as rows. */
export interface SendResult {
  readonly message: MessageRow | null;
  readonly queued: QueueRow | null;
  /** All visible rows that the send inserted. */
  readonly inserted: readonly MessageRow[];
}

/** Errors that every change of a chat has. */
export function assertValid(chat: ChatRow): void {
  if (chat.invalid) throw new Refusal(409, 'Chat is in an invalid state.');
}

const insertUser = (
  state: ChatsState,
  chat: ChatRow,
  content: readonly Part[],
  queuedMessageId?: number,
): MessageRow =>
  state.insertMessage(chat, {
    role: 'user',
    content,
    createdBy: ME.id,
    ...(queuedMessageId !== undefined && { queuedMessageId }),
  });

/** Starts a turn. With the option `turnMs` it ends by itself. */
function run(state: ChatsState, chat: ChatRow): void {
  chat.status = 'running';
  chat.lastError = null;
  chat.admitted = false;
  chat.openCalls = [];
  chat.turn += 1;
  state.touch(chat);
  const { turn } = chat;
  const { turnMs, timers } = state.options;
  if (turnMs === null) return;
  timers.after(turnMs, () => {
    if (chat.turn !== turn || chat.status !== 'running') return;
    state.insertMessage(chat, { role: 'assistant', content: [{ type: 'text', text: 'done' }] });
    endTurn(state, chat);
  });
}

/** Makes the head of the queue a message, and runs it. */
function runHead(state: ChatsState, chat: ChatRow): MessageRow | null {
  const head = chat.queue.shift();
  if (head === undefined) return null;
  const message = insertUser(state, chat, head.content, head.id);
  run(state, chat);
  return message;
}

/** The ids of tool calls without a result. */
function openToolCalls(chat: ChatRow): readonly Part[] {
  const parts = visibleMessages(chat).flatMap(({ content }) => content);
  const closed = new Set(
    parts.filter(({ type }) => type === 'tool-result').map((part) => part.tool_call_id as string),
  );
  return parts.filter((part) => part.type === 'tool-call' && !closed.has(part.tool_call_id as string));
}

/** Gives every open tool call an error as its result. */
function cancelToolCalls(state: ChatsState, chat: ChatRow, by: string): readonly MessageRow[] {
  chat.openCalls = [];
  return openToolCalls(chat).map(({ tool_call_id, tool_name }) =>
    state.insertMessage(chat, {
      role: 'tool',
      content: [
        {
          type: 'tool-result',
          tool_call_id,
          tool_name,
          result: { error: `Tool execution interrupted by ${by}.` },
          is_error: true,
        },
      ],
    }),
  );
}

/** The turn is over: the head of the queue runs, or the chat waits. */
export function endTurn(state: ChatsState, chat: ChatRow): void {
  storeLive(state, chat);
  chat.openCalls = [];
  const [head] = chat.queue;
  if (head !== undefined && head.editingSince === null) {
    runHead(state, chat);
    return;
  }
  chat.status = head === undefined ? 'waiting' : 'paused';
  state.touch(chat);
}

/** The turn fails. The queue stands still, except while the turn is interrupted. */
export function failTurn(state: ChatsState, chat: ChatRow, error: ChatError): void {
  if (chat.status === 'interrupting') {
    stopTurn(state, chat);
    return;
  }
  cancelToolCalls(state, chat, 'an error');
  dropLive(chat);
  chat.status = 'error';
  chat.lastError = error;
  state.touch(chat);
}

/** The worker lets go of an interrupted turn. */
export function stopTurn(state: ChatsState, chat: ChatRow): void {
  storeLive(state, chat);
  cancelToolCalls(state, chat, 'user');
  endTurn(state, chat);
}

function beginInterrupt(state: ChatsState, chat: ChatRow): void {
  if (state.options.era === 'pending') {
    stopTurn(state, chat);
    return;
  }
  chat.status = 'interrupting';
  state.touch(chat);
  const { stopsAfterMs, timers } = state.options;
  if (stopsAfterMs === null) return;
  const { turn } = chat;
  timers.after(stopsAfterMs, () => {
    if (chat.turn === turn && chat.status === 'interrupting') stopTurn(state, chat);
  });
}

/** Sends a message of the owner: it runs at once or goes to the tail of the queue. */
export function send(
  state: ChatsState,
  chat: ChatRow,
  content: readonly Part[],
  busy: 'queue' | 'interrupt' = 'queue',
): SendResult {
  if (chat.archived) throw new Refusal(400, 'Cannot send messages to an archived chat.');
  assertValid(chat);
  const isIdle = chat.status === 'waiting' || chat.status === 'error';
  if (isIdle && chat.queue.length === 0) {
    const message = insertUser(state, chat, content);
    run(state, chat);
    return { message, queued: null, inserted: [message] };
  }
  if (chat.queue.length >= state.options.queueLimit) throw queueFull(state.options.queueLimit);
  const queued = state.enqueue(chat, content);
  let inserted: readonly MessageRow[] = [];
  if (isIdle) {
    const head = runHead(state, chat);
    if (head !== null) inserted = [head];
  } else if (busy === 'interrupt' && chat.status === 'running') {
    beginInterrupt(state, chat);
  } else if (busy === 'interrupt' && chat.status === 'requires_action') {
    inserted = cancelToolCalls(state, chat, 'user');
    chat.status = 'running';
    state.touch(chat);
  }
  return { message: null, queued, inserted };
}

/** Makes a queued message the head. It runs at once, or next when a turn runs. */
export function promote(state: ChatsState, chat: ChatRow, queueId: number): void {
  if (chat.archived) throw new Refusal(400, 'Cannot promote queued messages in an archived chat.');
  assertValid(chat);
  if (chat.queue.length === 0) throw new Refusal(409, 'Chat has no queued messages to promote.');
  const row = queuedRow(chat, queueId);
  chat.queue = [row, ...chat.queue.filter((other) => other !== row)];
  if (chat.status === 'running') beginInterrupt(state, chat);
  else if (chat.status === 'interrupting') state.touch(chat);
  else {
    if (chat.status === 'requires_action') cancelToolCalls(state, chat, 'user');
    runHead(state, chat);
  }
}

const queuedRow = (chat: ChatRow, queueId: number): QueueRow => {
  const row = chat.queue.find(({ id }) => id === queueId);
  if (row === undefined) throw new Refusal(404, 'Queued message not found.');
  return row;
};

export function deleteQueued(state: ChatsState, chat: ChatRow, queueId: number): void {
  assertValid(chat);
  if (chat.archived || chat.queue.length === 0)
    throw new Refusal(409, 'Chat has no queued messages to delete.');
  const row = queuedRow(chat, queueId);
  chat.queue = chat.queue.filter((other) => other !== row);
  state.touch(chat);
  if (chat.status === 'paused') endTurn(state, chat);
}

/** Changes a queued message. While the head is being edited, the end of a turn pauses the chat. */
export function editQueued(
  state: ChatsState,
  chat: ChatRow,
  queueId: number,
  change: { readonly content?: readonly Part[]; readonly editing?: boolean },
): void {
  if (chat.archived) throw new Refusal(400, 'Cannot edit queued messages in an archived chat.');
  assertValid(chat);
  const row = queuedRow(chat, queueId);
  if (change.editing === true && chat.status === 'paused' && chat.queue[0] !== row)
    throw new Refusal(409, 'Only the next queued message can be edited while the chat is paused.');
  if (change.content !== undefined) row.content = change.content;
  if (change.editing !== undefined) row.editingSince = change.editing ? state.now() : null;
  state.touch(chat);
  if (chat.status === 'paused' && chat.queue[0]?.editingSince === null) endTurn(state, chat);
}

/** Replaces a message of the user under a new id, deletes what follows, empties the queue, and starts a turn. */
export function editMessage(
  state: ChatsState,
  chat: ChatRow,
  messageId: number,
  content: readonly Part[],
): { readonly message: MessageRow; readonly deletedIds: readonly number[] } {
  if (chat.archived) throw new Refusal(400, 'Cannot edit messages in an archived chat.');
  assertValid(chat);
  const edited = visibleMessages(chat).find(({ id }) => id === messageId);
  if (edited === undefined)
    throw new Refusal(404, 'Chat message not found.', { detail: 'Message does not belong to this chat.' });
  if (edited.role !== 'user') throw new Refusal(400, 'Only user messages can be edited.');
  const removed = visibleMessages(chat).filter(({ id }) => id >= messageId);
  for (const message of removed) message.deleted = true;
  advanceHistory(chat);
  chat.queue = [];
  const message = insertUser(state, chat, content);
  run(state, chat);
  return { message, deletedIds: removed.map(({ id }) => id) };
}

export function interrupt(state: ChatsState, chat: ChatRow): void {
  if (chat.archived) throw new Refusal(400, 'Cannot interrupt an archived chat.');
  assertValid(chat);
  switch (chat.status) {
    case 'running':
      return beginInterrupt(state, chat);
    case 'interrupting':
      return;
    case 'requires_action':
      cancelToolCalls(state, chat, 'user');
      chat.status = 'running';
      return state.touch(chat);
    default:
      // Servers before the state machine answered with the unchanged chat.
      if (state.options.era !== 'pending') throw new Refusal(409, 'Chat is not in an interruptible state.');
  }
}

/** Results for all open calls of the client's tools. */
export function submitToolResults(
  state: ChatsState,
  chat: ChatRow,
  results: readonly {
    readonly tool_call_id: string;
    readonly output: unknown;
    readonly is_error?: boolean;
  }[],
): void {
  assertValid(chat);
  if (state.options.extensions.includes('permissions')) return answerPermissions(state, chat, results);
  if (chat.status !== 'requires_action') throw new Refusal(409, 'Chat is not waiting for tool results.');
  const ids = results.map(({ tool_call_id }) => tool_call_id);
  const isComplete =
    ids.length === chat.openCalls.length && chat.openCalls.every((open) => ids.includes(open));
  if (!isComplete) throw new Refusal(400, 'Tool results do not match the open tool calls.');
  for (const { tool_call_id, output, is_error } of results) {
    const call = openToolCalls(chat).find((part) => part.tool_call_id === tool_call_id);
    state.insertMessage(chat, {
      role: 'tool',
      content: [
        {
          type: 'tool-result',
          tool_call_id,
          tool_name: call?.tool_name,
          result: output,
          is_error: is_error === true,
        },
      ],
    });
  }
  continueTurn(state, chat);
}

/** Results for some of the permission requests, each of which has one; the turn goes on after the last. */
function answerPermissions(
  state: ChatsState,
  chat: ChatRow,
  results: readonly { readonly tool_call_id: string; readonly output: unknown }[],
): void {
  if (results.some(({ tool_call_id: id }) => !chat.openCalls.includes(id)))
    throw new Refusal(409, 'This permission request is already answered.');
  for (const { tool_call_id, output } of results) {
    const message = chat.messages.findLast(({ content }) =>
      content.some((part) => part.type === 'tool-call' && part.tool_call_id === tool_call_id),
    );
    if (message === undefined) throw new Error(`No tool call ${tool_call_id}.`);
    // The result stands behind its call, in the same message.
    message.content = message.content.flatMap((part) =>
      part.tool_call_id === tool_call_id
        ? [
            { ...part, status: 'completed' },
            {
              type: 'tool-result',
              tool_call_id,
              tool_name: part.tool_name,
              result: output,
              provider_executed: true,
            },
          ]
        : [part],
    );
    message.version = ++chat.historyVersion;
    chat.openCalls = chat.openCalls.filter((id) => id !== tool_call_id);
  }
  if (chat.openCalls.length === 0) chat.status = 'running';
  state.touch(chat);
}

/** The model goes on after the calls of the client's tools ended. */
export function continueTurn(state: ChatsState, chat: ChatRow): void {
  cancelToolCalls(state, chat, 'a timeout');
  chat.status = 'running';
  state.touch(chat);
}
