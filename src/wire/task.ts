import * as z from 'zod/mini';
import { optionalId, optionalText, timestamp, withDefault } from './common.ts';

const stateReport = z.object({
  timestamp: timestamp,
  state: z.string(),
  message: optionalText,
  uri: optionalText,
});

/** A task in a response. Only the indispensable fields are required. */
export const wireTask = z.object({
  id: z.string(),
  organization_id: optionalText,
  owner_id: optionalText,
  owner_name: z.string(),
  owner_avatar_url: optionalText,
  name: z.string(),
  display_name: optionalText,
  template_id: optionalText,
  template_version_id: optionalText,
  template_name: optionalText,
  template_display_name: optionalText,
  template_icon: optionalText,
  workspace_id: optionalId,
  workspace_name: optionalText,
  workspace_status: optionalText,
  workspace_build_number: withDefault(z.number(), 0),
  workspace_agent_id: optionalId,
  workspace_agent_lifecycle: withDefault(z.string(), null),
  workspace_agent_health: withDefault(z.object({ healthy: z.boolean(), reason: optionalText }), null),
  workspace_app_id: optionalId,
  initial_prompt: optionalText,
  status: z.string(),
  current_state: withDefault(stateReport, null),
  /** Local server only: absolute. `owns_directory`: the server created it for the task and deletes it with the task. */
  directory: optionalText,
  owns_directory: withDefault(z.boolean(), false),
  created_at: timestamp,
  updated_at: timestamp,
});
export type WireTask = z.infer<typeof wireTask>;

export const wireTaskList = z.object({ tasks: z.nullable(z.array(wireTask)) });
export type WireTaskList = z.infer<typeof wireTaskList>;

/**
 * Local server with the extension `environment` only: the variables of the user's shell, at most 1 MiB. The task keeps
 * them until a later request has others.
 */
const environment = z.optional(z.record(z.string(), z.string()));

export const createTaskRequest = z.object({
  template_version_id: z.string(),
  input: z.string(),
  template_version_preset_id: z.optional(z.string()),
  name: z.optional(z.string()),
  display_name: z.optional(z.string()),
  /** Local server only: absolute. Coder ignores the field. */
  directory: z.optional(z.string()),
  environment,
});
export type CreateTaskRequest = z.infer<typeof createTaskRequest>;

/** For `send` and `PATCH …/input`. */
export const inputRequest = z.object({ input: z.string(), environment });
export type InputRequest = z.infer<typeof inputRequest>;

/** For `resume`. Coder takes no body. */
export const resumeRequest = z.object({ environment });
