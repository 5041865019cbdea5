import { labelsOf, planModeOf } from './content.ts';
import { assertValid } from './machine.ts';
import { Refusal } from './refusal.ts';
import type { ChatRow } from './rows.ts';
import { type ChatsState, ME, visibleMessages } from './state.ts';
import type { Workspaces } from './workspaces.ts';

const NIL_UUID = '00000000-0000-0000-0000-000000000000';
const ACTIVE = ['running', 'interrupting', 'requires_action'];

const pinnedChats = (state: ChatsState): ChatRow[] =>
  [...state.chats.values()]
    .filter(({ pinOrder }) => pinOrder > 0)
    .sort((one, other) => one.pinOrder - other.pinOrder);

/** Closes the gaps: the pinned chats have the numbers 1 to n. */
function number(state: ChatsState, pinned: readonly ChatRow[]): void {
  for (const [index, chat] of pinned.entries()) {
    chat.pinOrder = index + 1;
    state.changed(chat);
  }
}

function unpin(state: ChatsState, chat: ChatRow): void {
  chat.pinOrder = 0;
  number(state, pinnedChats(state));
  state.changed(chat);
}

function pin(state: ChatsState, chat: ChatRow, order: unknown): void {
  if (typeof order !== 'number' || order < 0) throw new Refusal(400, 'Pin order must be non-negative.');
  if (order === 0) return unpin(state, chat);
  if (chat.archived) throw new Refusal(400, 'Cannot pin an archived chat.');
  if (chat.parentId !== null) throw new Refusal(400, 'Cannot pin a child chat.');
  const others = pinnedChats(state).filter((other) => other !== chat);
  const place = chat.pinOrder > 0 ? Math.min(order - 1, others.length) : others.length;
  number(state, [...others.slice(0, place), chat, ...others.slice(place)]);
}

function archive(state: ChatsState, chat: ChatRow, archived: boolean): void {
  if (chat.parentId !== null)
    throw new Refusal(400, 'Chat archive state can only be changed on the root chat.');
  if (archived === chat.archived)
    throw new Refusal(400, `Chat is already ${archived ? 'archived' : 'not archived'}.`);
  assertValid(chat);
  const family = state.family(chat);
  if (archived && family.some(({ status }) => ACTIVE.includes(status)))
    throw new Refusal(409, 'Cannot archive an active chat. Interrupt or wait for the chat to finish first.');
  for (const member of family) {
    member.archived = archived;
    if (archived) unpin(state, member);
    state.touch(member);
  }
}

function rename(state: ChatsState, chat: ChatRow, title: unknown): void {
  const trimmed = String(title).trim();
  if (trimmed === '') throw new Refusal(400, 'Title cannot be empty.');
  if ([...trimmed].length > 200) throw new Refusal(400, 'Title must be at most 200 characters.');
  chat.title = trimmed;
  state.touch(chat);
}

/** Moves the read cursor to the last message of the assistant, or right before it. */
function markRead(state: ChatsState, chat: ChatRow, read: boolean): void {
  if (chat.ownerId !== ME.id) throw new Refusal(403, 'Only the chat owner may change its read state.');
  const last = visibleMessages(chat).findLast(({ role }) => role === 'assistant')?.id ?? 0;
  chat.readCursor = read ? last : Math.max(0, last - 1);
  state.changed(chat);
}

/** PATCH of a chat. Applies the fields one after another: a refused field leaves the ones before it applied. */
export function updateChat(
  state: ChatsState,
  workspaces: Workspaces,
  chat: ChatRow,
  change: Readonly<Record<string, unknown>>,
): void {
  const planMode = planModeOf(change.plan_mode);
  if (change.title !== undefined) rename(state, chat, change.title);
  if (change.labels !== undefined) {
    chat.labels = labelsOf(change.labels);
    state.changed(chat);
  }
  if (typeof change.archived === 'boolean') archive(state, chat, change.archived);
  if (change.pin_order !== undefined) pin(state, chat, change.pin_order);
  if (typeof change.workspace_id === 'string') {
    const isNone = change.workspace_id === NIL_UUID;
    if (!isNone) workspaces.assertUsable(change.workspace_id);
    chat.workspaceId = isNone ? null : change.workspace_id;
    state.touch(chat);
  }
  if (planMode !== undefined) {
    chat.planMode = planMode;
    state.changed(chat);
  }
  const { extensions } = state.options;
  if (extensions.includes('permissions') && typeof change.permission_mode === 'string') {
    chat.extra = { ...chat.extra, permission_mode: change.permission_mode };
    state.touch(chat);
  }
  if (extensions.length > 0 && typeof change.model_config_id === 'string') {
    chat.model = change.model_config_id;
    state.touch(chat);
  }
  if (extensions.length > 0 && typeof change.reasoning_effort === 'string') {
    chat.effort = change.reasoning_effort;
    state.touch(chat);
  }
  if (typeof change.read === 'boolean' && state.options.read) markRead(state, chat, change.read);
}
