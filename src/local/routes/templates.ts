import type { AgentCommand } from '../../config/agent-command.ts';
import { templateIdOf } from '../agents/template-ids.ts';
import { noSuchObject } from '../refusal.ts';
import { answer, type Context } from '../router.ts';
import { isOurs } from '../search.ts';
import { wireTemplateOf, wireVersionOf } from '../wire-template.ts';
import type { Site } from './shared.ts';

/** Agent commands as templates (contract, section 8). */
export function templateRoutes(site: Site): void {
  const { router, tasks, me, user } = site;
  const list = (context: Context): Response =>
    answer(
      context,
      searched(tasks.agents, context.req.query('q') ?? '').map((agent) => wireTemplateOf(agent, me)),
    );
  const ofOrganization = (context: Context): void => {
    if (!isOurs(context.req.param('organization') ?? '', me)) throw noSuchObject();
  };
  const named = (context: Context): AgentCommand => {
    ofOrganization(context);
    return found(tasks.agents.find((agent) => agent.name === context.req.param('name')?.toLowerCase()));
  };
  const versionOf = (context: Context): AgentCommand =>
    found(tasks.agentOfVersion(context.req.param('version') ?? ''));

  router.on('GET', '/api/v2/templates', user, list);
  router.on('GET', '/api/v2/templates/:template', user, (context) => {
    const id = context.req.param('template')?.toLowerCase();
    return answer(
      context,
      wireTemplateOf(found(tasks.agents.find((agent) => templateIdOf(agent) === id)), me),
    );
  });
  router.on('GET', '/api/v2/organizations/:organization/templates', user, (context) => {
    ofOrganization(context);
    return list(context);
  });
  router.on('GET', '/api/v2/organizations/:organization/templates/:name', user, (context) =>
    answer(context, wireTemplateOf(named(context), me)),
  );
  router.on('GET', '/api/v2/organizations/:organization/templates/:name/versions/:word', user, (context) => {
    const agent = named(context);
    if (context.req.param('word') !== agent.name) throw noSuchObject();
    return answer(context, wireVersionOf(agent, me));
  });
  router.on('GET', '/api/v2/templateversions/:version', user, (context) =>
    answer(context, wireVersionOf(versionOf(context), me)),
  );
  router.on('GET', '/api/v2/templateversions/:version/presets', user, (context) => {
    versionOf(context);
    return answer(context, null);
  });
  router.on('GET', '/api/v2/templateversions/:version/external-auth', user, (context) => {
    versionOf(context);
    return answer(context, []);
  });
}

/** All of them are for tasks, and none is deprecated; bare words look into the names. */
function searched(agents: readonly AgentCommand[], query: string): readonly AgentCommand[] {
  const terms = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (terms.includes('has-ai-task:false') || terms.includes('deprecated:true')) return [];
  const words = terms.filter((term) => !term.includes(':'));
  const exact = terms.find((term) => term.startsWith('exact_name:'))?.slice('exact_name:'.length);
  return agents.filter(
    (agent) =>
      (exact === undefined || agent.name === exact) && words.every((word) => agent.name.includes(word)),
  );
}

function found(agent: AgentCommand | null | undefined): AgentCommand {
  if (agent === null || agent === undefined) throw noSuchObject();
  return agent;
}
