import { CODER_AGENTS } from '../domain/new-chat.ts';
import type { FormField } from '../domain/new-task.ts';
import { CHATS, TASKS } from '../domain/task.ts';
import { hasAnswered } from './list-freshness.ts';
import type { State } from './state.ts';

type Offers = Pick<State, 'sourceFreshness' | 'templates'>;

/** Whether the deployment has chats: its list of chats has loaded. */
export function offersChats({ sourceFreshness }: Pick<State, 'sourceFreshness'>): boolean {
  const freshness = sourceFreshness.get(CHATS);
  return freshness !== undefined && hasAnswered(freshness) && freshness.error?.kind !== 'no-tasks';
}

/** Whether the form offers templates beside chats: not without Tasks, and not without any template. */
export const offersTemplates = ({ sourceFreshness, templates }: Offers): boolean =>
  sourceFreshness.get(TASKS)?.error?.kind !== 'no-tasks' && templates?.length !== 0;

/** The kind of thing that the form creates; null while that is not chosen. */
export function formKind(
  state: Offers & Pick<State, 'newTaskForm' | 'lastTemplateChoice'>,
): 'task' | 'chat' | null {
  if (!offersChats(state)) return 'task';
  if (!offersTemplates(state)) return 'chat';
  const chosen = state.newTaskForm.template ?? state.lastTemplateChoice?.template ?? null;
  if (chosen === null) return null;
  return chosen === CODER_AGENTS ? 'chat' : 'task';
}

/** The label of a field, at most nine columns. */
export const fieldLabel = (state: Offers, field: FormField): string =>
  field === 'template' && offersChats(state) ? 'from' : LABELS[field];

const LABELS: Readonly<Record<FormField, string>> = {
  template: 'template',
  preset: 'preset',
  name: 'name',
  organization: 'org',
  model: 'model',
  effort: 'effort',
  plan: 'plan mode',
  workspace: 'workspace',
  prompt: 'prompt',
};
