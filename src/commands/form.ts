import { insert } from '../domain/edit/buffer.ts';
import { lineEdit } from '../domain/edit/keys.ts';
import { FORM_FIELDS, type FormField, missingSignIns } from '../domain/new-task.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import {
  type Choice,
  choices,
  chosenTemplate,
  composingIn,
  hasPresets,
  NO_PRESET,
  offerFor,
  pointedChoice,
} from '../store/form.ts';
import type { Finding } from '../store/form-state.ts';
import type { State } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import type { Command, CommandContext } from './command.ts';
import { askForOffer } from './composing.ts';
import { leavePrompt } from './leaving.ts';

/** Rows that a page key moves by: the list has about so many at 80x24. */
const PAGE = 8;

/** Types into the field of the form that has the keys, one of a single line. False when the key edits nothing. */
export function editField(store: Store, key: string, text: string): boolean {
  const edit = lineEdit(key);
  if (edit === undefined && text === '') return false;
  const { form, view } = store.getState();
  const { composing } = view;
  if (composing === null) return false;
  const before = composing.field === 'name' ? form.name : composing.finding.text;
  const buffer = edit?.(before) ?? insert(before, sanitiseLine(text));
  if (buffer === before) return true;
  if (composing.field === 'name') {
    const { name: _, ...faults } = form.faults;
    store.dispatch({ type: 'form-changed', change: { name: buffer, faults } });
  } else find(store, { text: buffer, index: buffer.text === before.text ? composing.finding.index : null });
  return true;
}

function find(store: Store, finding: Finding): void {
  const { composing } = store.getState().view;
  if (composing !== null) store.dispatch({ type: 'composing', composing: { ...composing, finding } });
}

/** Takes what is pointed at, if the user has pointed or typed, or nothing was chosen before. */
function take(context: CommandContext): void {
  const { store } = context;
  const state = store.getState();
  const { composing } = state.view;
  if (composing === null || (composing.field !== 'template' && composing.field !== 'preset')) return;
  const { field, finding } = composing;
  const among = choices(state);
  const chosen = among[pointedChoice(state, among)];
  const isUntouched = finding.index === null && finding.text.text === '';
  if (chosen === undefined || (isUntouched && (field === 'preset' || chosenTemplate(state) !== null))) return;
  const { [field]: _, ...faults } = state.form.faults;
  if (field === 'preset') {
    const preset = presetOf(state, chosen);
    if (preset !== null) store.dispatch({ type: 'form-changed', change: { preset, faults } });
    return;
  }
  if (chosenTemplate(state)?.id !== chosen.id)
    store.dispatch({ type: 'form-changed', change: { template: chosen.id, preset: null, faults } });
  void askForOffer(context);
}

function presetOf(state: State, { id }: Choice) {
  if (id === NO_PRESET) return 'none';
  const preset = offerFor(state, chosenTemplate(state))?.presets?.find((each) => each.id === id);
  return preset === undefined ? null : { named: preset.name };
}

/** To another field of the form. A template without presets has nothing to stop at. */
function go(context: CommandContext, step: -1 | 1): void {
  take(context);
  const { store } = context;
  const state = store.getState();
  const { composing } = state.view;
  if (composing === null) return;
  const fields = FORM_FIELDS.filter((field) => field !== 'preset' || hasPresets(state));
  const at = fields.indexOf(composing.field);
  const next = fields[(at + step + fields.length) % fields.length];
  if (next !== undefined) focus(store, next);
}

function focus(store: Store, field: FormField): void {
  const { composing } = store.getState().view;
  store.dispatch({ type: 'composing', composing: { ...composingIn(field), sent: composing?.sent ?? false } });
}

/** Moves in the list of what can be chosen; a field without one is left. */
const point =
  (by: number) =>
  (context: CommandContext): void => {
    const { store } = context;
    const state = store.getState();
    const { composing } = state.view;
    if (composing === null) return;
    if (composing.field === 'name') return go(context, by < 0 ? -1 : 1);
    const among = choices(state);
    const index = Math.max(0, Math.min(among.length - 1, pointedChoice(state, among) + by));
    find(store, { ...composing.finding, index });
  };

/** The first sign-in that a task from the chosen template needs and that is not done. */
const missingSignIn = (state: State) =>
  missingSignIns(offerFor(state, chosenTemplate(state))?.signIns ?? [])[0] ?? null;

export const formCommands: readonly Command[] = [
  {
    id: 'next-field',
    title: 'Next field',
    hint: 'fields',
    keys: ['tab'],
    scope: 'form',
    run: (context) => go(context, 1),
  },
  {
    id: 'previous-field',
    title: 'Previous field',
    keys: ['shift+tab'],
    scope: 'form',
    run: (context) => go(context, -1),
  },
  {
    id: 'copy-sign-in',
    title: 'Copy the sign-in link',
    hint: 'copy link',
    keys: ['ctrl+y'],
    scope: 'form',
    enabled: (state) => missingSignIn(state) !== null || 'No sign-in is missing.',
    run({ store, clock, clipboard }) {
      const { url } = missingSignIn(store.getState()) ?? { url: '' };
      void clipboard.copy(url).then(({ done, words }) =>
        store.dispatch({
          type: 'noticed',
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
    scope: 'field',
    run(context) {
      const { store } = context;
      const state = store.getState();
      const { composing } = state.view;
      // What was typed means something else than what is chosen.
      if (composing?.finding.text.text !== '' && choices(state).length === 0) return;
      take(context);
      focus(store, 'prompt');
    },
  },
  { id: 'choice-down', title: 'Next choice', keys: ['down', 'ctrl+n'], scope: 'field', run: point(1) },
  { id: 'choice-up', title: 'Previous choice', keys: ['up', 'ctrl+p'], scope: 'field', run: point(-1) },
  {
    id: 'choice-page-down',
    title: 'Next page of choices',
    keys: ['pagedown'],
    scope: 'field',
    run: point(PAGE),
  },
  {
    id: 'choice-page-up',
    title: 'Previous page of choices',
    keys: ['pageup'],
    scope: 'field',
    run: point(-PAGE),
  },
  {
    id: 'leave-form',
    title: 'Back; the draft stays',
    hint: 'back',
    keys: ['esc'],
    scope: 'field',
    run: ({ store }) => leavePrompt(store),
  },
];
