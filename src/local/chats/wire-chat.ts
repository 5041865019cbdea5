import type { WireChatExtension, WireWorktree } from '../../wire/local-extension.ts';
import { modelIdOf, workspaceIdOf } from '../agents/model-ids.ts';
import { wireTime } from '../http/wire-json.ts';
import type { ServerIdentity } from '../server-identity.ts';
import type { ChatStage } from './chat-requests.ts';
import { type ChatMessageRow, type ChatQueueRow, type ChatRow, partsOf } from './chat-row-types.ts';
import type { StoredSession } from './session.ts';

type WireObject = Readonly<Record<string, unknown>>;

/** The changes of the directory of a chat, counted against its base. */
export interface DiffStatus {
  readonly branch: string;
  /** The branch that it is compared with; empty for none. */
  readonly base: string;
  readonly additions: number;
  readonly deletions: number;
  readonly changedFiles: number;
  /** For a worktree that taskdeck made: as in WireWorktree. */
  readonly ahead: number;
  readonly behind: number;
  readonly dirty: number;
  readonly untracked: number;
  /** Unix time in ms. */
  readonly refreshedAt: number;
}

/** The facts of a chat on the wire that its row does not have. */
export interface ChatFacts {
  readonly hasUnread: boolean;
  /** Null: unknown, or not a repository. */
  readonly diffStatus: DiffStatus | null;
  /** The step that its turn waits for. */
  readonly stage: ChatStage | null;
  readonly worktree: WireWorktree | null;
}

/**
 * The form of a chat in a response. `single`: of GET, with its files. `list`: without these. `bare`: of events and of the
 * answer to an interrupt, also without unread mark, diff and commands.
 */
export type ChatForm = 'single' | 'list' | 'bare';

/** A chat as on the wire (contract, section 1.1, and the local extension). */
export function wireChatOf(
  row: ChatRow,
  form: ChatForm,
  { hasUnread, diffStatus, stage, worktree }: ChatFacts,
  me: ServerIdentity,
): WireObject {
  const session = jsonOf<StoredSession | null>(row.session, null);
  const extension: Omit<WireChatExtension, 'commands'> = {
    directory: row.directory,
    agent: { name: row.agent, version: session?.agentVersion ?? '' },
    permission_mode: row.permission_mode,
    stage: stage === null ? null : { name: stageName(stage), since: wireTime(stage.since) },
    queued_for_capacity: stage?.isQueued ?? false,
    plan: jsonOf<WireChatExtension['plan']>(row.checklist, []),
    worktree,
  };
  return {
    id: row.id,
    organization_id: me.organizationId,
    owner_id: me.userId,
    owner_username: me.username,
    owner_name: me.username,
    workspace_id: workspaceIdOf(row.directory),
    root_chat_id: row.id,
    last_model_config_id: modelIdOf(row.agent, row.model),
    ...(row.effort !== '' && { last_reasoning_effort: row.effort }),
    title: row.title,
    status: row.status,
    ...(row.plan_mode === 1 && { plan_mode: 'plan' }),
    last_error: jsonOf(row.last_error, null),
    last_turn_summary: row.last_turn_summary,
    summary: null,
    ...(form !== 'bare' && diffStatus !== null && { diff_status: wireDiffStatus(row.id, diffStatus) }),
    created_at: wireTime(row.created_at),
    updated_at: wireTime(row.updated_at),
    archived: row.archived === 1,
    shared: false,
    pin_order: row.pin_order,
    mcp_server_ids: [],
    labels: jsonOf(row.labels, {}),
    has_unread: form !== 'bare' && hasUnread,
    client_type: row.client_type,
    children: [],
    ...extension,
    // Large, and events only point to what changed.
    ...(form !== 'bare' && { commands: jsonOf<WireChatExtension['commands']>(row.commands, []) }),
  };
}

const stageName = ({ name, detail }: ChatStage): string =>
  detail === undefined ? name : `${name}: ${detail}`;

/** `diff_status` as on the wire. A local chat has no pull request. */
export const wireDiffStatus = (chatId: string, status: DiffStatus): WireObject => ({
  chat_id: chatId,
  additions: status.additions,
  deletions: status.deletions,
  changed_files: status.changedFiles,
  base_branch: status.base,
  head_branch: status.branch,
  refreshed_at: wireTime(status.refreshedAt),
});

/** A message as on the wire; `content` replaces the stored parts. */
export function wireMessageOf(
  row: ChatMessageRow,
  { agent }: Pick<ChatRow, 'agent'>,
  me: ServerIdentity,
  content: readonly unknown[] = partsOf(row),
): WireObject {
  return {
    id: row.id,
    chat_id: row.chat_id,
    ...(row.role === 'user' && { created_by: me.userId }),
    model_config_id: modelIdOf(agent, row.model),
    created_at: wireTime(row.created_at),
    role: row.role,
    content,
    ...(row.usage !== null && { usage: JSON.parse(row.usage) }),
    ...(row.queued_message_id !== null && { queued_message_id: row.queued_message_id }),
  };
}

export const wireQueuedOf = (row: ChatQueueRow, { agent }: Pick<ChatRow, 'agent'>): WireObject => ({
  id: row.id,
  chat_id: row.chat_id,
  content: partsOf(row),
  model_config_id: modelIdOf(agent, row.model),
  created_at: wireTime(row.created_at),
  ...(row.editing_since !== null && { editing_since: wireTime(row.editing_since) }),
});

const jsonOf = <Value>(text: string | null, missing: Value): Value =>
  text === null ? missing : JSON.parse(text);
