import type { AgentDefinition } from '../../config/agent-definition.ts';
import { templateIdOf } from '../agents/template-ids.ts';
import type { BuildRow, MessageRow, TaskRow } from '../database/row-types.ts';
import { wireTime } from '../http/wire-json.ts';
import { derivedId } from '../ids.ts';
import type { ServerIdentity } from '../server-identity.ts';
import { statusOf, workspaceStatusOf } from './task-status.ts';

export const agentIdOf = (build: BuildRow): string => derivedId('agent', build.id);
export const appIdOf = (build: BuildRow): string => derivedId('app', build.id);

export interface TemplateLabels {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
}

/** Labels of a task's template. Without an agent command (`agent` null), only its name is known. */
export const templateLabelsOf = (task: TaskRow, agent: AgentDefinition | null): TemplateLabels =>
  agent === null
    ? { id: derivedId('template', task.agent), name: task.agent, displayName: '' }
    : { id: templateIdOf(agent), name: agent.name, displayName: agent.displayName };

/** A task as in section 5 of the contract. */
export function wireTaskOf(
  task: TaskRow,
  build: BuildRow | null,
  agent: AgentDefinition | null,
  me: ServerIdentity,
): Readonly<Record<string, unknown>> {
  const status = statusOf(build);
  const isUp = status === 'active' && build !== null;
  const template = templateLabelsOf(task, agent);
  return {
    id: task.id,
    organization_id: me.organizationId,
    owner_id: me.userId,
    owner_name: me.username,
    name: task.name,
    display_name: task.display_name,
    template_id: template.id,
    template_version_id: task.template_version_id,
    template_name: template.name,
    template_display_name: template.displayName,
    template_icon: '',
    workspace_id: task.workspace_id,
    workspace_name: task.name,
    workspace_status: build === null ? undefined : workspaceStatusOf(build),
    workspace_build_number: build?.number,
    workspace_agent_id: isUp ? agentIdOf(build) : null,
    workspace_agent_lifecycle: isUp ? 'ready' : null,
    workspace_agent_health: isUp ? { healthy: true } : null,
    workspace_app_id: isUp ? appIdOf(build) : null,
    initial_prompt: task.input,
    status,
    current_state: currentStateOf(task, build, status),
    directory: task.directory,
    owns_directory: task.owns_directory === 1,
    created_at: wireTime(task.created_at),
    updated_at: wireTime(task.updated_at),
  };
}

/** The agent's last report since the latest start; while the task starts, the server's own report. */
function currentStateOf(
  task: TaskRow,
  build: BuildRow | null,
  status: string,
): Readonly<Record<string, string>> | null {
  const isStale = build?.transition === 'start' && task.state_at < build.created_at;
  if (task.state !== null && !isStale) return report(task.state_at, task.state, task.state_message);
  if (status !== 'initializing') return null;
  return report(build?.created_at ?? task.created_at, 'working', 'Workspace is starting');
}

const report = (at: number, state: string, message: string): Readonly<Record<string, string>> => ({
  timestamp: wireTime(at),
  state,
  message,
  uri: '',
});

export const wireLogOf = (message: MessageRow): Readonly<Record<string, unknown>> => ({
  id: message.id,
  content: message.content,
  type: message.type,
  time: wireTime(message.time),
});
