import type { AgentDefinition } from '../../config/agent-definition.ts';
import type { BuildRow, TaskRow } from '../database/row-types.ts';
import { wireTime } from '../http/wire-json.ts';
import { derivedId } from '../ids.ts';
import type { ServerIdentity } from '../server-identity.ts';
import { workspaceStatusOf } from './task-status.ts';
import { agentIdOf, appIdOf, templateLabelsOf } from './wire-task.ts';

type WireObject = Readonly<Record<string, unknown>>;

const NO_TIME = '0001-01-01T00:00:00Z';

/** A workspace build. Only a start that succeeded has resources. */
export function wireBuildOf(
  task: TaskRow,
  build: BuildRow,
  agent: AgentDefinition | null,
  me: ServerIdentity,
): WireObject {
  const template = templateLabelsOf(task, agent);
  return {
    id: build.id,
    created_at: wireTime(build.created_at),
    updated_at: wireTime(build.completed_at ?? build.started_at ?? build.created_at),
    workspace_id: task.workspace_id,
    workspace_name: task.name,
    workspace_owner_id: me.userId,
    workspace_owner_name: me.username,
    template_version_id: task.template_version_id,
    template_version_name: template.name,
    build_number: build.number,
    transition: build.transition,
    initiator_id: me.userId,
    initiator_name: me.username,
    job: jobOf(task, build, me, template),
    reason: build.reason,
    resources: resourcesOf(task, build),
    deadline: NO_TIME,
    max_deadline: NO_TIME,
    status: workspaceStatusOf(build),
    daily_cost: 0,
    template_version_preset_id: null,
    has_ai_task: true,
    has_external_agent: false,
  };
}

export function wireWorkspaceOf(
  task: TaskRow,
  build: BuildRow,
  agent: AgentDefinition | null,
  me: ServerIdentity,
): WireObject {
  const template = templateLabelsOf(task, agent);
  return {
    id: task.workspace_id,
    created_at: wireTime(task.created_at),
    updated_at: wireTime(task.updated_at),
    owner_id: me.userId,
    owner_name: me.username,
    organization_id: me.organizationId,
    organization_name: me.organizationName,
    template_id: template.id,
    template_name: template.name,
    template_display_name: template.displayName,
    template_icon: '',
    template_active_version_id: task.template_version_id,
    latest_build: wireBuildOf(task, build, agent, me),
    latest_app_status: appStatusOf(task, build),
    outdated: false,
    name: task.name,
    last_used_at: wireTime(task.updated_at),
    health: { healthy: build.status !== 'failed', failing_agents: [] },
    automatic_updates: 'never',
    favorite: false,
    task_id: task.id,
  };
}

/** JSON omits the times that are undefined. */
function jobOf(
  task: TaskRow,
  build: BuildRow,
  me: ServerIdentity,
  template: { readonly id: string; readonly name: string; readonly displayName: string },
): WireObject {
  return {
    id: derivedId('job', build.id),
    created_at: wireTime(build.created_at),
    started_at: optionalWireTime(build.started_at),
    completed_at: optionalWireTime(build.completed_at),
    canceled_at: optionalWireTime(build.canceled_at),
    error: build.error === '' ? undefined : build.error,
    status: build.status,
    file_id: derivedId('file', task.template_version_id),
    tags: {},
    queue_position: 0,
    queue_size: 0,
    organization_id: me.organizationId,
    initiator_id: me.userId,
    input: { workspace_build_id: build.id },
    type: 'workspace_build',
    metadata: {
      template_version_name: template.name,
      template_id: template.id,
      template_name: template.name,
      template_display_name: template.displayName,
      template_icon: '',
      workspace_id: task.workspace_id,
      workspace_name: task.name,
      workspace_build_transition: build.transition,
    },
    logs_overflowed: false,
  };
}

const optionalWireTime = (at: number | null): string | undefined => (at === null ? undefined : wireTime(at));

function resourcesOf(task: TaskRow, build: BuildRow): readonly WireObject[] {
  if (build.transition !== 'start' || build.status !== 'succeeded') return [];
  const status = appStatusOf(task, build);
  const at = wireTime(build.completed_at ?? build.created_at);
  return [
    {
      id: derivedId('resource', build.id),
      created_at: at,
      job_id: derivedId('job', build.id),
      workspace_transition: build.transition,
      type: 'taskdeck_process',
      name: task.agent,
      hide: false,
      icon: '',
      agents: [
        {
          id: agentIdOf(build),
          parent_id: null,
          created_at: at,
          updated_at: at,
          status: 'connected',
          lifecycle_state: 'ready',
          name: task.agent,
          resource_id: derivedId('resource', build.id),
          architecture: process.arch,
          operating_system: process.platform,
          directory: task.directory,
          expanded_directory: task.directory,
          health: { healthy: true },
          logs_length: 0,
          logs_overflowed: false,
          log_sources: [],
          scripts: [],
          display_apps: [],
          apps: [
            {
              id: appIdOf(build),
              slug: task.agent,
              display_name: task.agent,
              external: false,
              health: 'healthy',
              hidden: true,
              statuses: status === null ? [] : [status],
            },
          ],
        },
      ],
      metadata: [],
      daily_cost: 0,
    },
  ];
}

function appStatusOf(task: TaskRow, build: BuildRow): WireObject | null {
  if (task.state === null || (build.transition === 'start' && task.state_at < build.created_at)) return null;
  return {
    id: derivedId('app status', task.id, String(task.state_at)),
    created_at: wireTime(task.state_at),
    workspace_id: task.workspace_id,
    agent_id: agentIdOf(build),
    app_id: appIdOf(build),
    state: task.state,
    message: task.state_message,
    uri: '',
    icon: '',
    needs_user_attention: task.state === 'idle',
  };
}
