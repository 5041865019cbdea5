import { CODER_AGENTS } from '../domain/new-chat.ts';
import type { FormField } from '../domain/new-task.ts';
import { CHATS, TASKS } from '../domain/task.ts';
import { hasAnswered } from './list-freshness.ts';
import type { State } from './state.ts';

type Offers = Pick<State, 'sourceFreshness' | 'templates' | 'deployment'>;

/**
 * Whether the deployment has chats: its list of chats has loaded. This machine has them until it says otherwise, so that
 * an early prompt is not taken for a command.
 */
export function offersChats({
  sourceFreshness,
  deployment,
}: Pick<State, 'sourceFreshness' | 'deployment'>): boolean {
  const freshness = sourceFreshness.get(CHATS);
  if (freshness === undefined || freshness.error?.kind === 'no-tasks') return false;
  return deployment.local || hasAnswered(freshness);
}

/** Whether the form offers templates beside chats: not without Tasks, and not without any template. */
export const offersTemplates = ({ sourceFreshness, templates }: Offers): boolean =>
  sourceFreshness.get(TASKS)?.error?.kind !== 'no-tasks' && templates?.length !== 0;

/** The kind of thing that the form creates; null while that is not chosen. On this machine that is a chat, never a command. */
export function formKind(
  state: Offers & Pick<State, 'newTaskForm' | 'lastTemplateChoice'>,
): 'task' | 'chat' | null {
  if (!offersChats(state)) return 'task';
  if (!offersTemplates(state)) return 'chat';
  const { newTaskForm, lastTemplateChoice, templates, deployment } = state;
  const chosen = newTaskForm.template ?? lastTemplateChoice?.template ?? null;
  if (deployment.local) {
    // The template of the last task may be an agent that now has chats.
    const isOffered = templates === null || templates.some(({ id }) => id === chosen);
    return chosen === null || !isOffered ? 'chat' : chosen === CODER_AGENTS ? 'chat' : 'task';
  }
  if (chosen === null) return null;
  return chosen === CODER_AGENTS ? 'chat' : 'task';
}

/** The label of a field, at most nine columns; ten on this machine. */
export function fieldLabel(state: Offers, field: FormField): string {
  const isLocal = state.deployment.local;
  if (field === 'template' && offersChats(state)) return isLocal ? 'kind' : 'from';
  return (isLocal ? LOCAL_LABELS[field] : undefined) ?? LABELS[field];
}

const LABELS: Readonly<Record<FormField, string>> = {
  template: 'template',
  preset: 'preset',
  name: 'name',
  organization: 'org',
  model: 'model',
  effort: 'effort',
  plan: 'plan mode',
  workspace: 'workspace',
  permission: 'permission',
  directory: 'directory',
  worktree: 'worktree',
  base: 'base',
  branch: 'branch',
  prompt: 'prompt',
};

/** On this machine. */
const LOCAL_LABELS: Partial<typeof LABELS> = { model: 'agent', plan: 'plan first' };
