import { bufferOf } from '../domain/edit/buffer.ts';
import { keyFor } from '../domain/key-placeholder.ts';
import type { Availability } from '../domain/rules.ts';
import type { Task } from '../domain/task.ts';
import { lastPromptOf } from '../store/last-prompt.ts';
import { initialPromptKey } from '../store/slices/drafts.ts';
import type { Overlay } from '../store/slices/screen.ts';
import type { State } from '../store/state.ts';
import { taskById } from '../store/task-index.ts';
import type { CommandContext } from './command.ts';
import { leavePrompt } from './prompt-draft.ts';

type EditQuestion = Extract<Overlay, { readonly kind: 'confirm-edit' }>;

/** Whether the last prompt of the chat can be edited, else the reason. */
export function mayEditLastPrompt(state: State, task: Task): Availability {
  const prompt = lastPromptOf(state, task);
  return typeof prompt === 'string' ? prompt : true;
}

/** The draft for the last prompt: a change that the server has not accepted yet, else the prompt. */
export function openLastPrompt({ store }: CommandContext, task: Task): void {
  const state = store.getState();
  const prompt = lastPromptOf(state, task);
  const key = initialPromptKey(task.id);
  if (typeof prompt !== 'string' && !state.drafts.has(key))
    store.dispatch({ type: 'draft-changed', key, buffer: bufferOf(prompt.text) });
}

/** Asks before the changed prompt replaces the last one. An unchanged one is closed. */
export function confirmLastPrompt({ store, clock }: CommandContext, task: Task, text: string): void {
  const prompt = lastPromptOf(store.getState(), task);
  if (typeof prompt === 'string')
    return store.dispatch({
      type: 'notice-changed',
      notice: { tone: 'bad', text: `${prompt} The draft stays.`, at: clock.now() },
    });
  if (text === prompt.text) return leavePrompt(store);
  const overlay = { kind: 'confirm-edit', taskId: task.id, messageId: prompt.id } as const;
  store.dispatch({ type: 'overlay-opened', overlay });
}

/** Sends the changed prompt after a yes. The draft stays until the server has accepted it, and after a no. */
export function answerEditQuestion(
  { store, clock, operations }: CommandContext,
  { taskId, messageId }: EditQuestion,
  isYes: boolean,
): void {
  if (!isYes) return;
  const state = store.getState();
  const task = taskById(state, taskId);
  const prompt = task === null ? null : lastPromptOf(state, task);
  const text = state.drafts.get(initialPromptKey(taskId))?.text ?? '';
  if (task === null || prompt === null || text.trim() === '') return;
  if (typeof prompt === 'string' || prompt.id !== messageId) {
    const words = `Another prompt was sent meanwhile, so nothing was replaced. Press ${keyFor('send')} to replace that one.`;
    return store.dispatch({
      type: 'notice-changed',
      notice: { tone: 'bad', text: words, at: clock.now() },
    });
  }
  leavePrompt(store);
  operations.editLastPrompt(taskId, messageId, text);
}
