import { keyFor } from '../domain/key-hint.ts';
import type { FormField } from '../domain/new-task.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import {
  BLANK_FORM,
  chosenTemplate,
  composingIn,
  fixedPrompt,
  offerFor,
  type Readiness,
  readiness,
} from '../store/form.ts';
import { loadLate } from '../store/load-late.ts';
import { NEW } from '../store/state.ts';
import type { CommandContext } from './command.ts';
import { finishWriting, leavePrompt } from './leaving.ts';

/**
 * Opens the form of a new task at once, whatever is known of the templates: what is typed right behind the key is its
 * prompt. A form that was refused goes on in the field that is wrong.
 */
export function beginTask(context: CommandContext): void {
  const state = context.store.getState();
  if (state.templates?.length === 0) sayNone(context);
  const wrong = (['template', 'preset', 'name'] as const).find((field) => state.form.faults[field]);
  openForm(context, wrong ?? 'prompt');
  void learn(context);
}

/** Shows the form with the keys in this field. */
function openForm({ store }: CommandContext, field: FormField): void {
  store.dispatch({ type: 'composing', composing: composingIn(field) });
  store.dispatch({ type: 'focused', pane: 'prompt' });
  if (store.getState().find !== null) return;
  void loadLate(
    store,
    () => import('../domain/fuzzy.ts'),
    ({ bestFirst }) => store.dispatch({ type: 'finder-loaded', find: bestFirst }),
  );
}

/** Asks for the templates, and what the chosen one offers; whatever is known already serves meanwhile. */
async function learn(context: CommandContext): Promise<void> {
  const { store, operations } = context;
  const known = askForOffer(context);
  await operations.loadTemplates();
  const { templates } = store.getState();
  if (templates?.length === 0) sayNone(context);
  await known;
  const state = store.getState();
  // Another version may have become the active one.
  if (offerFor(state, chosenTemplate(state)) === null) await askForOffer(context);
  conclude(context, 'last');
}

/** Asks anew what the chosen template offers, and which sign-ins are done; what waited for that goes on. */
export async function askForOffer(context: CommandContext): Promise<void> {
  const template = chosenTemplate(context.store.getState());
  if (template === null) return;
  await context.operations.loadOffer(template.activeVersionId);
  conclude(context, 'more to come');
}

function sayNone({ store, clock }: CommandContext): void {
  const text = 'This server has no template for tasks. Ask its administrator to add one.';
  const about = { kind: 'templates', known: store.getState().templates } as const;
  store.dispatch({ type: 'noticed', notice: { tone: 'bad', text, at: clock.now(), about } });
}

/** Starts the task that is written, or notes that it is to start as soon as the server has said what it takes. */
export function create(context: CommandContext): void {
  const state = context.store.getState();
  const found = readiness(state);
  switch (found.kind) {
    case 'ready':
      return start(context, found);
    case 'waiting':
      wait(context, 'It starts as soon as the server has said what there is to choose from.');
      return void learn(context);
    case 'sign-in':
      wait(context, 'Asking whether you are signed in by now…');
      return void askForOffer(context).then(() => conclude(context, 'last'));
    case 'fault':
      // Whatever could not be listed may be there by now.
      if (found.field !== 'preset') return refuse(context, found);
      wait(context, 'Asking for the presets again…');
      return void askForOffer(context).then(() => conclude(context, 'last'));
  }
}

function wait({ store, clock }: CommandContext, text: string): void {
  const { composing } = store.getState().view;
  if (composing !== null) store.dispatch({ type: 'composing', composing: { ...composing, sent: true } });
  store.dispatch({ type: 'noticed', notice: { tone: 'plain', text, at: clock.now() } });
}

/** Goes on with a task that was asked for before all was known. After the `last` answer it waits no longer. */
function conclude(context: CommandContext, answer: 'last' | 'more to come'): void {
  const { store } = context;
  const state = store.getState();
  const { composing } = state.view;
  if (composing?.sent !== true) return;
  const found = readiness(state);
  if (found.kind === 'ready') start(context, found);
  else if (found.kind !== 'waiting') refuse(context, found);
  else if (answer === 'last') store.dispatch({ type: 'composing', composing: { ...composing, sent: false } });
}

function start(
  { store, operations }: CommandContext,
  { task, choice }: Extract<Readiness, { kind: 'ready' }>,
): void {
  const state = store.getState();
  const isOurs = fixedPrompt(state) === null;
  const form = { ...state.form, faults: {} };
  operations.create(task, { form, prompt: isOurs ? task.prompt : '' });
  store.dispatch({ type: 'choice-used', choice });
  store.dispatch({ type: 'form-changed', change: BLANK_FORM });
  if (isOurs) finishWriting(store, NEW, task.prompt);
  else leavePrompt(store);
}

/** Says at its field what is wrong, and takes the keys there. */
function refuse(
  { store, clock }: CommandContext,
  found: Extract<Readiness, { kind: 'fault' | 'sign-in' }>,
): void {
  const say = (text: string): void =>
    store.dispatch({ type: 'noticed', notice: { tone: 'bad', text, at: clock.now() } });
  const remark = (text: string): void =>
    store.dispatch({ type: 'noticed', notice: { tone: 'plain', text, at: clock.now() } });
  const { composing } = store.getState().view;
  if (composing?.sent) store.dispatch({ type: 'composing', composing: { ...composing, sent: false } });
  if (found.kind === 'sign-in') {
    const names = found.missing.map(({ name, id }) => sanitiseLine(name || id)).join(' and ');
    return say(
      `This template works only for whoever is signed in at ${names}: open the link above, then press ${keyFor('send')} again.`,
    );
  }
  const { field, why } = found;
  // It is about a text that changes with the next key.
  if (field === 'prompt') return remark(why);
  store.dispatch({ type: 'noticed', notice: null });
  store.dispatch({
    type: 'form-changed',
    change: { faults: { ...store.getState().form.faults, [field]: why } },
  });
  store.dispatch({ type: 'composing', composing: composingIn(field) });
}
