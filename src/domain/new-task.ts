import type { EditBuffer } from './edit/buffer.ts';
import type { BackendError } from './errors.ts';
import type { ExternalAuth, Preset } from './ports/backend.ts';

/** What a new task is asked for with, in the order of the form. */
export const FORM_FIELDS = ['template', 'preset', 'name', 'prompt'] as const;
export type FormField = (typeof FORM_FIELDS)[number];

/** The template of this machine whose prompts a shell runs. */
export const SHELL_TEMPLATE = 'shell';

/** By its name: every version of a template has presets with ids of its own. */
export type PresetChoice = 'default' | 'none' | { readonly named: string };

/** What the last task was made from. */
export interface LastChoice {
  /** A template's id. */
  readonly template: string;
  readonly preset: PresetChoice;
}

/** A form that is not finished, apart from its prompt, which is a draft. */
export interface TaskForm {
  /** A template's id; null while none has been chosen. */
  readonly template: string | null;
  /** Null while none has been chosen. */
  readonly preset: PresetChoice | null;
  readonly name: string;
}

/** What is said of a field that something is wrong with. Untrusted text. */
export type FieldErrors = Readonly<Partial<Record<FormField, string>>>;

/** A new task as far as it is written, apart from its prompt, which is the draft `NEW`. It outlasts the form on the screen. */
export interface NewTaskForm extends Omit<TaskForm, 'name'> {
  readonly name: EditBuffer;
  readonly fieldErrors: FieldErrors;
}

/** What the user had written for a new task. */
export interface SubmittedForm {
  readonly form: NewTaskForm;
  /** Empty where a preset brought the prompt. */
  readonly prompt: string;
}

/** The preset that a choice means, or null for none; one that is no longer there gives way to the default. */
export function resolvePreset(choice: PresetChoice, presets: readonly Preset[]): Preset | null {
  if (choice === 'none') return null;
  const named = choice === 'default' ? undefined : presets.find(({ name }) => name === choice.named);
  return named ?? presets.find(({ isDefault }) => isDefault) ?? null;
}

/** The default first, as on the web page. */
export const defaultPresetFirst = (presets: readonly Preset[]): readonly Preset[] => [
  ...presets.filter(({ isDefault }) => isDefault),
  ...presets.filter(({ isDefault }) => !isDefault),
];

/** What is still to be done comes first, and of that what nothing goes without. */
export const sortSignIns = (signIns: readonly ExternalAuth[]): readonly ExternalAuth[] =>
  [...signIns].sort((one, other) => rank(one) - rank(other));

const rank = ({ done, required }: ExternalAuth): number => (done ? 2 : required ? 0 : 1);

/** The sign-ins without which a task cannot be created: the web page's rule. */
export const missingSignIns = (signIns: readonly ExternalAuth[]): readonly ExternalAuth[] =>
  signIns.filter(({ done, required }) => required && !done);

/** What the server says of each field when it refuses a new task. Untrusted text. */
export function fieldErrors(error: BackendError): FieldErrors {
  const errors: Partial<Record<FormField, string>> = {};
  for (const { field, detail } of error.validations) {
    const formField = FIELD_NAMES.find(([word]) => field.toLowerCase().includes(word))?.[1];
    if (formField !== undefined)
      errors[formField] ??= error.validations.length === 1 ? `${error.message} ${detail}` : detail;
  }
  // Of a name that cannot be it says so in words alone.
  if (error.validations.length === 0 && error.kind === 'invalid' && /\bname\b/u.test(error.message))
    errors.name = [error.message, error.detail].filter(Boolean).join(' ');
  return errors;
}

/** The wire's names hold these; a preset's begins with the template's. */
const FIELD_NAMES: readonly (readonly [word: string, field: FormField])[] = [
  ['preset', 'preset'],
  ['template', 'template'],
  ['name', 'name'],
  ['input', 'prompt'],
  ['prompt', 'prompt'],
];
