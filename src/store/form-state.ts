import type { EditBuffer } from '../domain/edit/buffer.ts';
import type { FormField } from '../domain/new-task.ts';
import type { ExternalAuth, Preset } from '../domain/ports/backend.ts';

/** What a version of a template offers and asks for, as far as the server told. */
export interface TemplateOptions {
  /** Null when they could not be listed. */
  readonly presets: readonly Preset[] | null;
  readonly signIns: readonly ExternalAuth[];
  /** Why there are no presets: a sentence. Untrusted text. */
  readonly presetsError: string | null;
}

/** What is typed to find a template or a preset, and which of those found is pointed at: null for the one that is chosen. */
export interface ChoiceSearch {
  readonly text: EditBuffer;
  readonly index: number | null;
}

/** The form on the screen. */
export interface OpenForm {
  /** Where the keys go. */
  readonly field: FormField;
  /** Enter was pressed before the server had said all that it takes: the task starts as soon as it has. */
  readonly submitPending: boolean;
  readonly choiceSearch: ChoiceSearch;
}
