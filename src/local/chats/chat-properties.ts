import type { AcpAgent } from '../agents/acp-agent.ts';
import { ErrorResponse } from '../http/error-response.ts';
import { type ChatContext, isBusy } from './chat-context.ts';
import type { SettingsChange } from './chat-requests.ts';
import type { ChatRow } from './chat-row-types.ts';
import { withoutSession } from './stored-usage.ts';

/*
 * Changes of a chat that start no turn. Each runs in the transaction of its caller, and throws an ErrorResponse for a
 * refused change.
 */

/** Characters. */
const TITLE_LIMIT = 200;

export function setArchived(context: ChatContext, chat: ChatRow, archived: boolean): void {
  const { chats, clock } = context;
  if (archived === (chat.archived === 1)) {
    throw new ErrorResponse(400, `Chat is already ${archived ? 'archived' : 'not archived'}.`);
  }
  if (archived && isBusy(chat)) {
    throw new ErrorResponse(
      409,
      'Cannot archive an active chat. Interrupt or wait for the chat to finish first.',
    );
  }
  if (archived && chat.pin_order > 0) setPinOrder(context, chat, 0);
  chats.updateChat(chat.id, { archived: Number(archived), updated_at: clock.wall() });
}

/** A title of the user: titles of the agent do not replace it. */
export function setTitle({ chats, clock }: ChatContext, { id }: ChatRow, title: string): void {
  const trimmed = title.trim();
  if (trimmed === '') throw new ErrorResponse(400, 'Title cannot be empty.');
  if ([...trimmed].length > TITLE_LIMIT) {
    throw new ErrorResponse(400, `Title must be at most ${TITLE_LIMIT} characters.`);
  }
  chats.updateChat(id, { title: trimmed, has_own_title: 1, updated_at: clock.wall() });
}

/** 0 unpins. Above 0 appends an unpinned chat, or moves a pinned one. The pinned chats have the numbers 1 to n. */
export function setPinOrder({ chats }: ChatContext, chat: ChatRow, order: number): void {
  if (order < 0) throw new ErrorResponse(400, 'Pin order must be non-negative.');
  if (order > 0 && chat.archived === 1) throw new ErrorResponse(400, 'Cannot pin an archived chat.');
  const others = chats.chats().filter(({ id, pin_order: place }) => place > 0 && id !== chat.id);
  const place = chat.pin_order > 0 ? Math.min(order - 1, others.length) : others.length;
  const pinned = order === 0 ? others : [...others.slice(0, place), chat, ...others.slice(place)];
  if (order === 0 && chat.pin_order > 0) chats.updateChat(chat.id, { pin_order: 0 });
  for (const [index, { id, pin_order: before }] of pinned.entries()) {
    if (before !== index + 1) chats.updateChat(id, { pin_order: index + 1 });
  }
}

/** Changes the settings of the running session too. */
export function setSettings(context: ChatContext, chat: ChatRow, change: SettingsChange): void {
  const { chats, starter } = context;
  const { model, effort, planMode, permissionMode } = change;
  chats.updateChat(chat.id, {
    ...(model !== undefined && { model }),
    ...(effort !== undefined && { effort }),
    ...(planMode !== undefined && { plan_mode: Number(planMode) }),
    ...(permissionMode !== undefined && { permission_mode: permissionMode }),
  });
  chats.repository.afterCommit(() => {
    const changed = chats.chat(chat.id);
    if (changed !== null) starter.configure(changed);
  });
}

/** Sets the directory of the next turn. Its session begins there, and knows the conversation as text only. */
export function setDirectory({ chats, clock, starter }: ChatContext, chat: ChatRow, directory: string): void {
  if (directory === chat.directory) return;
  if (isBusy(chat)) throw new ErrorResponse(409, 'Cannot change the directory of an active chat.');
  if (chats.worktrees.of(chat.id) !== null)
    throw new ErrorResponse(409, 'Cannot change the directory of a chat with a worktree.');
  chats.updateChat(chat.id, {
    directory,
    session: null,
    usage: withoutSession(chat.usage),
    updated_at: clock.wall(),
  });
  chats.repository.afterCommit(() => starter.closeInBackground(chat.id));
}

/** Moves the read cursor to the last finished answer, or right before it. */
export function setRead({ chats }: ChatContext, chat: ChatRow, read: boolean): void {
  const newest = chats.newestAnswerId(chat.id);
  const cursor = read ? Math.max(newest, chat.read_cursor) : Math.max(0, newest - 1);
  if (cursor !== chat.read_cursor) chats.updateChat(chat.id, { read_cursor: cursor });
}

/** Throws a 400 for an agent that cannot only plan. */
export function requirePlanMode(agent: AcpAgent): void {
  if (agent.modes.plan == null) throw new ErrorResponse(400, `${agent.displayName} has no plan mode.`);
}

export function requireArchived({ archived }: ChatRow): void {
  if (archived === 0) throw new ErrorResponse(409, 'Only an archived chat can be deleted.');
}
