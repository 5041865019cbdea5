import * as z from 'zod/mini';
import { optionalId, optionalText, timestamp, withDefault } from './common.ts';

/** `current_state`: every field is there when the object is. */
const stateReport = z.object({
  timestamp: timestamp,
  state: z.string(),
  message: optionalText,
  uri: optionalText,
});

/** A task as GET and POST answer it; see the contract's section 5. Only what a client cannot do without is required. */
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
  /** Local servers only: where the task works, absolute, and whether the directory was made for it and goes with it. */
  directory: optionalText,
  owns_directory: withDefault(z.boolean(), false),
  created_at: timestamp,
  updated_at: timestamp,
});
export type WireTask = z.infer<typeof wireTask>;

export const wireTaskList = z.object({ tasks: z.nullable(z.array(wireTask)) });
export type WireTaskList = z.infer<typeof wireTaskList>;

/**
 * Only of local servers that name the extension `environment`: the variables of the shell that asks, at most 1 MiB. Kept
 * for the task until a later request brings others.
 */
const environment = z.optional(z.record(z.string(), z.string()));

export const createTaskRequest = z.object({
  template_version_id: z.string(),
  input: z.string(),
  template_version_preset_id: z.optional(z.string()),
  name: z.optional(z.string()),
  display_name: z.optional(z.string()),
  /** Local servers only: the directory to work in, absolute; Coder does not know the field and ignores it. */
  directory: z.optional(z.string()),
  environment,
});
export type CreateTaskRequest = z.infer<typeof createTaskRequest>;

/** Of `send` and `PATCH …/input`. */
export const inputRequest = z.object({ input: z.string(), environment });
export type InputRequest = z.infer<typeof inputRequest>;

/** Of `resume`, where Coder takes no body. */
export const resumeRequest = z.object({ environment });
