import { bufferOf, EMPTY_BUFFER } from '../domain/edit/buffer.ts';
import { keyFor } from '../domain/key-placeholder.ts';
import { isEmptyChatChoice } from '../domain/new-chat.ts';
import {
  type FormField,
  type LastChoice,
  missingSignIns,
  type NewTaskForm,
  type PresetChoice,
  resolvePreset,
  SHELL_TEMPLATE,
  type TaskForm,
} from '../domain/new-task.ts';
import type { ExternalAuth, Preset, Template } from '../domain/ports/backend.ts';
import type { NewTask } from '../domain/ports/source.ts';
import { taskNameError } from '../domain/task-name.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import type { NewWorkspace } from '../domain/workspace.ts';
import { agentWords, chatReadiness, effortsFor } from './chat-form.ts';
import { formKind, offersChats, offersTemplates } from './form-kind.ts';
import { hasWorktree } from './form-worktree.ts';
import { memoize } from './memoize.ts';
import { NEW_TASK_KEY } from './slices/drafts.ts';
import type { ChoiceSearch, OpenForm, TemplateOptions } from './slices/new-task.ts';
import { EMPTY_FORM } from './slices/new-task.ts';
import type { State } from './state.ts';

const EMPTY_CHOICE_SEARCH: ChoiceSearch = { text: EMPTY_BUFFER, index: null };

export const openFormAt = (field: FormField): OpenForm => ({
  field,
  submitPending: false,
  choiceSearch: EMPTY_CHOICE_SEARCH,
});

/** The chosen template, that of the last task, or the only one; null for a chat. */
export function chosenTemplate(state: State): Template | null {
  const { templates, newTaskForm, lastTemplateChoice } = state;
  if (templates === null || formKind(state) !== 'task') return null;
  const withId = (id: string): Template | null => templates.find((each) => each.id === id) ?? null;
  if (newTaskForm.template !== null) return withId(newTaskForm.template);
  const last = lastTemplateChoice === null ? null : withId(lastTemplateChoice.template);
  return last ?? (templates.length === 1 ? (templates[0] ?? null) : null);
}

/** Whether the prompt is a shell command. */
export const runsShell = ({ deployment }: State, template: string | undefined): boolean =>
  deployment.local && template === SHELL_TEMPLATE;

/** The placeholder in the prompt of a new task. */
export function promptHint(state: State): string {
  if (formKind(state) === 'chat') return `a prompt for ${agentWords(state)}: what should the agent do?`;
  const template = chosenTemplate(state);
  if (template === null) return 'what should the new task do?';
  return runsShell(state, template.name)
    ? 'a shell command, for example: npm test'
    : `a prompt for ${templateName(template)}: what should it do?`;
}

/** The chosen preset, that of the last task from this template, or the default. */
export function presetChoice({ newTaskForm, lastTemplateChoice }: State, template: Template): PresetChoice {
  return (
    newTaskForm.preset ??
    (lastTemplateChoice?.template === template.id ? lastTemplateChoice.preset : 'default')
  );
}

/** Null until they are loaded. */
export function templateOptionsFor(
  { templateOptions }: State,
  template: Template | null,
): TemplateOptions | null {
  return template === null ? null : (templateOptions.get(template.activeVersionId) ?? null);
}

/** The preset of the new task, null for none; undefined until the presets are loaded. */
export function chosenPreset(state: State): Preset | null | undefined {
  const template = chosenTemplate(state);
  if (template === null) return undefined;
  const choice = presetChoice(state, template);
  if (choice === 'none') return null;
  const presets = templateOptionsFor(state, template)?.presets;
  return presets == null ? undefined : resolvePreset(choice, presets);
}

/** The prompt of the chosen preset; null when the user writes it. */
export const fixedPrompt = (state: State): string | null => chosenPreset(state)?.prompt ?? null;

/** Whether the form can be submitted. */
export type Readiness =
  | {
      readonly kind: 'ready';
      readonly task: NewTask;
      readonly choice: LastChoice;
      /** Created before the chat. */
      readonly newWorkspace?: NewWorkspace;
    }
  /** The options that it needs are not loaded yet. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'fault'; readonly field: FormField; readonly why: string }
  /** Required sign-ins that are not known to be done. */
  | { readonly kind: 'sign-in'; readonly missing: readonly ExternalAuth[] };

