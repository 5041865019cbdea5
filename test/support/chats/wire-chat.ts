import { wireFiles } from './files.ts';
import type { ChatRow, MessageRow, QueueRow } from './rows.ts';
import { type ChatsState, isUnread } from './state.ts';

type WireObject = Readonly<Record<string, unknown>>;

/** RFC 3339 in UTC, up to microseconds, without trailing zeros: as Go writes it. */
export function wireTime(at: number): string {
  const micros = Math.round(at * 1000);
  const seconds = Math.floor(micros / 1_000_000);
  const fraction = String(micros - seconds * 1_000_000)
    .padStart(6, '0')
    .replace(/0+$/u, '');
  const date = new Date(seconds * 1000).toISOString().slice(0, 19);
  return `${date}${fraction === '' ? '' : `.${fraction}`}Z`;
}

export function statusWord(state: ChatsState, chat: ChatRow): string {
  if (chat.word !== null) return chat.word;
  if (state.options.era !== 'pending') return chat.status;
  if (chat.status === 'running') return chat.admitted ? 'running' : 'pending';
  return chat.status === 'interrupting' ? 'running' : chat.status;
}

/** `last_error`: an object, or a text on the oldest servers. */
export function errorOf(state: ChatsState, { lastError: error }: ChatRow): unknown {
  if (error === null) return null;
  return state.options.lastError === 'string' ? error.message : error;
}

/** The fields of taskdeck's own server, of a chat at rest. */
const EXTENSION_FIELDS: WireObject = {
  directory: '/home/ada/auth',
  agent: { name: 'Fake Agent', version: '1.2.3' },
  permission_mode: 'ask',
  stage: null,
  queued_for_capacity: false,
  plan: [],
  commands: [],
};

/**
 * A chat as in answers.
 * `bare`: as in the answer to an interrupt, without children, `has_unread` and `diff_status`.
 * `list`: as in a list; `single`: as in GET of one chat, with `queued_for_capacity`.
 */
export function wireChat(
  state: ChatsState,
  chat: ChatRow,
  form: 'bare' | 'list' | 'single',
  showsChild: (child: ChatRow) => boolean = () => true,
): WireObject {
  const isRoot = chat.parentId === null;
  const children =
    isRoot && form !== 'bare'
      ? state
          .childrenOf(chat.id)
          .filter(showsChild)
          .map((child) => wireChat(state, child, 'list'))
      : [];
  return {
    id: chat.id,
    organization_id: chat.organizationId,
    owner_id: chat.ownerId,
    owner_username: chat.ownerUsername,
    owner_name: chat.ownerUsername,
    ...(chat.workspaceId !== null && { workspace_id: chat.workspaceId }),
    ...(chat.parentId !== null && { parent_chat_id: chat.parentId }),
    root_chat_id: chat.rootId,
    last_model_config_id: chat.model,
    ...(chat.effort !== null && { last_reasoning_effort: chat.effort }),
    title: chat.title,
    status: statusWord(state, chat),
    ...(chat.planMode && { plan_mode: 'plan' }),
    last_error: errorOf(state, chat),
    last_turn_summary: chat.lastTurnSummary,
    summary: chat.summary,
    ...(form !== 'bare' &&
      chat.diffStatus !== null && { diff_status: { chat_id: chat.id, ...chat.diffStatus } }),
    created_at: wireTime(chat.createdAt),
    updated_at: wireTime(chat.updatedAt),
    archived: chat.archived,
    shared: chat.shared,
    pin_order: chat.pinOrder,
    mcp_server_ids: [],
    labels: chat.labels,
    has_unread: form !== 'bare' && isUnread(chat),
    ...(form === 'single' && { files: wireFiles(state, chat) }),
    ...(form === 'single' && chat.queuedForCapacity && { queued_for_capacity: true }),
    client_type: chat.clientType,
    children,
    ...(state.options.extensions.length > 0 && EXTENSION_FIELDS),
    ...chat.extra,
  };
}

export const wireMessage = (state: ChatsState, chat: ChatRow, message: MessageRow): WireObject => ({
  id: message.id,
  chat_id: chat.id,
  ...(message.createdBy !== null && { created_by: message.createdBy }),
  ...(message.model !== null && { model_config_id: message.model }),
  created_at: wireTime(message.createdAt),
  role: message.role,
  content: message.content,
  ...(message.usage !== null && { usage: message.usage }),
  ...(state.options.era === 'paused' &&
    message.queuedMessageId !== null && { queued_message_id: message.queuedMessageId }),
});

export const wireQueued = (chat: ChatRow, row: QueueRow): WireObject => ({
  id: row.id,
  chat_id: chat.id,
  content: row.content,
  ...(row.model !== null && { model_config_id: row.model }),
  created_at: wireTime(row.createdAt),
  ...(row.editingSince !== null && { editing_since: wireTime(row.editingSince) }),
});

/** The queue in its order; older servers sort it by time, also after a promotion. */
export const shownQueue = ({ options }: ChatsState, { queue }: ChatRow): readonly QueueRow[] =>
  options.era === 'pending' ? queue.toSorted((one, other) => one.createdAt - other.createdAt) : queue;
