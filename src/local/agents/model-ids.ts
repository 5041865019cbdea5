import { nameUuid } from '../ids.ts';

/** The id of an agent's model on the wire. An empty `model` is the agent's default. */
export const modelIdOf = (agent: string, model: string): string =>
  nameUuid(model === '' ? agent : `${agent}/${model}`);

/** The id of an agent as a provider of models. */
export const providerIdOf = (agent: string): string => nameUuid(`provider ${agent}`);

/** The id of a directory as the workspace of a chat. `realPath`: absolute, without symbolic links. */
export const workspaceIdOf = (realPath: string): string => nameUuid(realPath);
