import { bufferOf } from '../domain/edit/buffer.ts';
import { keyFor } from '../domain/key-hint.ts';
import { mayRewrite } from '../domain/rules.ts';
import { promptOf } from '../domain/task-prompt.ts';
import { BLANK_FORM } from '../store/form.ts';
import { phaseIn, selectedTask, taskById } from '../store/selectors.ts';
import { inputKey, NEW } from '../store/state.ts';
import type { Command, CommandContext } from './command.ts';
import { beginTask } from './composing.ts';
import { leavePrompt } from './leaving.ts';

/** Opens the prompt that a paused task begins with; what was changed of it before, and not taken yet, is there again. */
function rewrite({ store }: CommandContext): void {
  const state = store.getState();
  const task = selectedTask(state);
  if (task === null) return;
  const key = inputKey(task.id);
  if (!state.drafts.has(key)) store.dispatch({ type: 'draft-edited', key, buffer: bufferOf(promptOf(task)) });
  store.dispatch({ type: 'rewriting', taskId: task.id });
  store.dispatch({ type: 'focused', pane: 'prompt' });
}

/** Hands the changed prompt to the server. It is a draft until the server has taken it. */
export function saveRewritten({ store, clock, operations }: CommandContext): void {
  const state = store.getState();
  const task = taskById(state, state.view.rewriting);
  if (task === null) return leavePrompt(store);
  const text = state.drafts.get(inputKey(task.id))?.text ?? '';
  const say = (words: string): void =>
    store.dispatch({ type: 'noticed', notice: { tone: 'bad', text: words, at: clock.now() } });
  if (text.trim() === '') return say('A task cannot begin with nothing: write what it should do.');
  const verdict = mayRewrite(phaseIn(state, task));
  if (verdict !== true) return say(verdict);
  const isChanged = text !== promptOf(task);
  leavePrompt(store);
  if (isChanged) operations.updateInput(task.id, text);
}

/** Begins a new task with the prompt of the selected one, from the same template and preset as far as they are known. */
function beginFrom(context: CommandContext): void {
  const { store, operations, clock } = context;
  const state = store.getState();
  const task = selectedTask(state);
  if (task === null) return;
  const prompt = promptOf(task);
  const before = state.drafts.get(NEW)?.text ?? '';
  store.dispatch({ type: 'draft-edited', key: NEW, buffer: bufferOf(prompt) });
  const isKnown = state.templates?.some(({ id }) => id === task.templateId) ?? true;
  const template = isKnown ? task.templateId : null;
  store.dispatch({ type: 'form-changed', change: { ...BLANK_FORM, template } });
  beginTask(context);
  if (before.trim() !== '' && before !== prompt) {
    store.dispatch({ type: 'prompt-used', text: before });
    const text = 'What you had begun to write is among the earlier prompts.';
    store.dispatch({ type: 'noticed', notice: { tone: 'plain', text, at: clock.now() } });
  }
  const presetId = state.builds.get(task.id)?.build.presetId;
  if (template === null || presetId === undefined) return;
  void operations.loadOffer(task.templateVersionId).then(() => {
    const { offers, form } = store.getState();
    const preset = offers.get(task.templateVersionId)?.presets?.find(({ id }) => id === presetId);
    // Whatever the user has chosen meanwhile is newer.
    if (preset !== undefined && form.template === template && form.preset === null)
      store.dispatch({ type: 'form-changed', change: { preset: { named: preset.name } } });
  });
}

export const rewritingCommands: readonly Command[] = [
  {
    id: 'new-from',
    title: 'New task from this one’s prompt',
    keys: ['N'],
    scope: 'panes',
    enabled(state) {
      const task = selectedTask(state);
      if (task === null) return 'No task is selected.';
      return (
        task.initialPrompt.trim() !== '' || `It has no initial prompt. ${keyFor('new')} writes a new one.`
      );
    },
    run: beginFrom,
  },
  {
    id: 'edit-input',
    title: 'Edit the initial prompt',
    keys: ['I'],
    scope: 'panes',
    enabled(state) {
      const task = selectedTask(state);
      return task === null ? 'No task is selected.' : mayRewrite(phaseIn(state, task));
    },
    run: rewrite,
  },
];
