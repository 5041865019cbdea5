import { agentModelArgument, isAgentDefault, isAgentModel } from '../domain/agent-model.ts';
import { BackendError, UsageError } from '../domain/errors.ts';
import type { AgentBackend } from '../domain/ports/backend.ts';
import type { Model, Source } from '../domain/ports/source.ts';
import { CHATS } from '../domain/task.ts';
import { didYouMean } from '../domain/text/did-you-mean.ts';
import type { Organization, Workspace } from '../domain/workspace.ts';

/** The source of chats; undefined on a deployment that lists none. */
export const chatsOf = ({ sources }: Pick<AgentBackend, 'sources'>): Source | undefined =>
  sources.find(({ id }) => id === CHATS);

/**
 * The organization of a new chat: by its id or name, else the user's only or default one.
 * @throws UsageError
 */
export function chooseOrganization(
  organizations: readonly Organization[],
  wanted: string | undefined,
): Organization {
  const names = organizations.map(({ name }) => name);
  if (wanted === undefined) {
    const [first, ...others] = organizations;
    const chosen = others.length === 0 ? first : organizations.find(({ isDefault }) => isDefault);
    if (chosen !== undefined) return chosen;
    throw first === undefined
      ? noOrganization()
      : new UsageError(`You belong to several organizations. Choose one with --org: ${names.join(', ')}.`);
  }
  const chosen = organizations.find(
    ({ id, name, displayName }) => id === wanted || [name, displayName].some((each) => isEqual(each, wanted)),
  );
  if (chosen !== undefined) return chosen;
  const hint = didYouMean(wanted, names);
  throw new UsageError(
    `You belong to no organization "${wanted}".${hint && ` ${hint}`} Organizations: ${names.join(', ')}.`,
  );
}

const noOrganization = (): BackendError =>
  new BackendError({
    kind: 'forbidden',
    message: 'You belong to no organization.',
    hint: 'Ask an administrator to add you to one.',
    tookEffect: 'no',
  });

/**
 * The name of a model that `chooseModel` accepts: with its provider where several have the same. On this machine: the
 * agent for its default model, else the agent and its word for the model.
 */
export function modelArgument(model: Model, models: readonly Model[]): string {
  if (isAgentModel(model)) return agentModelArgument(model);
  const isAmbiguous = models.filter(({ name }) => isEqual(name, model.name)).length > 1;
  return isAmbiguous ? withProvider(model) : model.name;
}

/**
 * A model by its id, its name, its provider and name, or its provider's word for it. Case does not matter. On this machine
 * `agent` means its default model, and `agent/model` need not be listed: an agent lists its models when it runs.
 * @throws UsageError for an unknown or ambiguous one
 * @throws BackendError `conflict` for one that cannot be used now, with the reason
 */
export function chooseModel(models: readonly Model[], wanted: string): Model {
  const agent = models
    .filter(isAgentModel)
    .find((model) => isAgentDefault(model) && isEqual(model.agent, wanted));
  const found =
    agent === undefined
      ? models.filter(
          (model) =>
            model.id === wanted || namesOf(model).some((name) => name !== undefined && isEqual(name, wanted)),
        )
      : [agent];
  if (found.length === 0) {
    const unlisted = unlistedModel(models, wanted);
    if (unlisted !== null) return unlisted;
  }
  const [model, ...others] = found;
  const usable = models.filter(({ unavailable }) => unavailable === null);
  const names = usable.map((each) => modelArgument(each, models));
  const argument = model === undefined ? '' : modelArgument(model, models);
  if (model === undefined) {
    const hint = didYouMean(wanted, names);
    throw new UsageError(
      `No model is called "${wanted}".${hint && ` ${hint}`} ` +
        (names.length === 0 ? 'No model can be used.' : `Models: ${names.join(', ')}.`),
    );
  }
  if (others.length > 0) {
    throw new UsageError(
      `Several models are called "${wanted}". Choose one with --model: ${found.map((each) => (isAgentModel(each) ? agentModelArgument(each) : withProvider(each))).join(', ')}.`,
    );
  }
  if (model.unavailable !== null) {
    throw new BackendError({
      kind: 'conflict',
      message: `The model ${argument} cannot be used now: ${model.unavailable}`,
      ...(names.length > 0 && { hint: `Models: ${names.join(', ')}.` }),
      tookEffect: 'no',
    });
  }
  return model;
}

const namesOf = (model: Model): readonly (string | undefined)[] => [
  model.name,
  withProvider(model),
  model.slug,
  model.slug === undefined ? undefined : `${model.provider}/${model.slug}`,
  ...(isAgentModel(model) ? [agentModelArgument(model), `${model.agent}/${model.name}`] : []),
];

/** `agent/model` of an agent of this machine that does not list the model; the session checks it at its start. */
function unlistedModel(models: readonly Model[], wanted: string): Model | null {
  const slash = wanted.indexOf('/');
  const name = wanted.slice(0, Math.max(0, slash));
  const model = models.filter(isAgentModel).find((each) => isAgentDefault(each) && isEqual(each.agent, name));
  const slug = wanted.slice(slash + 1).trim();
  if (model === undefined || slug === '' || model.unavailable !== null) return null;
  return { ...model, id: `${model.agent}/${slug}`, name: slug, slug };
}

/**
 * The reasoning effort in the model's word.
 * @throws UsageError for a word that the model does not know. `model`: null when its efforts are not known
 */
export function chooseEffort(model: Model | null, wanted: string): string {
  if (model === null) return wanted;
  const effort = model.efforts.find((each) => isEqual(each, wanted));
  if (effort !== undefined) return effort;
  throw new UsageError(
    model.efforts.length === 0
      ? `The model ${model.name} has no reasoning efforts. Omit --effort.`
      : `The model ${model.name} has no reasoning effort "${wanted}". Efforts: ${model.efforts.join(', ')}.`,
  );
}

/**
 * One of the user's workspaces by its id or name.
 * @throws UsageError
 */
export function chooseWorkspace(workspaces: readonly Workspace[], wanted: string): Workspace {
  const own = /^me\//u.test(wanted) ? wanted.slice('me/'.length) : wanted;
  const found = workspaces.find(({ id, name }) => id === own || isEqual(name, own));
  if (found !== undefined) return found;
  const names = workspaces.map(({ name }) => name);
  const hint = didYouMean(own, names);
  throw new UsageError(
    `You have no workspace "${wanted}".${hint && ` ${hint}`} ` +
      (names.length === 0 ? 'Omit --workspace: the agent makes one.' : `Workspaces: ${names.join(', ')}.`),
  );
}

const withProvider = ({ provider, name }: Model): string => `${provider}/${name}`;

const isEqual = (one: string, other: string): boolean =>
  one.trim().toLowerCase() === other.trim().toLowerCase();
