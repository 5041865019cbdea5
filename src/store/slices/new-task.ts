import { type EditBuffer, EMPTY_BUFFER } from '../../domain/edit/buffer.ts';
import type { ItemFinder } from '../../domain/find-items.ts';
import { NO_CHAT_CHOICE } from '../../domain/new-chat.ts';
import type {
  FieldErrors,
  FormField,
  LastChoice,
  NewTaskForm,
  SubmittedForm,
} from '../../domain/new-task.ts';
import type { ExternalAuth, Preset, Template } from '../../domain/ports/backend.ts';
import type { Task } from '../../domain/task.ts';
import { withEntry } from '../immutable-map.ts';
import type { SliceReducer } from './slice.ts';

/** The form of a new task, what it offers, and the tasks that the server is creating. */
export interface NewTaskState {
  readonly templates: readonly Template[] | null;
  /** By template version id. */
  readonly templateOptions: ReadonlyMap<string, TemplateOptions>;
  /** Stays when the form is closed. */
  readonly newTaskForm: NewTaskForm;
  /** The template of the last task created here, or Coder Agents. */
  readonly lastTemplateChoice: LastChoice | null;
  /** Null until it is first needed. */
  readonly fuzzyFind: ItemFinder | null;
  /** Tasks that the server is creating. */
  readonly pendingCreations: readonly PendingCreation[];
  readonly view: {
    /** The form of a new task, while it is open. */
    readonly openForm: OpenForm | null;
  };
}

/** The presets and sign-ins of a template version. */
export interface TemplateOptions {
  /** Null when the server could not list them. */
  readonly presets: readonly Preset[] | null;
  readonly signIns: readonly ExternalAuth[];
  /** Why `presets` is null: a sentence. Untrusted text. */
  readonly presetsError: string | null;
}

/** The search in the choices of a field. */
export interface ChoiceSearch {
  readonly text: EditBuffer;
  /** The highlighted result; null for the chosen one. */
  readonly index: number | null;
}

export interface OpenForm {
  /** The focused field. */
  readonly field: FormField;
  /** Enter was pressed before the options had loaded; the task is created when they have. */
  readonly submitPending: boolean;
  readonly choiceSearch: ChoiceSearch;
}

export interface PendingCreation {
  readonly key: string;
  readonly prompt: string;
  readonly since: number;
  /** The selected task when the user submitted it. */
  readonly selectedAtStart: string | null;
  /** Restored into the form when the server refuses it. */
  readonly submitted: SubmittedForm;
}

export const EMPTY_FORM: NewTaskForm = {
  template: null,
  preset: null,
  name: EMPTY_BUFFER,
  directory: EMPTY_BUFFER,
  base: EMPTY_BUFFER,
  branch: EMPTY_BUFFER,
  chat: NO_CHAT_CHOICE,
  fieldErrors: {},
};

export const INITIAL_NEW_TASK: NewTaskState = {
  templates: null,
  templateOptions: new Map(),
  newTaskForm: EMPTY_FORM,
  lastTemplateChoice: null,
  fuzzyFind: null,
  pendingCreations: [],
  view: { openForm: null },
};

export type NewTaskEvent =
  | {
      readonly type: 'creation-started';
      readonly key: string;
      readonly prompt: string;
      /** An empty form with the prompt when missing. */
      readonly submitted?: SubmittedForm;
      readonly now: number;
    }
  /** The form that is restored after a rejection has changed. */
  | { readonly type: 'creation-form-changed'; readonly key: string; readonly form: NewTaskForm }
  | { readonly type: 'creation-finished'; readonly key: string; readonly task: Task; readonly now: number }
  /** Restores the form and the draft, with the errors of its fields. */
  | {
      readonly type: 'creation-failed';
      readonly key: string;
      readonly fieldErrors?: FieldErrors;
      readonly now: number;
    }
  | { readonly type: 'templates-received'; readonly templates: readonly Template[] }
  | {
      readonly type: 'template-options-received';
      readonly versionId: string;
      readonly options: TemplateOptions;
    }
  | { readonly type: 'form-changed'; readonly change: Partial<NewTaskForm> }
  | { readonly type: 'template-choice-changed'; readonly choice: LastChoice }
  | { readonly type: 'fuzzy-find-loaded'; readonly find: ItemFinder }
  | { readonly type: 'open-form-changed'; readonly openForm: OpenForm | null };

/** The selected task, to which the user returns when the server refuses a new one. */
interface Reads {
  readonly view: { readonly selected: string | null };
}

export const newTaskReducer = {
  'creation-started': (
    { pendingCreations, view },
    { key, prompt, now, submitted = { form: EMPTY_FORM, prompt } },
  ) => ({
    pendingCreations: [
      { key, prompt, since: now, selectedAtStart: view.selected, submitted },
      ...pendingCreations,
    ],
  }),
  'creation-form-changed': ({ pendingCreations }, { key, form }) => ({
    pendingCreations: pendingCreations.map((each) =>
      each.key === key ? { ...each, submitted: { ...each.submitted, form } } : each,
    ),
  }),
  'creation-finished': (state, { key }) => withoutCreation(state, key),
  'creation-failed': (state, { key }) => withoutCreation(state, key),
  'templates-received': (_, { templates }) => ({ templates }),
  'template-options-received': ({ templateOptions }, { versionId, options }) => ({
    templateOptions: withEntry(templateOptions, versionId, options),
  }),
  'form-changed': ({ newTaskForm }, { change }) => ({ newTaskForm: { ...newTaskForm, ...change } }),
  'template-choice-changed': (_, { choice }) => ({ lastTemplateChoice: choice }),
  'fuzzy-find-loaded': (_, { find }) => ({ fuzzyFind: find }),
  'open-form-changed': (_, { openForm }) => ({ view: { openForm } }),
} satisfies SliceReducer<NewTaskState, NewTaskEvent, Reads>;

const withoutCreation = ({ pendingCreations }: NewTaskState, key: string) => ({
  pendingCreations: pendingCreations.filter((each) => each.key !== key),
});
