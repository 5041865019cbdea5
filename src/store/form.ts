import { bufferOf, EMPTY } from '../domain/edit/buffer.ts';
import { findItems } from '../domain/find-items.ts';
import { keyFor } from '../domain/key-hint.ts';
import {
  defaultFirst,
  type Form,
  type FormField,
  type LastChoice,
  missingSignIns,
  type PresetChoice,
  presetFor,
  SHELL_TEMPLATE,
  type TaskForm,
} from '../domain/new-task.ts';
import type { ExternalAuth, NewTask, Preset, Template } from '../domain/ports/backend.ts';
import { nameFault } from '../domain/task-name.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { shortPath } from '../domain/text/short-path.ts';
import type { Composition, Finding, Offer } from './form-state.ts';
import { remember } from './remember.ts';
import { NEW, type State } from './state.ts';

export const BLANK_FORM: Form = { template: null, preset: null, name: EMPTY, faults: {} };

const FINDING_NOTHING: Finding = { text: EMPTY, index: null };

/** The form with the keys in this field. */
export const composingIn = (field: FormField): Composition => ({
  field,
  sent: false,
  finding: FINDING_NOTHING,
});

/** What a task would be made from: the template that was chosen, that of the last task, or the only one. */
export function chosenTemplate({ templates, form, lastChoice }: State): Template | null {
  if (templates === null) return null;
  const withId = (id: string): Template | null => templates.find((each) => each.id === id) ?? null;
  if (form.template !== null) return withId(form.template);
  const last = lastChoice === null ? null : withId(lastChoice.template);
  return last ?? (templates.length === 1 ? (templates[0] ?? null) : null);
}

/** Whether what is written is a command for a shell, and no prompt for an agent. */
export const runsShell = ({ deployment }: State, template: string | undefined): boolean =>
  deployment.local && template === SHELL_TEMPLATE;

/** What the prompt of a new task is for, as far as it is known what runs it. */
export function promptHint(state: State): string {
  const template = chosenTemplate(state);
  if (template === null) return 'what should the new task do?';
  return runsShell(state, template.name)
    ? 'a shell command to run, such as: npm test'
    : `a prompt for ${templateName(template)}: what should it do?`;
}

/** Where a new task runs: a deployment, or this machine and a directory, in at most `columns`. */
export function whereWords({ deployment }: State, columns: number): string {
  const { name, local, home, directory } = deployment;
  if (!local) return `on ${sanitiseLine(name)}`;
  if (directory === undefined) return 'on this machine, in a directory of its own';
  const before = 'on this machine, in ';
  const room = columns - before.length;
  return room >= LEAST_PATH
    ? `${before}${shortPath(directory, home, room)}`
    : `in ${shortPath(directory, home, Math.max(LEAST_PATH, columns - 'in '.length))}`;
}

/** A path that is cut to less than this names nothing. */
const LEAST_PATH = 12;

/** The preset that was chosen, that of the last task from this template, or its default. */
export function presetChoice({ form, lastChoice }: State, template: Template): PresetChoice {
  return form.preset ?? (lastChoice?.template === template.id ? lastChoice.preset : 'default');
}

/** What the chosen template offers; null until the server has said. */
export function offerFor({ offers }: State, template: Template | null): Offer | null {
  return template === null ? null : (offers.get(template.activeVersionId) ?? null);
}

/** The preset that a task would be made with; undefined while that is not known. */
export function chosenPreset(state: State): Preset | null | undefined {
  const template = chosenTemplate(state);
  if (template === null) return undefined;
  const choice = presetChoice(state, template);
  if (choice === 'none') return null;
  const presets = offerFor(state, template)?.presets;
  return presets == null ? undefined : presetFor(choice, presets);
}

/** The prompt that the chosen preset fixes, or null when the user writes it. */
export const fixedPrompt = (state: State): string | null => chosenPreset(state)?.prompt ?? null;

/** Whether a task can be asked for as it is written. */
export type Readiness =
  | { readonly kind: 'ready'; readonly task: NewTask; readonly choice: LastChoice }
  /** The server has not said yet what it takes. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'fault'; readonly field: FormField; readonly why: string }
  /** Required, and not done as far as is known. */
  | { readonly kind: 'sign-in'; readonly missing: readonly ExternalAuth[] };

