import type { Build, BuildLogLine } from '../domain/build.ts';
import { type Message, textParts } from '../domain/message.ts';
import { isPlausibleTime } from '../domain/plausible-time.ts';
import type { BuildDurations, ExternalAuth, Preset, Template, User } from '../domain/ports/backend.ts';
import { type AgentState, type CoderTask, TASKS } from '../domain/task.ts';
import type { Transcript } from '../domain/transcript.ts';
import type { WireBuild, WireBuildLog } from '../wire/build.ts';
import type { WireUser } from '../wire/server.ts';
import type { WireTask } from '../wire/task.ts';
import type { WireExternalAuth, WirePreset, WireTemplate } from '../wire/template.ts';
import type { WireTranscript } from '../wire/transcript.ts';

/** Servers send `failure` and `complete`; Coder's SDK defines `failed` and `completed`. */
const AGENT_STATES: ReadonlyMap<string, AgentState> = new Map([
  ['working', 'working'],
  ['idle', 'idle'],
  ['complete', 'complete'],
  ['completed', 'complete'],
  ['failure', 'failed'],
  ['failed', 'failed'],
]);

/** `skewMs` is how far the server's clock is ahead; the task has times by our clock. */
export function toTask(wire: WireTask, skewMs: number): CoderTask {
  const report = wire.current_state;
  return {
    id: wire.id,
    source: TASKS,
    name: wire.name,
    displayName: wire.display_name,
    ownerId: wire.owner_id,
    ownerName: wire.owner_name,
    initialPrompt: wire.initial_prompt,
    state: report && {
      state: AGENT_STATES.get(report.state) ?? 'unknown',
      message: report.message,
      uri: report.uri,
      at: withoutSkew(report.timestamp, skewMs),
    },
    createdAt: withoutSkew(wire.created_at, skewMs),
    updatedAt: withoutSkew(wire.updated_at, skewMs),
    facts: {
      kind: 'coder-task',
      status: wire.status,
      organizationId: wire.organization_id,
      ownerAvatarUrl: wire.owner_avatar_url,
      templateId: wire.template_id,
      templateVersionId: wire.template_version_id,
      templateName: wire.template_name,
      templateDisplayName: wire.template_display_name,
      templateIcon: wire.template_icon,
      workspaceId: wire.workspace_id,
      workspaceName: wire.workspace_name,
      workspaceStatus: wire.workspace_status,
      buildNumber: wire.workspace_build_number,
      agentId: wire.workspace_agent_id,
      agentLifecycle: wire.workspace_agent_lifecycle,
      agentHealth: wire.workspace_agent_health,
      appId: wire.workspace_app_id,
      directory: wire.directory === '' ? null : { path: wire.directory, owned: wire.owns_directory },
    },
  };
}

/** Implausible times, such as Go's zero time, stay unchanged. */
export const withoutSkew = (at: number, skewMs: number): number => (isPlausibleTime(at) ? at - skewMs : at);

export function toTranscript(wire: WireTranscript): Transcript {
  return {
    messages: (wire.logs ?? []).map(
      (entry): Message => ({
        id: entry.id,
        role: entry.type === 'input' ? 'user' : 'agent',
        parts: textParts(entry.content),
        at: entry.time,
      }),
    ),
    snapshot: wire.snapshot,
    snapshotAt: wire.snapshot_at,
  };
}

/** `skewMs` as above. */
export function toBuild(wire: WireBuild, skewMs: number): Build {
  const withoutSkewOrNull = (at: number | null | undefined): number | null =>
    at == null || !isPlausibleTime(at) ? null : at - skewMs;
  return {
    id: wire.id,
    number: wire.build_number,
    transition: wire.transition,
    status: wire.job?.status ?? '',
    error: wire.job?.error ?? '',
    queuePosition: wire.job?.queue_position ?? 0,
    queueSize: wire.job?.queue_size ?? 0,
    createdAt: withoutSkewOrNull(wire.job?.created_at ?? wire.created_at),
    startedAt: withoutSkewOrNull(wire.job?.started_at),
    completedAt: withoutSkewOrNull(wire.job?.completed_at),
    ...(wire.template_version_preset_id !== null && { presetId: wire.template_version_preset_id }),
    ...(wire.template_version_name !== '' && { templateVersion: wire.template_version_name }),
    ...(wire.reason !== '' && { reason: wire.reason }),
  };
}

export function toTemplate(wire: WireTemplate): Template {
  return {
    id: wire.id,
    name: wire.name,
    displayName: wire.display_name,
    description: wire.description,
    activeVersionId: wire.active_version_id,
    organizationName: wire.organization_name,
    buildDurations: {
      start: toBuildTime(wire.build_time_stats?.start),
      stop: toBuildTime(wire.build_time_stats?.stop),
    },
  };
}

type WireBuildTime = { readonly P50: number | null; readonly P95: number | null } | null | undefined;

const toBuildTime = (wire: WireBuildTime): BuildDurations => ({
  p50Ms: wire?.P50 ?? null,
  p95Ms: wire?.P95 ?? null,
});

/** The parameter with which a preset sets the prompt; Coder's web form makes the prompt read-only then. */
const PROMPT_PARAMETER = 'AI Prompt';

export function toPreset(wire: WirePreset): Preset {
  return {
    id: wire.ID,
    name: wire.Name,
    description: wire.Description,
    isDefault: wire.Default,
    prompt: wire.Parameters?.find(({ Name }) => Name === PROMPT_PARAMETER)?.Value ?? null,
  };
}

export const toUser = ({ id, username, name }: WireUser): User => ({ id, username, name });

export function toExternalAuth(wire: WireExternalAuth): ExternalAuth {
  return {
    id: wire.id,
    name: wire.display_name || wire.type || wire.id,
    url: wire.authenticate_url,
    done: wire.authenticated,
    required: !wire.optional,
  };
}

export function toBuildLogLine(wire: WireBuildLog): BuildLogLine {
  return {
    id: wire.id,
    at: wire.created_at,
    level: wire.log_level,
    stage: wire.stage,
    output: wire.output,
  };
}
