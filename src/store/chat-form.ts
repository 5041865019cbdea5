import { PERMISSION_MODES } from '../domain/chat-extension.ts';
import { type ChatChoice, CODER_AGENTS, type WorkspaceChoice } from '../domain/new-chat.ts';
import type { FormField, LastChoice } from '../domain/new-task.ts';
import type { Model, NewChat } from '../domain/ports/source.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import type { NewWorkspace, Organization, Workspace, WorkspaceTemplate } from '../domain/workspace.ts';
import { chosenDirectory } from './form-directory.ts';
import { worktreeReadiness } from './form-worktree.ts';
import { type Loaded, NOT_LOADED } from './slices/chat-options.ts';
import type { State } from './state.ts';

/** The choices of the form, and for those that are missing the ones of the last chat. */
function choiceOf({ newTaskForm, lastTemplateChoice }: State): ChatChoice {
  const { chat } = newTaskForm;
  const last = lastTemplateChoice?.chat;
  return {
    organization: chat.organization ?? last?.organization ?? null,
    model: chat.model ?? last?.model ?? null,
    effort: chat.effort ?? last?.effort ?? null,
    planMode: chat.planMode ?? last?.planMode ?? null,
    workspace: chat.workspace ?? last?.workspace ?? null,
    permission: chat.permission ?? last?.permission ?? null,
    worktree: chat.worktree ?? last?.worktree ?? null,
  };
}

/** The chosen organization, that of the last chat, or the default one; null until they are loaded. */
export function chosenOrganization(state: State): Organization | null {
  const all = state.organizations.value ?? [];
  const { organization } = choiceOf(state);
  return (
    all.find(({ id }) => id === organization) ?? all.find(({ isDefault }) => isDefault) ?? all[0] ?? null
  );
}

/** The models of the chosen organization. */
export function modelsFor(state: State): Loaded<readonly Model[]> {
  const organization = chosenOrganization(state);
  return (organization && state.chatModels.get(organization.id)) ?? NOT_LOADED;
}

/** The chosen model, else the default one; null when the server chooses. A model that cannot be used does not count. */
export function chosenModel(state: State): { readonly model: Model; readonly isChosen: boolean } | null {
  const usable = (modelsFor(state).value ?? []).filter(({ unavailable }) => unavailable === null);
  const { model: id } = choiceOf(state);
  const chosen = usable.find((model) => model.id === id);
  if (chosen !== undefined) return { model: chosen, isChosen: true };
  const model = usable.find(({ isDefault }) => isDefault);
  return model === undefined ? null : { model, isChosen: false };
}

/** The efforts of the chosen model; empty when it takes none. */
export const effortsFor = (state: State): readonly string[] => chosenModel(state)?.model.efforts ?? [];

/** Whether no agent of this machine can run, as far as they are loaded. */
export const hasNoAgent = (state: State): boolean =>
  state.deployment.local && modelsFor(state).value?.every(isUnavailable) === true;

/** The chosen effort; empty for the default of the model. */
export function chosenEffort(state: State): string {
  const { effort } = choiceOf(state);
  return effort !== null && effortsFor(state).includes(effort) ? effort : '';
}

export const isPlanChosen = (state: State): boolean => choiceOf(state).planMode ?? false;

/** How much the agent of the new chat may do without asking; on this machine only. */
export function chosenPermission(state: State): string {
  const { permission } = choiceOf(state);
  return PERMISSION_MODES.find((mode) => mode === permission) ?? 'ask';
}

/** The agent of the new chat, for a sentence. Safe to show. */
export function agentWords(state: State): string {
  if (!state.deployment.local) return 'Coder Agents';
  const model = chosenModel(state)?.model;
  return model === undefined ? 'an agent' : sanitiseLine(model.provider);
}

/** Where the agent of the new chat works. */
export type ChosenWorkspace =
  | { readonly kind: 'none' }
  | { readonly kind: 'existing'; readonly workspace: Workspace }
  | { readonly kind: 'new'; readonly template: WorkspaceTemplate }
  /** The choice needs a list that is not loaded yet, or failed to load. */
  | { readonly kind: 'unknown' }
  /** The choice of this form no longer exists in the chosen organization. */
  | { readonly kind: 'gone' };

