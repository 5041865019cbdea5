import type { ChatExtension } from '../domain/chat-extension.ts';
import { BackendError, errorReason, NoTokenError, UsageError } from '../domain/errors.ts';
import { type Message, onlyTextOf } from '../domain/message.ts';
import { plainTextOf } from '../domain/message-text.ts';
import { asksUser, needsAttention } from '../domain/needs-attention.ts';
import { phaseOf } from '../domain/phase.ts';
import type { Question } from '../domain/question.ts';
import type { ChatChanges, ChatFacts, CoderTaskFacts, Task } from '../domain/task.ts';
import { kindOf, questionJson, wireState } from '../domain/task-json.ts';
import { isoTime } from '../domain/text/format.ts';
import { describeSystemError } from '../platform/system-error.ts';
import { TimedOut } from './exit-code.ts';
import { listedQuestions } from './open-questions.ts';

/**
 * The JSON of a task: the field names of its server's API, plus `kind`, `phase`, `needs_you` and `question`, and
 * `children` for a chat: the chats of its sub-agents. Scripts depend on it: fields may be added, never renamed or removed.
 * Several questions that were asked together are in `questions`. The parameter `questions` has by default those that the
 * task itself holds.
 */
export function taskJson(
  task: Task,
  now: number,
  children: readonly Task[] = [],
  questions: readonly Question[] = listedQuestions(task),
): TaskJson {
  const phase = phaseOf(task, now);
  const { facts } = task;
  return {
    ...(facts.kind === 'chat' ? chatFields(task, facts) : coderTaskFields(task, facts)),
    kind: kindOf(task),
    phase,
    needs_you: needsAttention(task, phase) || children.some(asksUser),
    question: questionJson(questions[0]),
    ...(questions.length > 1 && { questions: questions.map(questionJson) }),
    ...(facts.kind === 'chat' && { children: children.map((child) => taskJson(child, now)) }),
  };
}

type TaskJson = Readonly<Record<string, unknown>>;

const coderTaskFields = (task: Task, facts: CoderTaskFacts) => ({
  id: task.id,
  organization_id: facts.organizationId,
  owner_id: task.ownerId,
  owner_name: task.ownerName,
  owner_avatar_url: facts.ownerAvatarUrl,
  name: task.name,
  display_name: task.displayName,
  template_id: facts.templateId,
  template_version_id: facts.templateVersionId,
  template_name: facts.templateName,
  template_display_name: facts.templateDisplayName,
  template_icon: facts.templateIcon,
  workspace_id: facts.workspaceId,
  workspace_name: facts.workspaceName,
  workspace_status: facts.workspaceStatus,
  workspace_build_number: facts.buildNumber,
  workspace_agent_id: facts.agentId,
  workspace_agent_lifecycle: facts.agentLifecycle,
  workspace_agent_health: facts.agentHealth,
  workspace_app_id: facts.appId,
  initial_prompt: task.initialPrompt,
  status: facts.status,
  current_state: task.state && {
    timestamp: isoTime(task.state.at),
    state: wireState(task.state.state),
    message: task.state.message,
    uri: task.state.uri,
  },
  created_at: isoTime(task.createdAt),
  updated_at: isoTime(task.updatedAt),
});

const chatFields = (task: Task, facts: ChatFacts) => ({
  id: task.id,
  organization_id: facts.organizationId,
  owner_id: task.ownerId,
  owner_username: task.ownerName,
  name: task.name,
  title: task.displayName,
  status: facts.status,
  queued_for_capacity: facts.queuedForCapacity,
  plan_mode: facts.planMode ? 'plan' : '',
  last_model_config_id: facts.modelId,
  last_reasoning_effort: facts.effort,
  last_turn_summary: facts.summary,
  last_error: facts.lastError,
  diff_status: facts.changes && changesFields(facts.changes),
  parent_chat_id: facts.parentId,
  workspace_id: facts.workspaceId,
  archived: facts.archived,
  shared: facts.shared,
  pin_order: facts.pinOrder,
  has_unread: facts.unread,
  ...(facts.extension !== undefined && extensionFields(facts.extension)),
  created_at: isoTime(task.createdAt),
  updated_at: isoTime(task.updatedAt),
});

const extensionFields = ({
  directory,
  agent,
  permissionMode,
  stage,
  checklist,
  worktree,
}: ChatExtension) => ({
  directory,
  agent,
  permission_mode: permissionMode,
  stage: stage && { name: stage.name, since: isoTime(stage.since) },
  plan: checklist,
  worktree,
});

const changesFields = ({ url, additions, deletions, files, pullRequest }: ChatChanges) => ({
  url,
  additions,
  deletions,
  changed_files: files,
  ...(pullRequest !== null && {
    pr_number: pullRequest.number,
    pull_request_state: pullRequest.state,
    pull_request_title: pullRequest.title,
    pull_request_draft: pullRequest.isDraft,
    approved: pullRequest.isApproved,
    changes_requested: pullRequest.changesRequested,
  }),
});

/** A log entry with the field names of the Tasks API, and with `parts` unless the message is only text. */
export const messageJson = (message: Message) => ({
  id: message.id,
  content: plainTextOf(message),
  type: message.role === 'user' ? 'input' : 'output',
  time: isoTime(message.at),
  ...(onlyTextOf(message) === null && { parts: message.parts }),
});

export interface ErrorJson {
  readonly kind: string;
  readonly message: string;
  /** The next step for the user, or empty. */
  readonly hint: string;
  /** HTTP status, if the server answered. */
  readonly status?: number;
}

export function errorJson(error: unknown): ErrorJson {
  if (!(error instanceof BackendError)) {
    return { kind: errorKindOf(error), message: describeSystemError(error), hint: '' };
  }
  const status = error.status === undefined ? {} : { status: error.status };
  return { kind: error.kind, message: errorReason(error), hint: error.hint ?? '', ...status };
}

function errorKindOf(error: unknown): string {
  if (error instanceof NoTokenError) return 'signed-out';
  if (error instanceof UsageError) return 'usage';
  return error instanceof TimedOut ? 'timeout' : 'failed';
}
