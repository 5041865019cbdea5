import path from 'node:path';
import { isAgentDefault, isAgentModel } from '../domain/agent-model.ts';
import { BackendError, UsageError } from '../domain/errors.ts';
import { SHELL_TEMPLATE } from '../domain/new-task.ts';
import type { Model } from '../domain/ports/source.ts';
import { creatingSource } from '../domain/sources.ts';
import { chatsOf, chooseOrganization } from './chat-options.ts';
import type { ScriptContext } from './script-context.ts';

const SHELL_ADVICE = '--template shell runs the prompt as a command.';

/**
 * The agent of this machine that --template names; null for a template. Before its agents had chats, each was a
 * template.
 */
export async function agentNamedAsTemplate(
  context: ScriptContext,
  template: string | undefined,
): Promise<string | null> {
  const { backend, signal } = context;
  const wanted = template?.trim().toLowerCase();
  if (wanted === undefined || !creatingSource(backend).capabilities.directories) return null;
  const templates = await backend.templates(signal);
  if (templates.some(({ id, name }) => name.toLowerCase() === wanted || id === wanted)) return null;
  const agents = (await agentModels(context)).filter(isAgentModel).filter(isAgentDefault);
  return agents.find(({ agent }) => agent.toLowerCase() === wanted)?.agent ?? null;
}

/** The error for a prompt without a template or an agent: it is never run as a command by accident. */
export async function missingKind(context: ScriptContext): Promise<UsageError> {
  const [models, templates] = await Promise.all([
    agentModels(context),
    context.backend.templates(context.signal),
  ]);
  const commands = templates.map(({ name }) => name).filter((name) => name !== SHELL_TEMPLATE);
  return missingAgent(models, commands);
}

/** The same, where the agent is missing. `commands`: templates that are another choice. */
export function missingAgent(models: readonly Model[], commands: readonly string[] = []): UsageError {
  const agents = models.filter(isAgentModel).filter(isAgentDefault);
  const usable = agents.filter(({ unavailable }) => unavailable === null);
  const choices = [
    ...usable.map(({ agent }) => `--model ${agent}`),
    ...commands.map((name) => `--template ${name}`),
  ];
  if (choices.length > 0)
    return new UsageError(`No agent given. Choose one: ${choices.join(', ')}. ${SHELL_ADVICE}`);
  const [first] = agents;
  const advice =
    first === undefined
      ? 'Install one and check that it is on PATH'
      : `${first.provider}: ${first.unavailable}`;
  return new UsageError(`No agent found on this machine. ${advice}. ${SHELL_ADVICE}`);
}

/** Empty for a local server without chats. */
async function agentModels({ backend, signal }: ScriptContext): Promise<readonly Model[]> {
  const source = chatsOf(backend);
  if (source?.models === undefined) return [];
  const { id } = chooseOrganization(await backend.organizations(signal), undefined);
  return source.models(id, signal).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
}

/** An older local server has no models. */
const isMissing = (error: unknown): boolean =>
  error instanceof BackendError && (error.kind === 'not-found' || error.kind === 'no-tasks');

/**
 * The absolute path of the argument of a flag.
 * @throws UsageError for a relative path in a deleted current directory
 */
export function absoluteDirectory(directory: string, flag = '--cwd'): string {
  try {
    return path.resolve(directory);
  } catch {
    throw new UsageError(
      `${flag} ${directory} is relative, and the current directory was deleted. Use an absolute path.`,
    );
  }
}
