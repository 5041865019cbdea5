import type { AgentDefinition } from '../../config/agent-definition.ts';
import { templateIdOf, versionIdOf } from '../agents/template-ids.ts';
import { wireTime } from '../http/wire-json.ts';
import type { ServerIdentity } from '../server-identity.ts';

/** An agent command as a template. */
export function wireTemplateOf(
  agent: AgentDefinition,
  me: ServerIdentity,
): Readonly<Record<string, unknown>> {
  return {
    id: templateIdOf(agent),
    created_at: wireTime(me.createdAt),
    updated_at: wireTime(me.createdAt),
    organization_id: me.organizationId,
    organization_name: me.organizationName,
    organization_display_name: 'This machine',
    organization_icon: '',
    name: agent.name,
    display_name: agent.displayName,
    provisioner: 'taskdeck',
    active_version_id: versionIdOf(agent),
    active_user_count: 1,
    build_time_stats: {
      start: { P50: null, P95: null },
      stop: { P50: null, P95: null },
      delete: { P50: null, P95: null },
    },
    description: agent.description,
    deprecated: false,
    deprecation_message: '',
    icon: '',
    default_ttl_ms: 0,
    activity_bump_ms: 0,
    created_by_id: me.userId,
    created_by_name: me.username,
    allow_user_cancel_workspace_jobs: true,
    require_active_version: false,
    max_port_share_level: 'owner',
  };
}

export function wireVersionOf(agent: AgentDefinition, me: ServerIdentity): Readonly<Record<string, unknown>> {
  return {
    id: versionIdOf(agent),
    template_id: templateIdOf(agent),
    organization_id: me.organizationId,
    created_at: wireTime(me.createdAt),
    updated_at: wireTime(me.createdAt),
    name: agent.name,
    message: '',
    readme: '',
    created_by: { id: me.userId, username: me.username },
    archived: false,
    has_external_agent: false,
  };
}
