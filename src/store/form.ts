import { bufferOf, EMPTY_BUFFER } from '../domain/edit/buffer.ts';
import { findItems } from '../domain/find-items.ts';
import { keyFor } from '../domain/key-placeholder.ts';
import {
  defaultPresetFirst,
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

/** The chosen template, that of the last task, or the only one. */
export function chosenTemplate({ templates, newTaskForm, lastTemplateChoice }: State): Template | null {
  if (templates === null) return null;
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
  | { readonly kind: 'ready'; readonly task: NewTask; readonly choice: LastChoice }
  /** The templates or presets are not loaded yet. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'fault'; readonly field: FormField; readonly why: string }
  /** Required sign-ins that are not known to be done. */
  | { readonly kind: 'sign-in'; readonly missing: readonly ExternalAuth[] };

export function readiness(state: State): Readiness {
  const { templates, newTaskForm, drafts } = state;
  const fault = (field: FormField, why: string): Readiness => ({ kind: 'fault', field, why });
  const fixed = fixedPrompt(state);
  const prompt = fixed ?? drafts.get(NEW_TASK_KEY)?.text ?? '';
  if (prompt.trim() === '') return fault('prompt', `Write a prompt, then press ${keyFor('send')}.`);
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
    choice: { template: template.id, preset: presetChoice(state, template) },
  };
}

/** A template or a preset to choose. Texts are safe to show. */
export interface FormChoice {
  /** The id of a template or a preset; NO_PRESET for none. */
  readonly id: string;
  readonly label: string;
  readonly about: string;
  readonly words: readonly string[];
}

export const NO_PRESET = 'none';

/** The choices in the focused field that match its search. */
export function formChoices(state: State): readonly FormChoice[] {
  const { openForm } = state.view;
  if (openForm === null) return [];
  const { text } = openForm.choiceSearch.text;
  if (openForm.field === 'template')
    return matchingChoices(templateChoices(state.templates), text, state.fuzzyFind);
  if (openForm.field !== 'preset') return [];
  return matchingChoices(
    presetChoices(templateOptionsFor(state, chosenTemplate(state))),
    text,
    state.fuzzyFind,
  );
}

const matchingChoices = memoize((all: readonly FormChoice[], text: string, find: State['fuzzyFind']) =>
  (find ?? findItems)(all, text),
);

/** The index of the highlighted choice. */
export function highlightedChoice(state: State, among: readonly FormChoice[]): number {
  const { openForm } = state.view;
  const { index, text } = openForm?.choiceSearch ?? EMPTY_CHOICE_SEARCH;
  const place = index ?? (text.text === '' ? among.findIndex(({ id }) => id === chosenId(state)) : 0);
  return Math.max(0, Math.min(place, among.length - 1));
}

function chosenId(state: State): string | null {
  if (state.view.openForm?.field === 'template') return chosenTemplate(state)?.id ?? null;
  const preset = chosenPreset(state);
  return preset === null ? NO_PRESET : (preset?.id ?? null);
}

const templateChoices = memoize((templates: readonly Template[] | null): readonly FormChoice[] => {
  const several = templates?.some(
    ({ organizationName }) => organizationName !== templates[0]?.organizationName,
  );
  return (templates ?? []).map((template) => {
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
});

const presetChoices = memoize((options: TemplateOptions | null): readonly FormChoice[] => {
  if (options === null) return [];
  const presets = defaultPresetFirst(options.presets ?? []).map((preset) => {
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

/** True also while the presets are not loaded. */
export const hasPresets = (state: State): boolean =>
  templateOptionsFor(state, chosenTemplate(state))?.presets?.length !== 0;

/** Safe to show. */
export const templateName = ({ displayName, name }: Template): string => sanitiseLine(displayName || name);

export const isEmptyForm = ({ template, preset, name }: NewTaskForm): boolean =>
  template === null && preset === null && name.text === '';

export const toSavedForm = memoize(
  ({ template, preset, name }: NewTaskForm): TaskForm => ({ template, preset, name: name.text }),
);

export const fromSavedForm = ({ name, ...rest }: TaskForm): NewTaskForm => ({
  ...EMPTY_FORM,
  ...rest,
  name: bufferOf(sanitiseLine(name)),
});