/** A workspace or template of the last chat that no longer exists counts as none. */
export function chosenWorkspace(state: State): ChosenWorkspace {
  const { workspace: choice } = choiceOf(state);
  if (choice === null || choice === 'none') return { kind: 'none' };
  const organization = chosenOrganization(state);
  const gone = { kind: state.newTaskForm.chat.workspace === null ? 'none' : 'gone' } as const;
  if ('existing' in choice) {
    if (state.workspaces.value === null) return { kind: 'unknown' };
    const workspace = ofOrganization(state.workspaces.value, organization).find(
      ({ id }) => id === choice.existing,
    );
    return workspace === undefined ? gone : { kind: 'existing', workspace };
  }
  if (state.workspaceTemplates.value === null) return { kind: 'unknown' };
  const template = ofOrganization(state.workspaceTemplates.value, organization).find(
    ({ id }) => id === choice.newFrom,
  );
  return template === undefined ? gone : { kind: 'new', template };
}

/** The items of an organization: the server accepts no others for its chats. */
export const ofOrganization = <Item extends { readonly organizationId: string }>(
  items: readonly Item[] | null,
  organization: Organization | null,
): readonly Item[] => (items ?? []).filter(({ organizationId }) => organizationId === organization?.id);

/** Whether a chat can be created from the form. */
export type ChatReadiness =
  | {
      readonly kind: 'ready';
      readonly task: NewChat;
      readonly choice: LastChoice;
      readonly newWorkspace?: NewWorkspace;
    }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'fault'; readonly field: FormField; readonly why: string };

/** The new chat with this prompt. Without models it leaves the choice to the server. */
export function chatReadiness(state: State, prompt: string): ChatReadiness {
  const fault = (field: FormField, why: string): ChatReadiness => ({ kind: 'fault', field, why });
  const { organizations, workspaces, workspaceTemplates } = state;
  const organization = chosenOrganization(state);
  if (organization === null) {
    if (organizations.error !== null) return fault('organization', organizations.error);
    return organizations.value === null
      ? { kind: 'waiting' }
      : fault('organization', 'You are a member of no organization. Ask an administrator to add you to one.');
  }
  const models = modelsFor(state);
  if (models.value === null && models.error === null) return { kind: 'waiting' };
  const { local } = state.deployment;
  if (hasNoAgent(state))
    return fault('model', 'No agent is installed. Install one, or choose “Shell command” as the kind.');
  if (models.value !== null && models.value.length > 0 && models.value.every(isUnavailable))
    return fault('model', 'No model can be used now. See the list for the reasons.');
  if (local && models.value !== null && chosenModel(state) === null)
    return fault('model', 'Choose an agent.');
  const directory = chosenDirectory(state);
  // On this machine the directory takes its place.
  const workspace = local ? ({ kind: 'none' } as const) : chosenWorkspace(state);
  if (workspace.kind === 'gone')
    return fault('workspace', 'This workspace or template no longer exists here. Choose another one.');
  if (workspace.kind === 'unknown') {
    const error = workspaces.error ?? workspaceTemplates.error;
    return error === null ? { kind: 'waiting' } : fault('workspace', error);
  }
  const worktree = worktreeReadiness(state);
  if (worktree.kind !== 'ready') return worktree;
  const model = chosenModel(state);
  const effort = chosenEffort(state);
  return {
    kind: 'ready',
    task: {
      kind: 'chat',
      prompt,
      organizationId: organization.id,
      ...(model?.isChosen && { modelId: model.model.id }),
      ...(effort !== '' && { effort }),
      ...(isPlanChosen(state) && { planMode: true }),
      ...(workspace.kind === 'existing' && { workspaceId: workspace.workspace.id }),
      ...(local && { permissionMode: chosenPermission(state) }),
      ...(directory !== null && { directory }),
      ...worktree.fields,
    },
    choice: { template: CODER_AGENTS, preset: 'default', chat: choiceOf(state) },
    ...(workspace.kind === 'new' && { newWorkspace: { template: workspace.template } }),
  };
}

const isUnavailable = ({ unavailable }: Model): boolean => unavailable !== null;

/** Safe to show. */
export const organizationName = ({ displayName, name }: Organization): string =>
  sanitiseLine(displayName || name);

/** Safe to show. */
export const workspaceTemplateName = ({ displayName, name }: WorkspaceTemplate): string =>
  sanitiseLine(displayName || name);

/** The id of a workspace's choice in the form. */
export const workspaceChoiceId = (choice: WorkspaceChoice): string =>
  choice === 'none' ? 'none' : 'existing' in choice ? `in ${choice.existing}` : `from ${choice.newFrom}`;

/** The choice with an id from `workspaceChoiceId`. */
export function workspaceChoiceOf(id: string): WorkspaceChoice {
  const rest = id.slice(id.indexOf(' ') + 1);
  if (id.startsWith('in ')) return { existing: rest };
  return id.startsWith('from ') ? { newFrom: rest } : 'none';
}
