import * as z from 'zod/mini';
import { timestamp, withDefault } from './common.ts';

/*
 * Coder's Chats, 2.33 and newer. The servers of these versions differ in many fields, and a field of another type must
 * not hide a chat: only ids and times are required, everything else has a default.
 */

const text = z.catch(withDefault(z.string(), ''), '');
const textOrNull = z.catch(withDefault(z.string(), null), null);
const number = z.catch(withDefault(z.number(), 0), 0);
const numberOrNull = z.catch(withDefault(z.number(), null), null);
const flag = z.catch(withDefault(z.boolean(), false), false);
const flagOrNull = z.catch(withDefault(z.boolean(), null), null);
const timeOrNull = z.catch(withDefault(timestamp, null), null);

/** The zero UUID stands for none. */
const NO_ID = '00000000-0000-0000-0000-000000000000';
const idOrNull = z.pipe(
  textOrNull,
  z.transform((id) => (id === '' || id === NO_ID ? null : id)),
);

const diffStatus = z.object({
  url: text,
  /** Empty or missing for a branch without a pull request. */
  pull_request_state: text,
  pull_request_title: text,
  pull_request_draft: flag,
  changes_requested: flag,
  approved: flag,
  pr_number: numberOrNull,
  additions: number,
  deletions: number,
  changed_files: number,
});

/** An object; a plain string until about 2.33. */
const lastErrorFields = z.union([
  z.pipe(
    z.string(),
    z.transform((message) => ({ kind: '', message, detail: '' })),
  ),
  z.object({ kind: text, message: text, detail: text }),
]);
export const wireLastError = z.catch(withDefault(lastErrorFields, null), null);
export type WireLastError = z.infer<typeof wireLastError>;

/** The additions of taskdeck's own server to a chat; missing elsewhere. See local-extension.ts. */
const extensionFields = {
  directory: text,
  agent: z.catch(withDefault(z.object({ name: text, version: text }), null), null),
  /** Missing: the server has no permission requests. */
  permission_mode: text,
  stage: z.catch(withDefault(z.object({ name: text, since: timestamp }), null), null),
  plan: z.catch(withDefault(z.array(z.object({ content: text, priority: text, status: text })), []), []),
  commands: z.catch(withDefault(z.array(z.object({ name: text, description: text })), []), []),
  worktree: z.catch(
    withDefault(
      z.object({
        path: text,
        repository: text,
        branch: text,
        base: text,
        state: text,
        ahead: number,
        behind: number,
        dirty: number,
        untracked: number,
      }),
      null,
    ),
    null,
  ),
};

const chatFields = {
  id: z.string(),
  organization_id: text,
  owner_id: text,
  owner_username: text,
  workspace_id: idOrNull,
  agent_id: idOrNull,
  parent_chat_id: idOrNull,
  last_model_config_id: idOrNull,
  last_reasoning_effort: text,
  title: text,
  status: text,
  plan_mode: text,
  last_error: wireLastError,
  last_turn_summary: text,
  diff_status: z.catch(withDefault(diffStatus, null), null),
  created_at: timestamp,
  updated_at: timestamp,
  archived: flag,
  shared: flag,
  pin_order: number,
  /** Null or missing: this server does not say. */
  has_unread: flagOrNull,
  /** Only in the answer about a single chat; elsewhere null. */
  queued_for_capacity: flagOrNull,
  ...extensionFields,
};

const wireChildChat = z.object(chatFields);

/** A chat, with its sub-agents when it is a root chat. */
export const wireChat = z.object({ ...chatFields, children: withDefault(z.array(wireChildChat), []) });
export type WireChat = z.infer<typeof wireChat>;
export type WireChildChat = z.infer<typeof wireChildChat>;

/** A list is a bare array of root chats. */
export const wireChatList = withDefault(z.array(wireChat), []);

/**
 * A part of a message. Servers send the fields of other types as well, empty: dispatch on `type` only. The arguments and
 * the result of a tool are any JSON data.
 */
export const wireChatPart = z.looseObject({
  type: text,
  text,
  created_at: timeOrNull,
  completed_at: timeOrNull,
  tool_call_id: text,
  tool_name: text,
  args: z.optional(z.unknown()),
  result: z.optional(z.unknown()),
  is_error: flag,
  is_media: flag,
  url: text,
  title: text,
  media_type: text,
  name: text,
  file_name: text,
  start_line: number,
  end_line: number,
  content: text,
  context_file_path: text,
  context_file_truncated: flag,
  skill_name: text,
  skill_description: text,
  workspace_file_path: text,
  /** Of a tool call, only from taskdeck's own server, like `title`, `locations` and `diff` of one. */
  kind: text,
  status: text,
  locations: z.optional(z.unknown()),
  diff: z.optional(z.unknown()),
});
export type WireChatPart = z.infer<typeof wireChatPart>;

const content = withDefault(z.array(wireChatPart), []);

const usage = z.object({
  input_tokens: number,
  output_tokens: number,
  cache_read_tokens: number,
  cache_creation_tokens: number,
  total_tokens: number,
  context_limit: number,
});

export const wireChatMessage = z.object({
  id: z.number(),
  created_at: timestamp,
  created_by: idOrNull,
  role: text,
  content,
  /** Of the model's answers. */
  usage: z.catch(withDefault(usage, null), null),
  /** The queue row that it was promoted from. Newest servers only. */
  queued_message_id: numberOrNull,
});
export type WireChatMessage = z.infer<typeof wireChatMessage>;

export const wireQueuedMessage = z.object({
  /** Of a sequence of its own, not a message id. */
  id: z.number(),
  created_at: timestamp,
  content,
});
export type WireQueuedMessage = z.infer<typeof wireQueuedMessage>;

/**
 * A page of messages: newest first, except with `after_id` alone. `queued_messages` is filled only in the answer to a
 * request without a cursor.
 */
export const wireChatMessages = z.object({
  messages: withDefault(z.array(wireChatMessage), []),
  queued_messages: withDefault(z.array(wireQueuedMessage), []),
  has_more: flag,
});
export type WireChatMessages = z.infer<typeof wireChatMessages>;

/** The cost of a chat, with its sub-agents. */
export const wireChatCost = z.object({
  total_cost_micros: z.number(),
  unpriced_request_count: number,
});

/** The changes of a chat against the base; `diff` is empty when the server cannot read them. */
export const wireChatDiff = z.object({
  remote_origin: text,
  branch: text,
  pull_request_url: text,
  diff: text,
});

/** A frame of the stream of uncommitted changes. */
export const wireGitFrame = z.object({
  type: text,
  message: text,
  repositories: withDefault(
    z.array(z.object({ repo_root: text, branch: text, remote_origin: text, unified_diff: text })),
    [],
  ),
});
