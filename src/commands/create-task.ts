import { keyFor } from '../domain/key-placeholder.ts';
import type { FormField } from '../domain/new-task.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import {
  chosenTemplate,
  EMPTY_FORM,
  fixedPrompt,
  openFormAt,
  type Readiness,
  readiness,
  templateOptionsFor,
} from '../store/form.ts';
import { lazyLoad } from '../store/lazy-load.ts';
import { NEW_TASK_KEY } from '../store/state.ts';
import type { CommandContext } from './command.ts';
import { finishSending, leavePrompt } from './leave-prompt.ts';

/**
 * Opens the form of a new task at once, whatever is known of the templates: what is typed right behind the key is its
 * prompt. A form that was refused goes on in the field that is wrong.
 */
export function openNewTaskForm(context: CommandContext): void {
  const state = context.store.getState();
  if (state.templates?.length === 0) showNoTemplates(context);
  const wrong = (['template', 'preset', 'name'] as const).find(
    (field) => state.newTaskForm.fieldErrors[field],
  );
  openForm(context, wrong ?? 'prompt');
  void loadFormOptions(context);
}

/** Shows the form with the keys in this field. */
function openForm({ store }: CommandContext, field: FormField): void {
  store.dispatch({ type: 'open-form-changed', openForm: openFormAt(field) });
  store.dispatch({ type: 'pane-focused', pane: 'prompt' });
  if (store.getState().fuzzyFind !== null) return;
  void lazyLoad(
    store,
    () => import('../domain/fuzzy-find.ts'),
    ({ fuzzyFind: bestFirst }) => store.dispatch({ type: 'fuzzy-find-loaded', find: bestFirst }),
  );
}

/** Asks for the templates, and what the chosen one offers; whatever is known already serves meanwhile. */
async function loadFormOptions(context: CommandContext): Promise<void> {
  const { store, operations } = context;
  const known = refreshTemplateOptions(context);
  await operations.loadTemplates();
  const { templates } = store.getState();
  if (templates?.length === 0) showNoTemplates(context);
  await known;
  const state = store.getState();
  // Another version may have become the active one.
  if (templateOptionsFor(state, chosenTemplate(state)) === null) await refreshTemplateOptions(context);
  resumeSubmit(context, 'last');
}

/** Asks anew what the chosen template offers, and which sign-ins are done; what waited for that goes on. */
export async function refreshTemplateOptions(context: CommandContext): Promise<void> {
  const template = chosenTemplate(context.store.getState());
  if (template === null) return;
  await context.operations.loadTemplateOptions(template.activeVersionId);
  resumeSubmit(context, 'more to come');
}

function showNoTemplates({ store, clock }: CommandContext): void {
  const text = 'This server has no template for tasks. Ask its administrator to add one.';
  const about = { kind: 'templates', known: store.getState().templates } as const;
  store.dispatch({ type: 'notice-changed', notice: { tone: 'bad', text, at: clock.now(), cause: about } });
}

/** Starts the task that is written, or notes that it is to start as soon as the server has said what it takes. */
export function submitForm(context: CommandContext): void {
  const state = context.store.getState();
  const found = readiness(state);
  switch (found.kind) {
    case 'ready':
      return startTask(context, found);
    case 'waiting':
      waitForOptions(context, 'It starts as soon as the server has said what there is to choose from.');
      return void loadFormOptions(context);
    case 'sign-in':
      waitForOptions(context, 'Asking whether you are signed in by now…');
      return void refreshTemplateOptions(context).then(() => resumeSubmit(context, 'last'));
    case 'fault':
      // Whatever could not be listed may be there by now.
      if (found.field !== 'preset') return showFormError(context, found);
      waitForOptions(context, 'Asking for the presets again…');
      return void refreshTemplateOptions(context).then(() => resumeSubmit(context, 'last'));
  }
}

function waitForOptions({ store, clock }: CommandContext, text: string): void {
  const { openForm } = store.getState().view;
  if (openForm !== null)
    store.dispatch({ type: 'open-form-changed', openForm: { ...openForm, submitPending: true } });
  store.dispatch({ type: 'notice-changed', notice: { tone: 'plain', text, at: clock.now() } });
}

/** Goes on with a task that was asked for before all was known. After the `last` answer it waits no longer. */
function resumeSubmit(context: CommandContext, answer: 'last' | 'more to come'): void {
  const { store } = context;
  const state = store.getState();
  const { openForm } = state.view;
  if (openForm?.submitPending !== true) return;
  const found = readiness(state);
  if (found.kind === 'ready') startTask(context, found);
  else if (found.kind !== 'waiting') showFormError(context, found);
  else if (answer === 'last')
    store.dispatch({ type: 'open-form-changed', openForm: { ...openForm, submitPending: false } });
}

function startTask(
  { store, operations }: CommandContext,
  { task, choice }: Extract<Readiness, { kind: 'ready' }>,
): void {
  const state = store.getState();
  const isOurs = fixedPrompt(state) === null;
  const form = { ...state.newTaskForm, fieldErrors: {} };
  operations.create(task, { form, prompt: isOurs ? task.prompt : '' });
  store.dispatch({ type: 'template-choice-changed', choice });
  store.dispatch({ type: 'form-changed', change: EMPTY_FORM });
  if (isOurs) finishSending(store, NEW_TASK_KEY, task.prompt);
  else leavePrompt(store);
}

/** Says at its field what is wrong, and takes the keys there. */
function showFormError(
  { store, clock }: CommandContext,
  found: Extract<Readiness, { kind: 'fault' | 'sign-in' }>,
): void {
  const say = (text: string): void =>
    store.dispatch({ type: 'notice-changed', notice: { tone: 'bad', text, at: clock.now() } });
  const remark = (text: string): void =>
    store.dispatch({ type: 'notice-changed', notice: { tone: 'plain', text, at: clock.now() } });
  const { openForm } = store.getState().view;
  if (openForm?.submitPending)
    store.dispatch({ type: 'open-form-changed', openForm: { ...openForm, submitPending: false } });
  if (found.kind === 'sign-in') {
    const names = found.missing.map(({ name, id }) => sanitiseLine(name || id)).join(' and ');
    return say(
      `This template works only for whoever is signed in at ${names}: open the link above, then press ${keyFor('send')} again.`,
    );
  }
  const { field, why } = found;
  // It is about a text that changes with the next key.
  if (field === 'prompt') return remark(why);
  store.dispatch({ type: 'notice-changed', notice: null });
  store.dispatch({
    type: 'form-changed',
    change: { fieldErrors: { ...store.getState().newTaskForm.fieldErrors, [field]: why } },
  });
  store.dispatch({ type: 'open-form-changed', openForm: openFormAt(field) });
}
