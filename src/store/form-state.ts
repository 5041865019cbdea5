import type { EditBuffer } from '../domain/edit/buffer.ts';
import type { FormField } from '../domain/new-task.ts';
import type { ExternalAuth, Preset } from '../domain/ports/backend.ts';

/** The presets and sign-ins of a template version. */
export interface TemplateOptions {
  /** Null when the server could not list them. */
  readonly presets: readonly Preset[] | null;
  readonly signIns: readonly ExternalAuth[];
  /** Why `presets` is null: a sentence. Untrusted text. */
  readonly presetsError: string | null;
}

/** The search for a template or a preset. */
export interface ChoiceSearch {
  readonly text: EditBuffer;
  /** The highlighted result; null for the chosen one. */
  readonly index: number | null;
}

export interface OpenForm {
  /** The focused field. */
  readonly field: FormField;
  /** Enter was pressed before the templates or presets had loaded; the task is created when they have. */
  readonly submitPending: boolean;
  readonly choiceSearch: ChoiceSearch;
}
