import { insert } from '../domain/edit/buffer.ts';
import { lineEdit } from '../domain/edit/keys.ts';
import {
  type FieldErrors,
  type FormField,
  isTextField,
  missingSignIns,
  type NewTaskForm,
} from '../domain/new-task.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { workspaceChoiceOf } from '../store/chat-form.ts';
import { type FormChoice, PLAN_YES, WORKTREE_YES } from '../store/fixed-choices.ts';
import { chosenTemplate, formFields, hasPresets, openFormAt, templateOptionsFor } from '../store/form.ts';
import {
  chosenChoiceId,
  formChoices,
  hasChoices,
  highlightedChoice,
  NO_PRESET,
} from '../store/form-choices.ts';
import type { ChoiceSearch } from '../store/slices/new-task.ts';
import type { State } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import type { Command, CommandContext } from './command.ts';
import { refreshOptions } from './create-task.ts';
import { leavePrompt } from './prompt-draft.ts';

/** Rows that a page key moves by: about the height of the list at 80x24. */
const PAGE_ROWS = 8;

/** Edits the focused single-line field of the form. False when the key edits nothing. */
export function editField(store: Store, key: string, text: string): boolean {
  const edit = lineEdit(key);
  if (edit === undefined && text === '') return false;
  const { newTaskForm, view } = store.getState();
  const { openForm } = view;
  if (openForm === null) return false;
  const { field } = openForm;
  const before = isTextField(field) ? newTaskForm[field] : openForm.choiceSearch.text;
  const buffer = edit?.(before) ?? insert(before, sanitiseLine(text));
  if (buffer === before) return true;
  if (isTextField(field)) {
    // Another directory has another repository.
    const changed: readonly string[] =
      field === 'directory' ? ['directory', 'worktree', 'base', 'branch'] : [field];
    const fieldErrors: FieldErrors = Object.fromEntries(
      Object.entries(newTaskForm.fieldErrors).filter(([name]) => !changed.includes(name)),
    );
    store.dispatch({ type: 'form-changed', change: { [field]: buffer, fieldErrors } });
  } else
    setChoiceSearch(store, {
      text: buffer,
      index: buffer.text === before.text ? openForm.choiceSearch.index : null,
    });
  return true;
}

function setChoiceSearch(store: Store, choiceSearch: ChoiceSearch): void {
  const { openForm } = store.getState().view;
  if (openForm !== null)
    store.dispatch({ type: 'open-form-changed', openForm: { ...openForm, choiceSearch } });
}

/**
 * Accepts the highlighted choice if the user moved the highlight or typed, or nothing was chosen before. False, with a
 * notice, for one that cannot be chosen.
 */
function acceptChoice(context: CommandContext, byEnter = false): boolean {
  const { store, clock } = context;
  const state = store.getState();
  const { openForm } = state.view;
  if (openForm === null || !hasChoices(openForm.field)) return true;
  const { field, choiceSearch } = openForm;
  const choices = formChoices(state);
  const chosen = choices[highlightedChoice(state, choices)];
  const isUntouched = choiceSearch.index === null && choiceSearch.text.text === '';
  // Without a choice of the user the server chooses the model: leaving the field must not choose one.
  const isRequired = field === 'template' || (field === 'model' && byEnter);
  if (chosen === undefined || (isUntouched && !(isRequired && chosenChoiceId(state, field) === null)))
    return true;
  if (chosen.unavailable !== undefined) {
    const text = `${chosen.label} cannot be used: ${chosen.unavailable}`;
    store.dispatch({ type: 'notice-changed', notice: { tone: 'bad', text, at: clock.now() } });
    return false;
  }
  const { [field]: _, ...fieldErrors } = state.newTaskForm.fieldErrors;
  const change = changeBy(state, field, chosen);
  if (change !== null) store.dispatch({ type: 'form-changed', change: { ...change, fieldErrors } });
  if (field === 'template' || field === 'organization') void refreshOptions(context);
  return true;
}

/** The change of the form by a choice; null for one that is gone, or that is chosen already. */
function changeBy(state: State, field: FormField, chosen: FormChoice): Partial<NewTaskForm> | null {
  const { chat } = state.newTaskForm;
  const { id } = chosen;
  switch (field) {
    case 'template':
      return chosenChoiceId(state, field) === id ? null : { template: id, preset: null };
    case 'preset': {
      const preset = presetChoiceOf(state, chosen);
      return preset === null ? null : { preset };
    }
    case 'organization':
      return { chat: { ...chat, organization: id } };
    case 'model':
      return { chat: { ...chat, model: id } };
    case 'effort':
      return { chat: { ...chat, effort: id } };
    case 'plan':
      return { chat: { ...chat, planMode: id === PLAN_YES } };
    case 'permission':
      return { chat: { ...chat, permission: id } };
    case 'worktree':
      return { chat: { ...chat, worktree: id === WORKTREE_YES } };
    case 'workspace':
      return { chat: { ...chat, workspace: workspaceChoiceOf(id) } };
    default:
      return null;
  }
}

