import { keyFor } from '../domain/key-placeholder.ts';
import { FORM_FIELDS, type FormField } from '../domain/new-task.ts';
import { isNewChat } from '../domain/ports/source.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { attachedFiles } from '../store/attachments.ts';
import { hasNoAgent } from '../store/chat-form.ts';
import {
  chosenTemplate,
  fixedPrompt,
  formFields,
  openFormAt,
  type Readiness,
  readiness,
  templateOptionsFor,
} from '../store/form.ts';
import { formKind, offersChats, offersTemplates } from '../store/form-kind.ts';
import { NEW_TASK_KEY } from '../store/slices/drafts.ts';
import { EMPTY_FORM } from '../store/slices/new-task.ts';
import { loadFuzzyFind } from '../view/late-loads.ts';
import type { CommandContext } from './command.ts';
import { finishSending, leavePrompt } from './prompt-draft.ts';

/**
 * Opens the form of a new task at once, before the templates are loaded, so that text typed right after the key goes
 * into the prompt. A form with an error opens in the field of the error.
 */
export function openNewTaskForm(context: CommandContext): void {
  const state = context.store.getState();
  showNoTemplates(context);
  const { fieldErrors } = state.newTaskForm;
  const fields = formFields(state);
  const invalid = FORM_FIELDS.find((field) => fieldErrors[field] !== undefined && fields.includes(field));
  // Without an agent the user chooses first: a prompt is never run as a command by accident.
  const first = formKind(state) === 'chat' && hasNoAgent(state) && fields.includes('template');
  openForm(context, invalid ?? (first ? 'template' : 'prompt'));
  void loadFormOptions(context);
}

/** Shows the form and focuses this field. */
function openForm({ store }: CommandContext, field: FormField): void {
  store.dispatch(
    { type: 'open-form-changed', openForm: openFormAt(field) },
    { type: 'pane-focused', pane: 'prompt' },
  );
  void loadFuzzyFind(store);
}

/** Loads what the form offers and the options of what is chosen. Cached ones stay usable meanwhile. */
async function loadFormOptions(context: CommandContext): Promise<void> {
  const { store, operations } = context;
  const optionsLoaded = refreshOptions(context);
  const isTemplateOffered = offersTemplates(store.getState()) || !offersChats(store.getState());
  if (isTemplateOffered) await operations.loadTemplates();
  showNoTemplates(context);
  await optionsLoaded;
  const state = store.getState();
  // Another version may have become the active one.
  if (formKind(state) === 'task' && templateOptionsFor(state, chosenTemplate(state)) === null)
    await refreshOptions(context);
  resumeSubmit(context, 'last');
}

/** Loads the options of the chosen template, or those of a chat, again, then submits a form that waits for them. */
export async function refreshOptions(context: CommandContext): Promise<void> {
  const state = context.store.getState();
  if (formKind(state) === 'chat') await context.operations.loadChatOptions();
  else {
    const template = chosenTemplate(state);
    if (template === null) return;
    await context.operations.loadTemplateOptions(template.activeVersionId);
  }
  resumeSubmit(context, 'more to come');
}

function showNoTemplates({ store, clock }: CommandContext): void {
  const state = store.getState();
  if (state.templates?.length !== 0 || offersChats(state)) return;
  const text = 'This server has no task templates. Ask an administrator to add one.';
  const about = { kind: 'templates', known: state.templates } as const;
  store.dispatch({ type: 'notice-changed', notice: { tone: 'bad', text, at: clock.now(), cause: about } });
}

/** Starts the task. While its template options load, marks the form as submitted: it starts when they arrive. */
export function submitForm(context: CommandContext): void {
  const state = context.store.getState();
  const found = readiness(state);
  switch (found.kind) {
    case 'ready':
      return startTask(context, found);
    case 'waiting':
      waitForOptions(
        context,
        formKind(state) === 'chat'
          ? 'Loading the options of chats. The chat starts when they arrive.'
          : 'Loading the template options. The task starts when they arrive.',
      );
      return void loadFormOptions(context);
    case 'sign-in':
      waitForOptions(context, 'Checking the sign-in…');
      return void refreshOptions(context).then(() => resumeSubmit(context, 'last'));
    case 'fault':
      // These lists may have failed to load, or changed since.
      if (!RELOADED_FIELDS.has(found.field)) return showFormError(context, found);
      waitForOptions(
        context,
        found.field === 'preset' ? 'Loading the presets again…' : 'Loading the options of chats again…',
      );
      return void refreshOptions(context).then(() => resumeSubmit(context, 'last'));
  }
}

/** Fields whose fault may end when their options are loaded again. */
const RELOADED_FIELDS: ReadonlySet<FormField> = new Set([
  'preset',
  'organization',
  'model',
  'workspace',
  'worktree',
  'base',
]);

function waitForOptions({ store, clock }: CommandContext, text: string): void {
  const { openForm } = store.getState().view;
  if (openForm !== null)
    store.dispatch({ type: 'open-form-changed', openForm: { ...openForm, submitPending: true } });
  store.dispatch({ type: 'notice-changed', notice: { tone: 'plain', text, at: clock.now() } });
}

/** Starts a submitted task once its options are known. After the `last` answer it waits no longer. */
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
  { task, choice, newWorkspace }: Extract<Readiness, { kind: 'ready' }>,
): void {
  const state = store.getState();
  const isUserPrompt = fixedPrompt(state) === null;
  const form = { ...state.newTaskForm, fieldErrors: {} };
  const attachments = attachedFiles(state);
  const files = attachments.length === 0 ? {} : { attachments };
  operations.create(isNewChat(task) ? { ...task, ...files } : task, {
    form,
    prompt: isUserPrompt ? task.prompt : '',
    ...(newWorkspace && { newWorkspace }),
    ...files,
  });
  if (attachments.length > 0) store.dispatch({ type: 'attachments-changed', key: NEW_TASK_KEY, files: [] });
  store.dispatch({ type: 'template-choice-changed', choice }, { type: 'form-changed', change: EMPTY_FORM });
  if (isUserPrompt) finishSending(store, NEW_TASK_KEY, task.prompt);
  else leavePrompt(store);
}

/** Shows the error at its field and focuses the field. */
function showFormError(
  { store, clock }: CommandContext,
  found: Extract<Readiness, { kind: 'fault' | 'sign-in' }>,
): void {
  const showError = (text: string): void =>
    store.dispatch({ type: 'notice-changed', notice: { tone: 'bad', text, at: clock.now() } });
  const showRemark = (text: string): void =>
    store.dispatch({ type: 'notice-changed', notice: { tone: 'plain', text, at: clock.now() } });
  const { openForm } = store.getState().view;
  if (openForm?.submitPending)
    store.dispatch({ type: 'open-form-changed', openForm: { ...openForm, submitPending: false } });
  if (found.kind === 'sign-in') {
    const names = found.missing.map(({ name, id }) => sanitiseLine(name || id)).join(' and ');
    return showError(
      `This template needs a sign-in to ${names}. Open the link above, then press ${keyFor('send')} again.`,
    );
  }
  const { field, why } = found;
  // The next key changes the prompt, so a plain notice is enough.
  if (field === 'prompt') return showRemark(why);
  store.dispatch(
    { type: 'notice-changed', notice: null },
    {
      type: 'form-changed',
      change: { fieldErrors: { ...store.getState().newTaskForm.fieldErrors, [field]: why } },
    },
    { type: 'open-form-changed', openForm: openFormAt(field) },
  );
}
