import type { AcpAgent } from '../../agents/acp-agent.ts';
import {
  AgentUnavailable,
  agentModelFrom,
  agentsToSignIn,
  type ModelSources,
  wireModelsOf,
} from '../../agents/wire-models.ts';
import type { ChatRow } from '../../chats/chat-row-types.ts';
import { ErrorResponse, resourceNotFound } from '../../http/error-response.ts';
import { sendJson } from '../../http/router.ts';
import { isOwnOrganization } from '../../tasks/task-search.ts';
import type { ChatsContext } from './chats-context.ts';
import { isGiven } from './request-fields.ts';

/** The route of the models of all agents (contract, section 1.13). */
export function modelRoutes(context: ChatsContext): void {
  const { router, chats, me, requireToken } = context;
  router.on('GET', '/api/v2/organizations/:organization/chats/models', requireToken, (request) => {
    if (!isOwnOrganization(request.req.param('organization') ?? '', me)) throw resourceNotFound();
    // The PATH of the user's shell: an extension.
    const path = request.req.query('path');
    const sources = sourcesOf(context, path === undefined ? null : { PATH: path });
    return sendJson(request, wireModelsOf(sources, agentsToSignIn(chats.chats.chats()), me));
  });
}

/** A model that a chat can have. An empty `model` is the agent's default. */
interface ChosenModel {
  readonly agent: AcpAgent;
  readonly model: string;
  /** The agent's own words for the effort; empty if it names none. */
  readonly efforts: readonly string[];
}

/**
 * The model of a new chat: that of `model_config_id`, or the default of the only installed agent. `environment`: that of
 * the request, of which the PATH counts. Throws 400s.
 */
export function modelOfNewChat(
  id: unknown,
  environment: Readonly<Record<string, string>> | null,
  context: ChatsContext,
): ChosenModel {
  const sources = sourcesOf(context, environment);
  const { agent, model } = isGiven(id)
    ? chosenModel(String(id), sources, context)
    : { agent: onlyAgent(sources), model: '' };
  return { agent, model, efforts: effortsOf(agent.name, sources) };
}

function onlyAgent({ agents }: ModelSources): AcpAgent {
  const installed = agents.filter(({ isInstalled }) => isInstalled);
  const [first] = installed;
  if (first === undefined)
    throw new ErrorResponse(
      400,
      'No chat model is available in this organization.',
      'No agent is installed.',
    );
  if (installed.length > 1)
    throw new ErrorResponse(
      400,
      'model_config_id is required.',
      `Several agents are installed: ${installed.map(({ agent }) => agent.name).join(', ')}.`,
    );
  return first.agent;
}

/** The agent's words for the effort, and the model that a request chooses; `model` is undefined if it chooses none. */
interface ModelChange {
  readonly efforts: readonly string[];
  readonly model: string | undefined;
}

/** Reads `model_config_id` of a request for a chat. Throws 400s: a chat keeps its agent. */
export function modelChangeOf(chat: ChatRow, id: unknown, context: ChatsContext): ModelChange {
  const sources = sourcesOf(context);
  const known = sources.agents.find(({ agent }) => agent.name === chat.agent)?.agent;
  const agentName = known?.displayName ?? chat.agent;
  const efforts = effortsOf(chat.agent, sources);
  if (!isGiven(id)) return { efforts, model: undefined };
  const { agent, model } = chosenModel(String(id), sources, context);
  if (agent.name !== chat.agent)
    throw unknownModel(`This chat runs ${agentName}. Another agent needs another chat.`);
  return { efforts, model };
}

function chosenModel(
  id: string,
  sources: ModelSources,
  { chats }: ChatsContext,
): { readonly agent: AcpAgent; readonly model: string } {
  try {
    return agentModelFrom(id, sources, chats.chats.chats());
  } catch (error) {
    if (error instanceof AgentUnavailable) throw unknownModel(error.message);
    throw error;
  }
}

const sourcesOf = (
  { agents, chats }: ChatsContext,
  environment: Readonly<Record<string, string>> | null = null,
): ModelSources => ({ agents: agents(environment), offerOf: (agent) => chats.chats.offer(agent) });

const effortsOf = (agent: string, { offerOf }: ModelSources): readonly string[] =>
  offerOf(agent)?.efforts ?? [];

const unknownModel = (detail: string): ErrorResponse =>
  new ErrorResponse(400, 'Invalid model_config_id: not found or disabled.', detail);
