import { isAgentDefault, isAgentModel } from '../domain/agent-model.ts';
import { findItems } from '../domain/find-items.ts';
import { CODER_AGENTS } from '../domain/new-chat.ts';
import { defaultPresetFirst, type FormField, isTextField } from '../domain/new-task.ts';
import type { Template } from '../domain/ports/backend.ts';
import type { Model } from '../domain/ports/source.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import type { Organization, Workspace, WorkspaceTemplate } from '../domain/workspace.ts';
import {
  chosenEffort,
  chosenModel,
  chosenOrganization,
  chosenPermission,
  chosenWorkspace,
  effortsFor,
  isPlanChosen,
  modelsFor,
  ofOrganization,
  organizationName,
  workspaceChoiceId,
  workspaceTemplateName,
} from './chat-form.ts';
import {
  choice,
  type FormChoice,
  PERMISSION_CHOICES,
  PLAN_CHOICES,
  PLAN_NO,
  PLAN_YES,
  WORKTREE_NO,
  WORKTREE_YES,
  worktreeChoices,
} from './fixed-choices.ts';
import { chosenPreset, chosenTemplate, templateName, templateOptionsFor } from './form.ts';
import { formKind, offersChats } from './form-kind.ts';
import { hasWorktree, impossibleWorktree } from './form-worktree.ts';
import { memoize } from './memoize.ts';
import type { TemplateOptions } from './slices/new-task.ts';
import type { State } from './state.ts';

export const NO_PRESET = 'none';

/** Whether the field has a list of choices; the others take text. */
export const hasChoices = (field: FormField): boolean => !isTextField(field) && field !== 'prompt';

/** The choices in the focused field that match its search. */
export function formChoices(state: State): readonly FormChoice[] {
  const { openForm } = state.view;
  if (openForm === null || !hasChoices(openForm.field)) return [];
  return matchingChoices(choicesOf(state, openForm.field), openForm.choiceSearch.text.text, state.fuzzyFind);
}

const matchingChoices = memoize((all: readonly FormChoice[], text: string, find: State['fuzzyFind']) =>
  (find ?? findItems)(all, text),
);

function choicesOf(state: State, field: FormField): readonly FormChoice[] {
  switch (field) {
    case 'template':
      return startChoices(
        state.templates,
        offersChats(state) ? (state.deployment.local ? LOCAL_AGENT_CHOICE : AGENTS_CHOICE) : null,
      );
    case 'preset':
      return presetChoices(templateOptionsFor(state, chosenTemplate(state)));
    case 'organization':
      return organizationChoices(state.organizations.value);
    case 'model':
      return modelChoices(modelsFor(state).value);
    case 'effort':
      return effortChoices(effortsFor(state));
    case 'plan':
      return PLAN_CHOICES;
    case 'permission':
      return PERMISSION_CHOICES;
    case 'worktree':
      return worktreeChoices(impossibleWorktree(state));
    case 'workspace':
      return workspaceChoices(
        state.workspaces.value,
        state.workspaceTemplates.value,
        chosenOrganization(state),
      );
    default:
      return [];
  }
}

/** The index of the highlighted choice. */
export function highlightedChoice(state: State, among: readonly FormChoice[]): number {
  const { openForm } = state.view;
  if (openForm === null) return 0;
  const { index, text } = openForm.choiceSearch;
  const place =
    index ??
    (text.text === '' ? among.findIndex(({ id }) => id === chosenChoiceId(state, openForm.field)) : 0);
  return Math.max(0, Math.min(place, among.length - 1));
}

/** The id of the field's current choice; null when nothing is chosen. */
export function chosenChoiceId(state: State, field: FormField): string | null {
  switch (field) {
    case 'template':
      return formKind(state) === 'chat' ? CODER_AGENTS : (chosenTemplate(state)?.id ?? null);
    case 'preset': {
      const preset = chosenPreset(state);
      return preset === null ? NO_PRESET : (preset?.id ?? null);
    }
    case 'organization':
      return chosenOrganization(state)?.id ?? null;
    case 'model':
      return chosenModel(state)?.model.id ?? null;
    case 'effort':
      return chosenEffort(state);
    case 'plan':
      return isPlanChosen(state) ? PLAN_YES : PLAN_NO;
    case 'permission':
      return chosenPermission(state);
    case 'worktree':
      return hasWorktree(state) ? WORKTREE_YES : WORKTREE_NO;
    case 'workspace': {
      const chosen = chosenWorkspace(state);
      if (chosen.kind === 'existing') return workspaceChoiceId({ existing: chosen.workspace.id });
      return workspaceChoiceId(chosen.kind === 'new' ? { newFrom: chosen.template.id } : 'none');
    }
    default:
      return null;
  }
}

const AGENTS_CHOICE = choice(
  CODER_AGENTS,
  'Coder Agents',
  'A chat with an agent of this deployment. It needs no template.',
);

const LOCAL_AGENT_CHOICE = choice(
  CODER_AGENTS,
  'Agent',
  'A chat with a coding agent on this machine: it streams, asks for permission, and can be interrupted.',
);

