import type { AgentDefinition } from '../../config/agent-definition.ts';
import { templateIdOf } from '../agents/template-ids.ts';
import { resourceNotFound } from '../http/error-response.ts';
import { type Context, sendJson } from '../http/router.ts';
import { isOwnOrganization } from '../tasks/task-search.ts';
import { wireTemplateOf, wireVersionOf } from '../tasks/wire-template.ts';
import type { RouteContext } from './route-context.ts';

/** Routes that show agent commands as templates (contract, section 8). */
export function templateRoutes({ router, tasks, me, requireToken }: RouteContext): void {
  const list = (context: Context): Response =>
    sendJson(
      context,
      searchAgents(tasks.offeredAgents, context.req.query('q') ?? '').map((agent) =>
        wireTemplateOf(agent, me),
      ),
    );
  const requireOrganization = (context: Context): void => {
    if (!isOwnOrganization(context.req.param('organization') ?? '', me)) throw resourceNotFound();
  };
  const agentFromPath = (context: Context): AgentDefinition => {
    requireOrganization(context);
    return requireAgent(
      tasks.agents.find((agent) => agent.name === context.req.param('name')?.toLowerCase()),
    );
  };
  const agentFromVersion = (context: Context): AgentDefinition =>
    requireAgent(tasks.agentByVersion(context.req.param('version') ?? ''));

  router.on('GET', '/api/v2/templates', requireToken, list);
  router.on('GET', '/api/v2/templates/:template', requireToken, (context) => {
    const id = context.req.param('template')?.toLowerCase();
    return sendJson(
      context,
      wireTemplateOf(requireAgent(tasks.agents.find((agent) => templateIdOf(agent) === id)), me),
    );
  });
  router.on('GET', '/api/v2/organizations/:organization/templates', requireToken, (context) => {
    requireOrganization(context);
    return list(context);
  });
  router.on('GET', '/api/v2/organizations/:organization/templates/:name', requireToken, (context) =>
    sendJson(context, wireTemplateOf(agentFromPath(context), me)),
  );
  router.on(
    'GET',
    '/api/v2/organizations/:organization/templates/:name/versions/:version',
    requireToken,
    (context) => {
      const agent = agentFromPath(context);
      if (context.req.param('version') !== agent.name) throw resourceNotFound();
      return sendJson(context, wireVersionOf(agent, me));
    },
  );
  router.on('GET', '/api/v2/templateversions/:version', requireToken, (context) =>
    sendJson(context, wireVersionOf(agentFromVersion(context), me)),
  );
  router.on('GET', '/api/v2/templateversions/:version/presets', requireToken, (context) => {
    agentFromVersion(context);
    return sendJson(context, null);
  });
  router.on('GET', '/api/v2/templateversions/:version/external-auth', requireToken, (context) => {
    agentFromVersion(context);
    return sendJson(context, []);
  });
}

/** All local templates are for tasks, and none is deprecated. Words without a key match parts of names. */
function searchAgents(agents: readonly AgentDefinition[], query: string): readonly AgentDefinition[] {
  const terms = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (terms.includes('has-ai-task:false') || terms.includes('deprecated:true')) return [];
  const words = terms.filter((term) => !term.includes(':'));
  const exact = terms.find((term) => term.startsWith('exact_name:'))?.slice('exact_name:'.length);
  return agents.filter(
    (agent) =>
      (exact === undefined || agent.name === exact) && words.every((word) => agent.name.includes(word)),
  );
}

function requireAgent(agent: AgentDefinition | null | undefined): AgentDefinition {
  if (agent === null || agent === undefined) throw resourceNotFound();
  return agent;
}
