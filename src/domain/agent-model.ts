import type { Model } from './ports/source.ts';

/** A model of an agent of this machine. */
type AgentModel = Model & { readonly agent: string };

/** The word for an agent without a choice among its models. */
const DEFAULT_SLUG = 'default';

export const isAgentModel = (model: Model): model is AgentModel => model.agent !== undefined;

/** Whether the model stands for an agent of this machine without a choice among its models. */
export const isAgentDefault = (model: Model): boolean => isAgentModel(model) && model.slug === DEFAULT_SLUG;

/** The model on the command line: `agent`, or `agent/model`. */
export const agentModelArgument = (model: AgentModel): string =>
  isAgentDefault(model) ? model.agent : `${model.agent}/${model.slug ?? model.name}`;
