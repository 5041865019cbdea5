import * as z from 'zod/mini';
import { optionalId, optionalText, timestamp, withDefault } from './common.ts';

export const wireBuild = z.object({
  id: z.string(),
  build_number: withDefault(z.number(), 0),
  transition: optionalText,
  reason: optionalText,
  template_version_name: optionalText,
  template_version_preset_id: optionalId,
  created_at: withDefault(timestamp, null),
  job: withDefault(
    z.object({
      status: optionalText,
      error: optionalText,
      queue_position: withDefault(z.number(), 0),
      queue_size: withDefault(z.number(), 0),
      created_at: withDefault(timestamp, null),
      started_at: withDefault(timestamp, null),
      completed_at: withDefault(timestamp, null),
    }),
    null,
  ),
});
export type WireBuild = z.infer<typeof wireBuild>;

/** The response to pause and resume. An intermediate version returns only the build's id. */
export const transitionResponse = z.union([
  z.object({ workspace_build: wireBuild }),
  z.object({ workspace_build_id: z.string() }),
]);

/** GET …/workspaces/{id} */
export const wireWorkspace = z.object({ latest_build: wireBuild });

/** POST …/workspaces/{id}/builds */
const createBuildRequest = z.object({ transition: z.enum(['start', 'stop', 'delete']) });
export type CreateBuildRequest = z.infer<typeof createBuildRequest>;

/** GET …/workspaceagents/{id}/logs: the output of the start-up scripts. */
export const wireAgentLogs = z.nullable(
  z.array(z.object({ id: z.number(), created_at: timestamp, output: optionalText, level: optionalText })),
);

const wireBuildLog = z.object({
  id: z.number(),
  created_at: timestamp,
  log_source: optionalText,
  log_level: optionalText,
  stage: optionalText,
  output: optionalText,
});
export type WireBuildLog = z.infer<typeof wireBuildLog>;
/** GET …/workspacebuilds/{id}/logs */
export const wireBuildLogs = z.nullable(z.array(wireBuildLog));
