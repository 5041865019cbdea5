import { chatFacts, type Task } from '../domain/task.ts';
import type { ChatOptionsState } from './slices/chat-options.ts';

/** The name of the model of a chat's last turn; empty when unknown. Untrusted text. */
export function modelNameOf({ chatModels }: Pick<ChatOptionsState, 'chatModels'>, task: Task): string {
  const facts = chatFacts(task);
  if (facts === null || facts.modelId === null) return '';
  const models = chatModels.get(facts.organizationId)?.value ?? [];
  return models.find(({ id }) => id === facts.modelId)?.name ?? '';
}
