import { bufferOf } from '../domain/edit/buffer.ts';
import { editableInitialPrompt } from '../domain/initial-prompt.ts';
import { keyFor } from '../domain/key-placeholder.ts';
import { mayEditPrompt } from '../domain/rules.ts';
import { chatFacts, coderFacts } from '../domain/task.ts';
import { selectedTask } from '../store/selectors.ts';
import { phaseIn } from '../store/slices/actions.ts';
import { initialPromptKey, NEW_TASK_KEY } from '../store/slices/drafts.ts';
import { EMPTY_FORM } from '../store/slices/new-task.ts';
import { taskById } from '../store/task-index.ts';
import type { Command, CommandContext } from './command.ts';
import { openNewTaskForm } from './create-task.ts';
import { confirmLastPrompt, mayEditLastPrompt, openLastPrompt } from './edit-last-prompt.ts';
import { leavePrompt } from './prompt-draft.ts';

/**
 * Opens the initial prompt of a paused task, or the last prompt of a chat, with changes that the server has not accepted
 * yet.
 */
function openPromptToEdit(context: CommandContext): void {
  const { store } = context;
  const state = store.getState();
  const task = selectedTask(state);
  if (task === null) return;
  const key = initialPromptKey(task.id);
  if (chatFacts(task) !== null) openLastPrompt(context, task);
  else if (!state.drafts.has(key))
    store.dispatch({ type: 'draft-changed', key, buffer: bufferOf(editableInitialPrompt(task)) });
  store.dispatch(
    { type: 'initial-prompt-task-changed', taskId: task.id },
    { type: 'pane-focused', pane: 'prompt' },
  );
}

/** Sends the changed prompt to the server; of a chat, asks first. It stays a draft until the server accepts it. */
export function saveEditedPrompt(context: CommandContext): void {
  const { store, clock, operations } = context;
  const state = store.getState();
  const task = taskById(state, state.view.initialPromptTaskId);
  if (task === null) return leavePrompt(store);
  const text = state.drafts.get(initialPromptKey(task.id))?.text ?? '';
  const showError = (words: string): void =>
    store.dispatch({ type: 'notice-changed', notice: { tone: 'bad', text: words, at: clock.now() } });
  const isChat = chatFacts(task) !== null;
  if (text.trim() === '')
    return showError(
      isChat
        ? 'The prompt is empty. Write what replaces it.'
        : 'The initial prompt is empty. Describe the task.',
    );
  const availability = mayEditPrompt(task, phaseIn(state, task));
  if (availability !== true) return showError(availability);
  if (isChat) return confirmLastPrompt(context, task, text);
  const isChanged = text !== editableInitialPrompt(task);
  leavePrompt(store);
  if (isChanged) operations.updateInput(task.id, text);
}

/** Opens the form of a new task with the prompt of the selected one, and its template and preset if known. */
function newTaskFrom(context: CommandContext): void {
  const { store, operations, clock } = context;
  const state = store.getState();
  const task = selectedTask(state);
  if (task === null) return;
  const prompt = editableInitialPrompt(task);
  const before = state.drafts.get(NEW_TASK_KEY)?.text ?? '';
  store.dispatch({ type: 'draft-changed', key: NEW_TASK_KEY, buffer: bufferOf(prompt) });
  const facts = coderFacts(task);
  const isKnown = state.templates?.some(({ id }) => id === facts?.templateId) ?? true;
  const template = facts !== null && isKnown ? facts.templateId : null;
  store.dispatch({ type: 'form-changed', change: { ...EMPTY_FORM, template } });
  openNewTaskForm(context);
  if (before.trim() !== '' && before !== prompt) {
    const text = 'Your previous draft is in the prompt history.';
    store.dispatch(
      { type: 'prompt-recorded', text: before },
      { type: 'notice-changed', notice: { tone: 'plain', text, at: clock.now() } },
    );
  }
  const presetId = state.builds.get(task.id)?.build.presetId;
  if (facts === null || template === null || presetId === undefined) return;
  const { templateVersionId } = facts;
  void operations.loadTemplateOptions(templateVersionId).then(() => {
    const { templateOptions, newTaskForm } = store.getState();
    const preset = templateOptions.get(templateVersionId)?.presets?.find(({ id }) => id === presetId);
    // A choice that the user made meanwhile wins.
    if (preset !== undefined && newTaskForm.template === template && newTaskForm.preset === null)
      store.dispatch({ type: 'form-changed', change: { preset: { named: preset.name } } });
  });
}

export const initialPromptCommands: readonly Command[] = [
  {
    id: 'new-from',
    title: 'New task from this one’s prompt',
    keys: ['N'],
    keyContext: 'panes',
    sends: true,
    enabled(state) {
      const task = selectedTask(state);
      if (task === null) return 'No task is selected.';
      return (
        task.initialPrompt.trim() !== '' || `It has no initial prompt. ${keyFor('new')} writes a new one.`
      );
    },
    run: newTaskFrom,
  },
  {
    id: 'edit-input',
    title: 'Edit initial prompt (chat: last)',
    hint: (state) => {
      const task = selectedTask(state);
      return task !== null && chatFacts(task) !== null ? 'edit last prompt' : 'edit initial prompt';
    },
    keys: ['I'],
    keyContext: 'panes',
    sends: true,
    enabled(state) {
      const task = selectedTask(state);
      if (task === null) return 'No task is selected.';
      const availability = mayEditPrompt(task, phaseIn(state, task));
      return availability === true && chatFacts(task) !== null
        ? mayEditLastPrompt(state, task)
        : availability;
    },
    run: openPromptToEdit,
  },
];
