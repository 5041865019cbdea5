import type { ChatRow, MessageRow } from '../rows.ts';
import { type ChatSignal, type ChatsState, isUnread, liveKey, ME, visibleMessages } from '../state.ts';
import { errorOf, shownQueue, statusWord, wireMessage, wireQueued } from '../wire-chat.ts';
import type { Connection } from './connection.ts';

type WireEvent = Readonly<Record<string, unknown>> & { readonly type: string };

const textOf = (value: unknown): string => JSON.stringify(value ?? null);

/** The open calls of the client's tools, with their arguments as text. */
export const openToolCalls = (chat: ChatRow): readonly unknown[] =>
  visibleMessages(chat)
    .flatMap(({ content }) => content)
    .filter(({ type, tool_call_id }) => type === 'tool-call' && chat.openCalls.includes(String(tool_call_id)))
    .map(({ tool_call_id, tool_name, args }) => ({ tool_call_id, tool_name, args: JSON.stringify(args) }));

/** The chat counts as read. */
function markRead(state: ChatsState, chat: ChatRow): void {
  if (chat.ownerId !== ME.id) return;
  const isChanged = isUnread(chat);
  chat.readCursor = visibleMessages(chat).at(-1)?.id ?? 0;
  if (isChanged) state.changed(chat);
}

/** Writes a snapshot of the chat to the connection, and then each change, until the connection closes. */
export function openStream(state: ChatsState, chat: ChatRow, connection: Connection, afterId: number): void {
  const deletedCount = () => chat.messages.filter(({ deleted }) => deleted).length;
  const queueEvent = (): WireEvent => {
    const queue = shownQueue(state, chat).map((row) => wireQueued(chat, row));
    // An empty queue is an absent field.
    return { type: 'queue_update', ...(queue.length > 0 && { queued_messages: queue }) };
  };
  const statusEvent = (): WireEvent => ({ type: 'status', status: { status: statusWord(state, chat) } });
  const errorEvents = (): readonly WireEvent[] =>
    chat.lastError === null ? [] : [{ type: 'error', error: errorOf(state, chat) }];
  const actionEvents = (): readonly WireEvent[] =>
    chat.status === 'requires_action'
      ? [{ type: 'action_required', action_required: { tool_calls: openToolCalls(chat) } }]
      : [];
  const messageEvents = (isSent: (message: MessageRow) => boolean): readonly WireEvent[] =>
    visibleMessages(chat)
      .filter((message) => message.role !== 'system' && !isSent(message))
      .map((message) => ({ type: 'message', message: wireMessage(state, chat, message) }));
  const partEvent = (signal: Omit<ChatSignal & { type: 'part' }, 'type'>): WireEvent => ({
    type: 'message_part',
    message_part: { role: signal.role, part: signal.part, ...signal.key, seq: signal.seq },
  });
  const liveEvents = (exceptSeq = 0): readonly WireEvent[] =>
    chat.live
      .filter(({ seq }) => seq !== exceptSeq)
      .map((live) => partEvent({ ...live, key: liveKey(chat) }));
  const seen = () => ({
    version: chat.historyVersion,
    deleted: deletedCount(),
    queue: textOf(queueEvent()),
    status: textOf(statusEvent()),
    error: textOf(errorEvents()),
    action: textOf(actionEvents()),
    key: textOf(liveKey(chat)),
  });
  let sent = seen();
  let outbox: WireEvent[] = [];
  let isDirty = false;
  let isPlanned = false;

  /** Everything that changed since the last sync, in the server's order. `exceptSeq`: a part that follows anyway. */
  const sync = (exceptSeq = 0): void => {
    isDirty = false;
    const now = seen();
    const isReset = now.deleted !== sent.deleted;
    outbox = outbox.concat(
      isReset ? [{ type: 'history_reset' }] : [],
      messageEvents(({ version }) => !isReset && version <= sent.version),
      now.queue === sent.queue ? [] : [queueEvent()],
      now.status === sent.status ? [] : [statusEvent()],
      now.error === sent.error ? [] : errorEvents(),
      now.action === sent.action ? [] : actionEvents(),
      now.key === sent.key ? [] : [{ type: 'preview_reset' }, ...liveEvents(exceptSeq)],
    );
    sent = now;
  };
  const flush = (): void => {
    isPlanned = false;
    if (isDirty) sync();
    const events = outbox.map((event) => ({ ...event, chat_id: chat.id }));
    outbox = [];
    connection.sendEvents(events);
  };
  // The changes of one step of a test are one sync.
  const plan = (): void => {
    if (!isPlanned) queueMicrotask(flush);
    isPlanned = true;
  };

  const isEdited = sent.deleted > 0;
  outbox = outbox.concat(
    isEdited ? [{ type: 'history_reset' }] : [],
    messageEvents(({ id }) => !isEdited && id <= afterId),
    chat.hadQueue ? [queueEvent()] : [],
    statusEvent(),
    chat.status === 'error' ? errorEvents() : [],
    actionEvents(),
    { type: 'preview_reset' },
    liveEvents(),
  );
  flush();
  markRead(state, chat);
  const stops = [
    state.onChange((changed) => {
      if (changed !== chat) return;
      isDirty = true;
      plan();
    }),
    state.onSignal((of, signal) => {
      if (of !== chat || signal.type === 'watch') return;
      if (isDirty) sync(signal.type === 'part' ? signal.seq : 0);
      outbox.push(signal.type === 'part' ? partEvent(signal) : signal.event);
      plan();
    }),
  ];
  connection.onClose(() => {
    for (const stop of stops) stop();
    markRead(state, chat);
  });
}
