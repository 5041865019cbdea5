import { EMPTY_BUFFER } from '../domain/edit/buffer.ts';
import { type FieldErrors, FORM_FIELDS } from '../domain/new-task.ts';
import { isEmptyForm, openFormAt } from './form.ts';
import { withEntry } from './immutable-map.ts';
import { prependUndelivered } from './prepend-undelivered.ts';
import { NEW_TASK_KEY, type PendingCreation, type State } from './state.ts';

/** Whoever asked for a task so short a time ago still looks for what becomes of it; ms. */
const RECENT_SUBMIT_MS = 3_000;

/**
 * A task was refused: what was written for it is a form and a draft again, before what has been written since. The form
 * comes back to the screen by itself only to somebody who has done nothing else meanwhile.
 */
export function restoreRefusedDraft(state: State, key: string, faults: FieldErrors, now: number): State {
  const creation = state.pendingCreations.find((each) => each.key === key);
  const creating = state.pendingCreations.filter((each) => each !== creation);
  if (creation === undefined) return { ...state, pendingCreations: creating };
  const { form, prompt } = creation.submitted;
  const drafts =
    prompt === ''
      ? state.drafts
      : withEntry(
          state.drafts,
          NEW_TASK_KEY,
          prependUndelivered(state.drafts.get(NEW_TASK_KEY) ?? EMPTY_BUFFER, prompt),
        );
  const back = { ...state, pendingCreations: creating, drafts };
  // Who writes another one has chosen for that.
  if (!isEmptyForm(state.newTaskForm) || state.view.openForm !== null) return back;
  const returned = { ...back, newTaskForm: { ...form, fieldErrors: faults } };
  if (!isStillThere(state, creation, now)) return returned;
  const field = FORM_FIELDS.find((each) => faults[each] !== undefined) ?? 'prompt';
  return { ...returned, view: { ...state.view, openForm: openFormAt(field), focus: 'prompt' } };
}

const isStillThere = ({ view }: State, { selectedAtStart, since }: PendingCreation, now: number): boolean =>
  view.overlay === null &&
  view.focus !== 'prompt' &&
  view.selected === selectedAtStart &&
  now - since < RECENT_SUBMIT_MS;
