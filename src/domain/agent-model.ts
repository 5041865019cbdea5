import type { Model } from './ports/source.ts';

/** Whether the model stands for an agent of this machine without a choice among its models. */
export const isAgentDefault = ({ name, slug }: Model): boolean => name === 'default' && slug === 'default';

/** Whether it is the model of an agent of this machine, whose default is among `models`. */
export const isAgentModel = (model: Model, models: readonly Model[]): boolean =>
  models.some((each) => isAgentDefault(each) && each.provider === model.provider);
