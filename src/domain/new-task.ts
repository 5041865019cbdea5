import type { Attachment } from './delivery.ts';
import type { EditBuffer } from './edit/buffer.ts';
import type { BackendError } from './errors.ts';
import type { ChatChoice } from './new-chat.ts';
import type { ExternalAuth, Preset } from './ports/backend.ts';
import type { NewWorkspace } from './workspace.ts';

/** The fields in the order of the form. Those of a Task and those of a chat are not shown together. */
export const FORM_FIELDS = [
  'template',
  'preset',
  'name',
  'organization',
  'model',
  'effort',
  'plan',
  'workspace',
  'permission',
  'directory',
  'worktree',
  'base',
  'branch',
  'prompt',
] as const;
export type FormField = (typeof FORM_FIELDS)[number];

/** The fields of one line of text; the prompt has several. */
const TEXT_FIELDS = ['name', 'directory', 'base', 'branch'] as const;
export type TextField = (typeof TEXT_FIELDS)[number];

/** Whether the field is one line of text. The others have a list of choices, except the prompt. */
export const isTextField = (field: FormField): field is TextField =>
  TEXT_FIELDS.some((name) => name === field);

/** The local template that runs its prompts in a shell. */
export const SHELL_TEMPLATE = 'shell';

/** By name: preset ids differ between template versions. */
export type PresetChoice = 'default' | 'none' | { readonly named: string };

/** The choices of the last created task. */
export interface LastChoice {
  /** A template's id, or CODER_AGENTS. */
  readonly template: string;
  readonly preset: PresetChoice;
  /** Those of the last chat; missing before the first one. */
  readonly chat?: ChatChoice;
}

/** An unfinished form without its prompt, which is a draft. */
export interface TaskForm {
  /** A template's id, or CODER_AGENTS; null while none is chosen. */
  readonly template: string | null;
  /** Null while none is chosen. */
  readonly preset: PresetChoice | null;
  readonly name: string;
  /** As typed; empty for the default one. Only on this machine. */
  readonly directory: string;
  /** Those of the worktree, as typed; empty for HEAD, and for a branch named by the prompt. */
  readonly base: string;
  readonly branch: string;
  readonly chat: ChatChoice;
}

/** Error texts by field. Untrusted text. */
export type FieldErrors = Readonly<Partial<Record<FormField, string>>>;

/** The new-task form without its prompt, which is the draft `NEW`. Stays in the state while the form is closed. */
export interface NewTaskForm extends Omit<TaskForm, TextField>, Readonly<Record<TextField, EditBuffer>> {
  readonly fieldErrors: FieldErrors;
}

/** The values of a submitted form. */
export interface SubmittedForm {
  readonly form: NewTaskForm;
  /** Empty when a preset provides the prompt. */
  readonly prompt: string;
  /** Created before the chat. */
  readonly newWorkspace?: NewWorkspace;
  /** Files of the first message of a chat. */
  readonly attachments?: readonly Attachment[];
}

/** The chosen preset, or null for none. The default replaces one that no longer exists. */
export function resolvePreset(choice: PresetChoice, presets: readonly Preset[]): Preset | null {
  if (choice === 'none') return null;
  const named = choice === 'default' ? undefined : presets.find(({ name }) => name === choice.named);
  return named ?? presets.find(({ isDefault }) => isDefault) ?? null;
}

/** The default first, as in Coder's web page. */
export const defaultPresetFirst = (presets: readonly Preset[]): readonly Preset[] => [
  ...presets.filter(({ isDefault }) => isDefault),
  ...presets.filter(({ isDefault }) => !isDefault),
];

/** Open sign-ins first, and of those the required ones. */
export const sortSignIns = (signIns: readonly ExternalAuth[]): readonly ExternalAuth[] =>
  [...signIns].sort((one, other) => rank(one) - rank(other));

const rank = ({ done, required }: ExternalAuth): number => (done ? 2 : required ? 0 : 1);

/** Creating a task fails while these are missing. Source: Coder's web page. */
export const missingSignIns = (signIns: readonly ExternalAuth[]): readonly ExternalAuth[] =>
  signIns.filter(({ done, required }) => required && !done);

/** The server's error text for each field of a rejected new task. Untrusted text. */
export function fieldErrors(error: BackendError): FieldErrors {
  const errors: Partial<Record<FormField, string>> = {};
  for (const { field, detail } of error.validations) {
    const formField = FIELD_NAMES.find(([word]) => field.toLowerCase().includes(word))?.[1];
    if (formField !== undefined)
      errors[formField] ??= error.validations.length === 1 ? `${error.message} ${detail}` : detail;
  }
  // An invalid name is reported in the message alone.
  if (error.validations.length === 0 && error.kind === 'invalid' && /\bname\b/u.test(error.message))
    errors.name = [error.message, error.detail].filter(Boolean).join(' ');
  return errors;
}

/** Parts of the server's field names; the names of preset fields begin with `template`. */
const FIELD_NAMES: readonly (readonly [word: string, field: FormField])[] = [
  ['preset', 'preset'],
  ['template', 'template'],
  ['name', 'name'],
  ['directory', 'directory'],
  ['input', 'prompt'],
  ['prompt', 'prompt'],
];
