import type { ChatRow } from '../rows.ts';
import { type ChatsState, ME } from '../state.ts';
import { errorOf, statusWord, wireChat } from '../wire-chat.ts';
import { openToolCalls } from './stream.ts';

type WatchEvent = Readonly<Record<string, unknown>> & { readonly kind: string };

/**
 * Calls `write` with each event of the watch socket: no snapshot, own chats only. It must run from the start of the
 * server, because it compares each chat with its last state.
 */
export function watchChats(state: ChatsState, write: (event: WatchEvent) => void): void {
  const facts = (chat: ChatRow) => ({
    archived: chat.archived,
    status: `${statusWord(state, chat)} ${JSON.stringify(errorOf(state, chat))} ${chat.workspaceId}`,
    title: chat.title,
    turnSummary: chat.lastTurnSummary,
    summary: chat.summary,
    diff: JSON.stringify(chat.diffStatus),
    action: chat.status === 'requires_action' ? chat.openCalls.join(' ') : '',
  });
  const seen = new Map<string, ReturnType<typeof facts>>();
  const payload = (chat: ChatRow, more: Readonly<Record<string, unknown>> = {}) => ({
    ...wireChat(state, chat, 'bare'),
    ...more,
  });
  state.onChange((chat) => {
    if (chat.ownerId !== ME.id) return;
    const [before, now] = [seen.get(chat.id), facts(chat)];
    seen.set(chat.id, now);
    const send = (kind: string, more: Readonly<Record<string, unknown>> = {}, body = payload(chat)): void =>
      write({ kind, chat: body, ...more });
    if (before === undefined) return send('created');
    if (now.archived !== before.archived) send(now.archived ? 'deleted' : 'created');
    if (now.status !== before.status) send('status_change');
    if (now.title !== before.title) send('title_change');
    if (now.turnSummary !== before.turnSummary) send('summary_change');
    if (now.summary !== before.summary) send('chat_summary_change');
    if (now.diff !== before.diff)
      send(
        'diff_status_change',
        {},
        payload(chat, { diff_status: { chat_id: chat.id, ...chat.diffStatus } }),
      );
    if (now.action !== before.action && now.action !== '')
      send('action_required', { tool_calls: openToolCalls(chat) });
  });
  state.onSignal((chat, signal) => {
    if (signal.type === 'watch' && chat.ownerId === ME.id) write({ chat: payload(chat), ...signal.event });
  });
}
