import { isAgentDefault, isAgentModel } from '../domain/agent-model.ts';
import { chatFacts, type Task } from '../domain/task.ts';
import type { ChatOptionsState } from './slices/chat-options.ts';

/** The name of the model of a chat's last turn, on this machine with its agent; empty when unknown. Untrusted text. */
export function modelNameOf({ chatModels }: Pick<ChatOptionsState, 'chatModels'>, task: Task): string {
  const facts = chatFacts(task);
  if (facts === null || facts.modelId === null) return '';
  const models = chatModels.get(facts.organizationId)?.value ?? [];
  const model = models.find(({ id }) => id === facts.modelId);
  if (model === undefined) return '';
  if (isAgentDefault(model)) return model.provider;
  return isAgentModel(model) ? `${model.provider} · ${model.name}` : model.name;
}