function presetChoiceOf(state: State, { id }: FormChoice) {
  if (id === NO_PRESET) return 'none';
  const preset = templateOptionsFor(state, chosenTemplate(state))?.presets?.find((each) => each.id === id);
  return preset === undefined ? null : { named: preset.name };
}

/** Focuses the next or previous field; skips the presets of a template without any. */
function moveField(context: CommandContext, step: -1 | 1): void {
  if (!acceptChoice(context)) return;
  const { store } = context;
  const state = store.getState();
  const { openForm } = state.view;
  if (openForm === null) return;
  const fields = formFields(state);
  const canFocus = (field: FormField | undefined): boolean => field !== 'preset' || hasPresets(state);
  // The focused field may be skipped, or gone, meanwhile.
  let at = fields.indexOf(openForm.field);
  do at = (at + step + fields.length) % fields.length;
  while (!canFocus(fields[at]));
  const next = fields[at];
  if (next !== undefined) focusField(store, next);
}

function focusField(store: Store, field: FormField): void {
  const { openForm } = store.getState().view;
  store.dispatch({
    type: 'open-form-changed',
    openForm: { ...openFormAt(field), submitPending: openForm?.submitPending ?? false },
  });
}

/** Moves the highlight in the list of choices. In a text field, which has no list, moves to another field. */
const moveHighlight =
  (by: number) =>
  (context: CommandContext): void => {
    const { store } = context;
    const state = store.getState();
    const { openForm } = state.view;
    if (openForm === null) return;
    if (isTextField(openForm.field)) return moveField(context, by < 0 ? -1 : 1);
    const choices = formChoices(state);
    const index = Math.max(0, Math.min(choices.length - 1, highlightedChoice(state, choices) + by));
    setChoiceSearch(store, { ...openForm.choiceSearch, index });
  };

/** The first sign-in that the chosen template needs and the user lacks; null for none. */
const missingSignIn = (state: State) =>
  missingSignIns(templateOptionsFor(state, chosenTemplate(state))?.signIns ?? [])[0] ?? null;

export const formCommands: readonly Command[] = [
  {
    id: 'next-field',
    title: 'Next field',
    hint: 'fields',
    keys: ['tab'],
    keyContext: 'form',
    run: (context) => moveField(context, 1),
  },
  {
    id: 'previous-field',
    title: 'Previous field',
    keys: ['shift+tab'],
    keyContext: 'form',
    run: (context) => moveField(context, -1),
  },
  {
    id: 'copy-sign-in',
    title: 'Copy the sign-in link',
    hint: 'copy link',
    keys: ['ctrl+y'],
    keyContext: 'form',
    enabled: (state) => missingSignIn(state) !== null || 'No sign-in is missing.',
    run({ store, clock, clipboard }) {
      const { url } = missingSignIn(store.getState()) ?? { url: '' };
      void clipboard.copy(url).then(({ done, words }) =>
        store.dispatch({
          type: 'notice-changed',
          notice: { tone: done ? 'good' : 'bad', text: words, at: clock.now() },
        }),
      );
    },
  },
  {
    id: 'take-choice',
    title: 'Choose it and go to the prompt',
    hint: 'choose',
    keys: ['enter'],
    keyContext: 'field',
    run(context) {
      const { store } = context;
      const state = store.getState();
      const { openForm } = state.view;
      // The typed text matches no choice: keep the field open.
      if (openForm?.choiceSearch.text.text !== '' && formChoices(state).length === 0) return;
      if (acceptChoice(context, true)) focusField(store, 'prompt');
    },
  },
  {
    id: 'choice-down',
    title: 'Next choice',
    keys: ['down', 'ctrl+n'],
    keyContext: 'field',
    run: moveHighlight(1),
  },
  {
    id: 'choice-up',
    title: 'Previous choice',
    keys: ['up', 'ctrl+p'],
    keyContext: 'field',
    run: moveHighlight(-1),
  },
  {
    id: 'choice-page-down',
    title: 'Next page of choices',
    keys: ['pagedown'],
    keyContext: 'field',
    run: moveHighlight(PAGE_ROWS),
  },
  {
    id: 'choice-page-up',
    title: 'Previous page of choices',
    keys: ['pageup'],
    keyContext: 'field',
    run: moveHighlight(-PAGE_ROWS),
  },
  {
    id: 'leave-form',
    title: 'Back; the draft stays',
    hint: 'back',
    keys: ['esc'],
    keyContext: 'field',
    run: ({ store }) => leavePrompt(store),
  },
];
