import type { AgentOffer } from '../chats/session.ts';
import type { ServerIdentity } from '../server-identity.ts';
import type { AcpAgent, KnownAgent } from './acp-agent.ts';
import { modelIdOf, providerIdOf } from './model-ids.ts';

/** An agent and one of its models. An empty `model`: its default. */
export interface AgentModel {
  readonly agent: string;
  readonly model: string;
}

export interface ModelSources {
  readonly agents: readonly KnownAgent[];
  /** The offer of the last session of an agent; null before its first one. */
  readonly offerOf: (agent: string) => AgentOffer | null;
}

/** Shown for an agent without a model. */
const DEFAULT_MODEL = 'default';

/**
 * The models of chats as on the wire (contract, section 1.13): each agent is a provider, and its models are its default
 * and those that its last session offered. Agents that cannot run follow, with the reason and the command that installs
 * them; where none can run, all whose installation is one command. `needsSignIn`: names of agents whose last turn failed
 * without a login; their provider has the extension field `sign_in`.
 */
export function wireModelsOf(
  { agents, offerOf }: ModelSources,
  needsSignIn: ReadonlySet<string>,
  me: Pick<ServerIdentity, 'organizationId'>,
): Readonly<Record<string, unknown>> {
  const shown = shownAgents(agents);
  const installed = shown.filter(({ isInstalled }) => isInstalled);
  return {
    models: shown.flatMap(({ agent, isInstalled }) => {
      const offer = isInstalled ? offerOf(agent.name) : null;
      return [DEFAULT, ...offeredModels(offer)].map(({ id, name }) => ({
        id: modelIdOf(agent.name, id),
        organization_id: me.organizationId,
        ai_provider_id: providerIdOf(agent.name),
        model: id === '' ? DEFAULT_MODEL : id,
        display_name: name,
        enabled: true,
        // With several agents, the user chooses.
        is_default: id === '' && isInstalled && installed.length === 1,
        context_limit: 0,
        compression_threshold: 0,
        reasoning_efforts: offer?.efforts ?? [],
      }));
    }),
    providers: shown.map(({ agent, isInstalled, install, missing }) => ({
      id: providerIdOf(agent.name),
      type: agent.name,
      display_name: agent.displayName,
      agent: agent.name,
      icon: '',
      enabled: true,
      has_api_key: isInstalled,
      has_user_api_key: false,
      has_effective_api_key: isInstalled,
      allow_user_api_key: false,
      available: isInstalled,
      ...(!isInstalled && {
        unavailable_reason: unavailableReason({ missing, install }),
      }),
      ...(needsSignIn.has(agent.name) && { sign_in: agent.quirks.signIn }),
    })),
    unsupported_providers: [],
  };
}

const DEFAULT = { id: '', name: DEFAULT_MODEL };

/** An agent may call one of its models `default`: that is the same as to choose none. */
const offeredModels = (offer: AgentOffer | null): readonly { readonly id: string; readonly name: string }[] =>
  (offer?.models ?? []).filter(({ id }) => id !== '' && id !== DEFAULT_MODEL);

/** The installed agents, then the missing ones that are worth showing. */
export function shownAgents(agents: readonly KnownAgent[]): readonly KnownAgent[] {
  const installed = agents.filter(({ isInstalled }) => isInstalled);
  const others = agents.filter(({ isInstalled }) => !isInstalled);
  return [
    ...installed,
    ...others.filter(({ missing }) => missing !== null),
    ...others.filter(({ missing, install }) => missing === null && installed.length === 0 && install !== ''),
  ];
}

/** Why an agent cannot run, and the command that would change that. */
export const unavailableReason = ({ missing, install }: Pick<KnownAgent, 'missing' | 'install'>): string =>
  [missing ?? 'not installed', install === '' ? '' : `Run: ${install}`].filter(Boolean).join('. ');

/** An unknown agent, or one that cannot run. The message says what to do. */
export class AgentUnavailable extends Error {
  override readonly name = 'AgentUnavailable';
}

/**
 * The agent and model of a `model_config_id`: the UUID of a listed model, of `used` ones (those of existing chats), or
 * the words `agent` or `agent/model`. The session checks the model at its start.
 * @throws AgentUnavailable
 */
export function agentModelFrom(
  wanted: string,
  { agents, offerOf }: ModelSources,
  used: readonly AgentModel[] = [],
): { readonly agent: AcpAgent; readonly model: string } {
  const slash = wanted.indexOf('/');
  const words = slash === -1 ? [wanted, ''] : [wanted.slice(0, slash), wanted.slice(slash + 1)];
  const [name = '', model = ''] = words;
  const found = agents.some(({ agent }) => agent.name === name.toLowerCase())
    ? { agent: name.toLowerCase(), model: model.toLowerCase() === DEFAULT_MODEL ? '' : model }
    : [...listedModels(agents, offerOf), ...used].find(
        (each) => modelIdOf(each.agent, each.model) === wanted.toLowerCase(),
      );
  const known = agents.find(({ agent }) => agent.name === found?.agent);
  if (known === undefined || found === undefined) {
    const names = agents.filter(({ isInstalled }) => isInstalled).map(({ agent }) => agent.name);
    throw new AgentUnavailable(
      names.length === 0
        ? 'No agent is installed.'
        : `No agent or model has this name or id. Agents: ${names.join(', ')}.`,
    );
  }
  if (!known.isInstalled) {
    throw new AgentUnavailable(`${known.agent.displayName}: ${unavailableReason(known)}`);
  }
  return { agent: known.agent, model: found.model };
}

const listedModels = (
  agents: readonly KnownAgent[],
  offerOf: ModelSources['offerOf'],
): readonly AgentModel[] =>
  agents.flatMap(({ agent }) => [
    { agent: agent.name, model: '' },
    ...(offerOf(agent.name)?.models ?? []).map(({ id }) => ({ agent: agent.name, model: id })),
  ]);

/** The names of agents whose last turn failed because the user had not signed in. */
export function agentsToSignIn(
  chats: readonly {
    readonly agent: string;
    readonly updated_at: number;
    readonly last_error: string | null;
  }[],
): ReadonlySet<string> {
  const newest = new Map<string, (typeof chats)[number]>();
  for (const chat of chats) {
    if (chat.updated_at >= (newest.get(chat.agent)?.updated_at ?? 0)) newest.set(chat.agent, chat);
  }
  return new Set(
    [...newest.values()]
      .filter(({ last_error: error }) => error !== null && JSON.parse(error).kind === 'auth')
      .map(({ agent }) => agent),
  );
}
