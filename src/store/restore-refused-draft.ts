import { EMPTY_BUFFER } from '../domain/edit/buffer.ts';
import { type FieldErrors, FORM_FIELDS } from '../domain/new-task.ts';
import { isEmptyForm, openFormAt } from './form.ts';
import { withEntry } from './immutable-map.ts';
import { prependUndelivered } from './prepend-undelivered.ts';
import { NEW_TASK_KEY, type PendingCreation, type State } from './state.ts';

/** The form opens again only this soon after it was submitted, ms. */
const RECENT_SUBMIT_MS = 3_000;

/**
 * Restores the form and the draft of a task that the server refused. The prompt goes before a newer draft; a newer form
 * stays as it is. Opens the form if the user has done nothing else since.
 */
export function restoreRefusedDraft(state: State, key: string, fieldErrors: FieldErrors, now: number): State {
  const creation = state.pendingCreations.find((each) => each.key === key);
  const pendingCreations = state.pendingCreations.filter((each) => each !== creation);
  if (creation === undefined) return { ...state, pendingCreations };
  const { form, prompt } = creation.submitted;
  const drafts =
    prompt === ''
      ? state.drafts
      : withEntry(
          state.drafts,
          NEW_TASK_KEY,
          prependUndelivered(state.drafts.get(NEW_TASK_KEY) ?? EMPTY_BUFFER, prompt),
        );
  const withDraft = { ...state, pendingCreations, drafts };
  if (!isEmptyForm(state.newTaskForm) || state.view.openForm !== null) return withDraft;
  const withForm = { ...withDraft, newTaskForm: { ...form, fieldErrors } };
  if (!hasDoneNothingElse(state, creation, now)) return withForm;
  const field = FORM_FIELDS.find((each) => fieldErrors[each] !== undefined) ?? 'prompt';
  return { ...withForm, view: { ...state.view, openForm: openFormAt(field), focus: 'prompt' } };
}

const hasDoneNothingElse = (
  { view }: State,
  { selectedAtStart, since }: PendingCreation,
  now: number,
): boolean =>
  view.overlay === null &&
  view.focus !== 'prompt' &&
  view.selected === selectedAtStart &&
  now - since < RECENT_SUBMIT_MS;
