import { joinSentences } from '../../domain/errors.ts';
import { type AgentState, CHATS, type ChatChanges, type ChatFacts, type Task } from '../../domain/task.ts';
import type { WireChat, WireChildChat, WireLastError } from '../../wire/chat.ts';
import { withoutSkew } from '../to-domain.ts';

/** A chat of Coder Agents. */
export interface ChatTask extends Task {
  readonly facts: ChatFacts;
}

/** A root chat, and its sub-agents in the server's order. `skewMs`: how far the server's clock is ahead. */
export const toFamily = (wire: WireChat, skewMs: number): readonly ChatTask[] => [
  toChatTask(wire, skewMs),
  ...wire.children.map((child) =>
    toChatTask({ ...child, parent_chat_id: child.parent_chat_id ?? wire.id }, skewMs),
  ),
];

/** `skewMs` as above; the task has times by our clock. Its `ownerName` is empty on servers that do not send it. */
export function toChatTask(wire: WireChildChat, skewMs: number): ChatTask {
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
    },
  };
  return withChatFacts(chat, {});
}

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
    case 'requires_action':
      return 'working';
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
function messageOf({ status, queuedForCapacity, lastError, summary }: ChatFacts): string {
  switch (status) {
    case 'running':
      return queuedForCapacity ? 'Waits until the deployment has capacity' : summary;
    case 'interrupting':
      return 'Stopping the turn';
    case 'requires_action':
      return 'Waits for a tool of the program that created it';
    case 'paused':
      return 'A queued message is being edited';
    case 'error':
      return lastError === null
        ? summary
        : joinSentences([lastError.message, ERROR_ADVICE.get(lastError.kind)]);
    default:
      return summary || (lastError?.message ?? '');
  }
}

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