export function readiness(state: State): Readiness {
  const { templates, form, drafts } = state;
  const fault = (field: FormField, why: string): Readiness => ({ kind: 'fault', field, why });
  const fixed = fixedPrompt(state);
  const prompt = fixed ?? drafts.get(NEW)?.text ?? '';
  if (prompt.trim() === '')
    return fault('prompt', `Write what the task should do, then press ${keyFor('send')}.`);
  const name = form.name.text;
  const wrong = name === '' ? null : nameFault(name);
  if (wrong !== null)
    return fault('name', `A name ${wrong.startsWith('must') ? wrong : `cannot be: ${wrong}`}.`);
  if (templates === null) return { kind: 'waiting' };
  const template = chosenTemplate(state);
  if (template === null) {
    return fault(
      'template',
      form.template === null
        ? 'Choose what the task is made from.'
        : 'This template is gone: choose another one.',
    );
  }
  const offer = offerFor(state, template);
  if (offer === null) return { kind: 'waiting' };
  const preset = chosenPreset(state);
  if (preset === undefined)
    return fault(
      'preset',
      `${offer.trouble ?? 'The presets are not known.'} To do without one, choose none; ${keyFor('send')} in the prompt tries again.`,
    );
  const missing = missingSignIns(offer.signIns);
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

/** Something that can be chosen in the form. Texts are safe to show. */
export interface Choice {
  /** Of a template its id, of a preset too; `none` for none. */
  readonly id: string;
  readonly label: string;
  readonly about: string;
  readonly words: readonly string[];
}

export const NO_PRESET = 'none';

/** What can be chosen in the field that has the keys, and fits what is typed there. */
export function choices(state: State): readonly Choice[] {
  const { composing } = state.view;
  if (composing === null) return [];
  const { text } = composing.finding.text;
  if (composing.field === 'template') return found(templateChoices(state.templates), text, state.find);
  if (composing.field !== 'preset') return [];
  return found(presetChoices(offerFor(state, chosenTemplate(state))), text, state.find);
}

const found = remember((all: readonly Choice[], text: string, find: State['find']) =>
  (find ?? findItems)(all, text),
);

/** Which of the choices is pointed at. */
export function pointedChoice(state: State, among: readonly Choice[]): number {
  const { composing } = state.view;
  const { index, text } = composing?.finding ?? FINDING_NOTHING;
  const place = index ?? (text.text === '' ? among.findIndex(({ id }) => id === chosenId(state)) : 0);
  return Math.max(0, Math.min(place, among.length - 1));
}

function chosenId(state: State): string | null {
  if (state.view.composing?.field === 'template') return chosenTemplate(state)?.id ?? null;
  const preset = chosenPreset(state);
  return preset === null ? NO_PRESET : (preset?.id ?? null);
}

const templateChoices = remember((templates: readonly Template[] | null): readonly Choice[] => {
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

const presetChoices = remember((offer: Offer | null): readonly Choice[] => {
  if (offer === null) return [];
  const presets = defaultFirst(offer.presets ?? []).map((preset) => {
    const name = sanitiseLine(preset.name);
    const about = sanitiseLine(preset.description);
    const fixes = preset.prompt === null ? '' : 'It brings its own prompt.';
    return {
      id: preset.id,
      label: preset.isDefault ? `${name} (default)` : name,
      about: [about, fixes].filter(Boolean).join(' '),
      words: [name, about],
    };
  });
  return [...presets, { id: NO_PRESET, label: 'none', about: '', words: ['none'] }];
});

/** Whether there is a preset to choose, or may be. */
export const hasPresets = (state: State): boolean =>
  offerFor(state, chosenTemplate(state))?.presets?.length !== 0;

/** What a person reads for a template. */
export const templateName = ({ displayName, name }: Template): string => sanitiseLine(displayName || name);

export const isBlank = ({ template, preset, name }: Form): boolean =>
  template === null && preset === null && name.text === '';

/** What is kept of it from one run to the next. */
export const savedForm = remember(
  ({ template, preset, name }: Form): TaskForm => ({ template, preset, name: name.text }),
);

/** And the other way round. */
export const formOf = ({ name, ...rest }: TaskForm): Form => ({
  ...BLANK_FORM,
  ...rest,
  name: bufferOf(sanitiseLine(name)),
});