const startChoices = memoize(
  (templates: readonly Template[] | null, chats: FormChoice | null): readonly FormChoice[] => {
    const several = templates?.some(
      ({ organizationName }) => organizationName !== templates[0]?.organizationName,
    );
    const choices = (templates ?? []).map((template): FormChoice => {
      const name = templateName(template);
      const organization = sanitiseLine(template.organizationName);
      const about = sanitiseLine(template.description);
      return {
        id: template.id,
        label: several === true ? `${name} · ${organization}` : name,
        about,
        words: [name, sanitiseLine(template.name), about, organization],
      };
    });
    return chats === null ? choices : [chats, ...choices];
  },
);

const presetChoices = memoize((options: TemplateOptions | null): readonly FormChoice[] => {
  if (options === null) return [];
  const presets = defaultPresetFirst(options.presets ?? []).map((preset): FormChoice => {
    const name = sanitiseLine(preset.name);
    const about = sanitiseLine(preset.description);
    const promptNote = preset.prompt === null ? '' : 'Has its own prompt.';
    return {
      id: preset.id,
      label: preset.isDefault ? `${name} (default)` : name,
      about: [about, promptNote].filter(Boolean).join(' '),
      words: [name, about],
    };
  });
  return [...presets, { id: NO_PRESET, label: 'none', about: '', words: ['none'] }];
});

const organizationChoices = memoize((organizations: readonly Organization[] | null) =>
  (organizations ?? []).map((organization) =>
    choice(organization.id, organizationName(organization), '', sanitiseLine(organization.name)),
  ),
);

/** The models of one provider follow each other, in the server's order; those that cannot be used come last. */
const modelChoices = memoize((models: readonly Model[] | null): readonly FormChoice[] => {
  const all = models ?? [];
  const usable = all.filter(({ unavailable }) => unavailable === null);
  const others = all.filter(({ unavailable }) => unavailable !== null);
  return [usable, others].flatMap((some) =>
    [...Map.groupBy(some, ({ provider }) => provider).values()].flat().map(modelChoice),
  );
});

function modelChoice(model: Model): FormChoice {
  const label = modelLabel(model);
  if (model.unavailable === null) return choice(model.id, label, modelAbout(model));
  const unavailable = sanitiseLine(model.unavailable);
  return { ...choice(model.id, label, `Cannot be used: ${unavailable}`), unavailable };
}

/** Safe to show. */
export function modelLabel(model: Model): string {
  const { name, provider, isDefault } = model;
  const both = [sanitiseLine(name), sanitiseLine(provider)];
  // An agent of this machine is more than the provider of its models.
  if (isAgentModel(model)) return (isAgentDefault(model) ? both.slice(1) : both.toReversed()).join(' · ');
  const words = both.filter(Boolean).join(' · ');
  return isDefault ? `${words} (default)` : words;
}

const modelAbout = ({ efforts, signIn }: Model): string =>
  signIn === undefined ? effortsWords(efforts) : signInWords(signIn);

/** How to sign in to an agent. */
export const signInWords = (command: string): string =>
  `Its last turn failed without a login. To sign in, run: ${sanitiseLine(command)}`;

const effortsWords = (efforts: readonly string[]): string =>
  efforts.length === 0 ? '' : `Efforts: ${efforts.map((effort) => sanitiseLine(effort)).join(', ')}.`;

const effortChoices = memoize((efforts: readonly string[]): readonly FormChoice[] =>
  efforts.length === 0
    ? []
    : [
        choice('', DEFAULT_EFFORT, 'The server chooses the effort.'),
        ...efforts.map((effort) => choice(effort, sanitiseLine(effort), '')),
      ],
);

export const DEFAULT_EFFORT = 'default of the model';

const workspaceChoices = memoize(
  (
    workspaces: readonly Workspace[] | null,
    templates: readonly WorkspaceTemplate[] | null,
    organization: Organization | null,
  ): readonly FormChoice[] => [
    choice('none', NO_WORKSPACE, 'The agent creates a workspace when it needs one.'),
    ...ofOrganization(workspaces, organization).map(existingChoice),
    ...ofOrganization(templates, organization).map(newChoice),
  ],
);

export const NO_WORKSPACE = 'none';

const existingChoice = ({ id, name, status, templateName: template }: Workspace): FormChoice =>
  choice(
    workspaceChoiceId({ existing: id }),
    [sanitiseLine(name), sanitiseLine(status)].filter(Boolean).join(' · '),
    template === '' ? '' : `A workspace of yours, from the template ${sanitiseLine(template)}.`,
  );

function newChoice(template: WorkspaceTemplate): FormChoice {
  const about = 'First creates a workspace from this template. The chat then starts in it.';
  const description = sanitiseLine(template.description);
  return choice(
    workspaceChoiceId({ newFrom: template.id }),
    `new from ${workspaceTemplateName(template)}`,
    [about, description].filter(Boolean).join(' '),
    sanitiseLine(template.name),
  );
}
