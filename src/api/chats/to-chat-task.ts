import type { ChatExtension } from '../../domain/chat-extension.ts';
import { joinSentences } from '../../domain/errors.ts';
import { mayAskUser } from '../../domain/question-of-chat.ts';
import { type AgentState, CHATS, type ChatChanges, type ChatFacts, type Task } from '../../domain/task.ts';
import type { WireChat, WireChildChat, WireLastError } from '../../wire/chat.ts';
import { withoutSkew } from '../to-domain.ts';

/** A chat of Coder Agents. */
export interface ChatTask extends Task {
  readonly facts: ChatFacts;
}

/** The known facts of a server. */
export interface ChatServerFacts {
  /** How far its clock is ahead of ours, ms. */
  readonly skewMs: number;
  /** The extensions that it names. */
  readonly extensions: readonly string[];
}

/** A root chat, and its sub-agents in the server's order. */
export const toFamily = (wire: WireChat, server: ChatServerFacts): readonly ChatTask[] => [
  toChatTask(wire, server),
  ...wire.children.map((child) =>
    toChatTask({ ...child, parent_chat_id: child.parent_chat_id ?? wire.id }, server),
  ),
];

/** Has times by our clock. Its `ownerName` is empty on servers that do not send it. */
export function toChatTask(wire: WireChildChat, server: ChatServerFacts): ChatTask {
  const { skewMs } = server;
  const chat: ChatTask = {
    id: wire.id,
    source: CHATS,
    // A chat has no name of its own.
    name: wire.id.slice(0, 8),
    displayName: wire.title,
    ownerId: wire.owner_id,
    ownerName: wire.owner_username,
    initialPrompt: '',
    state: null,
    createdAt: withoutSkew(wire.created_at, skewMs),
    updatedAt: withoutSkew(wire.updated_at, skewMs),
    facts: {
      kind: 'chat',
      status: wire.status,
      organizationId: wire.organization_id,
      queuedForCapacity: wire.queued_for_capacity === true,
      questions: [],
      unread: wire.has_unread,
      archived: wire.archived,
      shared: wire.shared,
      pinOrder: wire.pin_order,
      planMode: wire.plan_mode === 'plan',
      modelId: wire.last_model_config_id,
      effort: wire.last_reasoning_effort,
      summary: wire.last_turn_summary,
      changes: toChanges(wire.diff_status),
      parentId: wire.parent_chat_id,
      queueLength: null,
      lastError: toLastError(wire.last_error),
      workspaceId: wire.workspace_id,
      ...(wire.agent_id !== null && { agentId: wire.agent_id }),
      ...(isExtended(wire) && { extension: toExtension(wire, server) }),
    },
  };
  return withChatFacts(chat, {});
}

/** Whether the chat has fields that only taskdeck's own server sends. */
export const isExtended = ({ permission_mode: mode }: Pick<WireChildChat, 'permission_mode'>): boolean =>
  mode !== '';

const toExtension = (wire: WireChildChat, { skewMs, extensions }: ChatServerFacts): ChatExtension => ({
  names: extensions,
  directory: wire.directory,
  agent: wire.agent ?? { name: '', version: '' },
  permissionMode: wire.permission_mode,
  stage: wire.stage && { name: wire.stage.name, since: withoutSkew(wire.stage.since, skewMs) },
  checklist: wire.plan,
  commands: wire.commands,
  worktree: wire.worktree,
});

/** The chat with other facts, and the state that follows from them. */
export function withChatFacts(chat: ChatTask, change: Partial<ChatFacts>): ChatTask {
  const facts = { ...chat.facts, ...change };
  const state = {
    state: stateOf(facts),
    message: messageOf(facts),
    uri: facts.changes?.url ?? '',
    at: chat.updatedAt,
  };
  return { ...chat, facts, state };
}

/** Source: the status words of Coder's chats, older and newer ones. */
function stateOf({ status, unread, questions }: ChatFacts): AgentState {
  switch (status) {
    case 'pending':
    case 'running':
    case 'interrupting':
      return 'working';
    case 'requires_action':
      return questions.length > 0 ? 'idle' : 'working';
    case 'waiting':
      return unread === false && questions.length === 0 ? 'complete' : 'idle';
    case 'paused':
      return 'idle';
    case 'error':
      return 'failed';
    default:
      return 'unknown';
  }
}

/** The meaning of a status that says too little by itself, else the server's words about the last turn. */
function messageOf(facts: ChatFacts): string {
  const { status, queuedForCapacity, lastError, summary, extension } = facts;
  switch (status) {
    case 'running':
      if (queuedForCapacity)
        return extension === undefined
          ? 'Waits until the deployment has capacity'
          : 'Waits until other agents have started';
      return extension?.stage?.name ?? summary;
    case 'interrupting':
      return 'Stopping the turn';
    case 'requires_action':
      return mayAskUser(facts)
        ? 'Waits for your permission'
        : 'Waits for a tool of the program that created it';
    case 'paused':
      return 'A queued message is being edited';
    case 'error':
      return lastError === null
        ? summary
        : joinSentences([lastError.message, adviceFor(lastError.kind, extension !== undefined)]);
    default:
      return summary || (lastError?.message ?? '');
  }
}

/** On this machine there is no administrator: the server says what to do. */
const adviceFor = (kind: string, isLocal: boolean): string | undefined => {
  const advice = ERROR_ADVICE.get(kind);
  return isLocal && advice === FIX_PROVIDER ? undefined : advice;
};

const FIX_PROVIDER = 'An administrator must correct the provider.';
const TRY_AGAIN = 'Send “continue” to try again.';

/** By the server's kind of the error. */
const ERROR_ADVICE: ReadonlyMap<string, string> = new Map([
  ['auth', FIX_PROVIDER],
  ['missing_key', FIX_PROVIDER],
  ['provider_disabled', FIX_PROVIDER],
  ['config', FIX_PROVIDER],
  ['usage_limit', 'The budget is used up.'],
  ['rate_limit', TRY_AGAIN],
  ['overloaded', TRY_AGAIN],
  ['timeout', TRY_AGAIN],
  ['stream_silence_timeout', TRY_AGAIN],
  ['content_filter', 'Say it in other words.'],
]);

export function toLastError(wire: WireLastError): ChatFacts['lastError'] {
  if (wire === null || (wire.message === '' && wire.kind === '' && wire.detail === '')) return null;
  return { kind: wire.kind, message: wire.message || wire.detail };
}

function toChanges(wire: WireChat['diff_status']): ChatChanges | null {
  if (wire === null) return null;
  const hasPullRequest = wire.pull_request_state !== '' || wire.pr_number !== null;
  const isEmpty =
    !hasPullRequest && wire.url === '' && wire.additions + wire.deletions + wire.changed_files === 0;
  if (isEmpty) return null;
  return {
    url: wire.url,
    pullRequest: hasPullRequest
      ? {
          number: wire.pr_number,
          state: wire.pull_request_state,
          title: wire.pull_request_title,
          isDraft: wire.pull_request_draft,
          isApproved: wire.approved,
          changesRequested: wire.changes_requested,
        }
      : null,
    additions: wire.additions,
    deletions: wire.deletions,
    files: wire.changed_files,
  };
}
