import { type FieldErrors, FORM_FIELDS } from '../domain/new-task.ts';
import { isEmptyForm, openFormAt } from './form.ts';
import { hasSelectedAnother } from './selectors.ts';
import { NEW_TASK_KEY, withUndelivered, withUndeliveredFiles } from './slices/drafts.ts';
import type { PendingCreation } from './slices/new-task.ts';
import { type State, withChange } from './state.ts';

/** The form opens again only this soon after it was submitted, ms. */
const RECENT_SUBMIT_MS = 3_000;

/**
 * Restores the form, the draft and the files of a task that the server refused. The prompt goes before a newer draft; a newer form
 * stays as it is. Opens the form if the user has done nothing else since.
 */
export function restoreRefusedDraft(
  state: State,
  creation: PendingCreation,
  fieldErrors: FieldErrors,
  now: number,
): State {
  const { form, prompt, attachments: files = [] } = creation.submitted;
  const attachments = withUndeliveredFiles(state.attachments, NEW_TASK_KEY, files);
  const drafts = prompt === '' ? state.drafts : withUndelivered(state.drafts, NEW_TASK_KEY, prompt);
  if (!isEmptyForm(state.newTaskForm) || state.view.openForm !== null)
    return withChange(state, { drafts, attachments });
  const restored = { drafts, attachments, newTaskForm: { ...form, fieldErrors } };
  if (!hasDoneNothingElse(state, creation, now)) return withChange(state, restored);
  const field = FORM_FIELDS.find((each) => fieldErrors[each] !== undefined) ?? 'prompt';
  return withChange(state, { ...restored, view: { openForm: openFormAt(field), focus: 'prompt' } });
}

function hasDoneNothingElse(state: State, creation: PendingCreation, now: number): boolean {
  const { overlay, focus } = state.view;
  return (
    overlay === null &&
    focus !== 'prompt' &&
    !hasSelectedAnother(state, creation) &&
    now - creation.since < RECENT_SUBMIT_MS
  );
}
