import { EMPTY } from '../domain/edit/buffer.ts';
import { type Faults, FORM_FIELDS } from '../domain/new-task.ts';
import { composingIn, isBlank } from './form.ts';
import { withEntry } from './map.ts';
import { returnedTo } from './returned.ts';
import { type Creation, NEW, type State } from './state.ts';

/** Whoever asked for a task so short a time ago still looks for what becomes of it; ms. */
const STILL_THERE_MS = 3_000;

/**
 * A task was refused: what was written for it is a form and a draft again, before what has been written since. The form
 * comes back to the screen by itself only to somebody who has done nothing else meanwhile.
 */
export function takeBack(state: State, key: string, faults: Faults, now: number): State {
  const creation = state.creating.find((each) => each.key === key);
  const creating = state.creating.filter((each) => each !== creation);
  if (creation === undefined) return { ...state, creating };
  const { form, prompt } = creation.sent;
  const drafts =
    prompt === ''
      ? state.drafts
      : withEntry(state.drafts, NEW, returnedTo(state.drafts.get(NEW) ?? EMPTY, prompt));
  const back = { ...state, creating, drafts };
  // Who writes another one has chosen for that.
  if (!isBlank(state.form) || state.view.composing !== null) return back;
  const returned = { ...back, form: { ...form, faults } };
  if (!isWaiting(state, creation, now)) return returned;
  const field = FORM_FIELDS.find((each) => faults[each] !== undefined) ?? 'prompt';
  return { ...returned, view: { ...state.view, composing: composingIn(field), focus: 'prompt' } };
}

const isWaiting = ({ view }: State, { selected, since }: Creation, now: number): boolean =>
  view.overlay === null &&
  view.focus !== 'prompt' &&
  view.selected === selected &&
  now - since < STILL_THERE_MS;