export function readiness(state: State): Readiness {
  const { templates, newTaskForm, drafts } = state;
  const kind = formKind(state);
  const fault = (field: FormField, why: string): Readiness => ({ kind: 'fault', field, why });
  const fixed = fixedPrompt(state);
  const prompt = fixed ?? drafts.get(NEW_TASK_KEY)?.text ?? '';
  if (prompt.trim() === '') return fault('prompt', `Write a prompt, then press ${keyFor('send')}.`);
  if (kind === null) return fault('template', 'Choose Coder Agents or a template.');
  if (kind === 'chat') return chatReadiness(state, prompt);
  const name = newTaskForm.name.text;
  const nameError = name === '' ? null : taskNameError(name);
  if (nameError !== null) return fault('name', `The name ${nameError.replace(/^the name /u, '')}.`);
  if (templates === null) return { kind: 'waiting' };
  const template = chosenTemplate(state);
  if (template === null) {
    return fault(
      'template',
      newTaskForm.template === null
        ? 'Choose a template.'
        : 'This template no longer exists. Choose another one.',
    );
  }
  const options = templateOptionsFor(state, template);
  if (options === null) return { kind: 'waiting' };
  const preset = chosenPreset(state);
  if (preset === undefined)
    return fault(
      'preset',
      `${options.presetsError ?? 'Cannot load the presets.'} Choose none, or press ${keyFor('send')} in the prompt to retry.`,
    );
  const missing = missingSignIns(options.signIns);
  if (missing.length > 0) return { kind: 'sign-in', missing };
  return {
    kind: 'ready',
    task: {
      templateVersionId: template.activeVersionId,
      prompt,
      ...(preset !== null && { presetId: preset.id }),
      ...(name !== '' && { name }),
    },
    choice: {
      template: template.id,
      preset: presetChoice(state, template),
      ...(state.lastTemplateChoice?.chat && { chat: state.lastTemplateChoice.chat }),
    },
  };
}

/** True also while the presets are not loaded. */
export const hasPresets = (state: State): boolean =>
  templateOptionsFor(state, chosenTemplate(state))?.presets?.length !== 0;

/** Safe to show. */
export const templateName = ({ displayName, name }: Template): string => sanitiseLine(displayName || name);

/** The fields that the form shows, in its order. */
export function formFields(state: State): readonly FormField[] {
  const start: readonly FormField[] = offersChats(state) && !offersTemplates(state) ? [] : ['template'];
  switch (formKind(state)) {
    case 'task':
      return [...start, 'preset', 'name', 'prompt'];
    case null:
      return [...start, 'prompt'];
    case 'chat':
      return [
        ...start,
        ...(needsOrganization(state) ? (['organization'] as const) : []),
        'model',
        ...(effortsFor(state).length > 0 ? (['effort'] as const) : []),
        'plan',
        ...(state.deployment.local ? localFields(state) : (['workspace'] as const)),
        'prompt',
      ];
  }
}

/** The fields of a chat on this machine. Base and branch are those of its worktree. */
const localFields = (state: State): readonly FormField[] => [
  'permission',
  'directory',
  'worktree',
  ...(hasWorktree(state) ? (['base', 'branch'] as const) : []),
];

/** Whether the user has a choice of organizations, or must see what is wrong with them. */
const needsOrganization = ({ organizations, newTaskForm }: State): boolean =>
  (organizations.value?.length ?? 0) > 1 || newTaskForm.fieldErrors.organization !== undefined;

export const isEmptyForm = ({
  template,
  preset,
  name,
  directory,
  base,
  branch,
  chat,
}: NewTaskForm): boolean =>
  template === null &&
  preset === null &&
  [name, directory, base, branch].every(({ text }) => text === '') &&
  isEmptyChatChoice(chat);

export const toSavedForm = memoize(
  ({ template, preset, name, directory, base, branch, chat }: NewTaskForm): TaskForm => ({
    template,
    preset,
    name: name.text,
    directory: directory.text,
    base: base.text,
    branch: branch.text,
    chat,
  }),
);

export const fromSavedForm = ({ name, directory, base, branch, ...rest }: TaskForm): NewTaskForm => ({
  ...EMPTY_FORM,
  ...rest,
  name: bufferOf(sanitiseLine(name)),
  directory: bufferOf(sanitiseLine(directory)),
  base: bufferOf(sanitiseLine(base)),
  branch: bufferOf(sanitiseLine(branch)),
});
