import { keyFor } from '../domain/key-hint.ts';
import type { Phase } from '../domain/phase.ts';
import { deliveryTo } from '../domain/rules.ts';
import { draft, draftKey, isToMarked, phaseIn, selectedTask } from '../store/selectors.ts';
import type { Notice, NoticeCause } from '../store/state.ts';
import type { Command, CommandContext } from './command.ts';
import { create } from './composing.ts';
import { searchHistory } from './history-search.ts';
import { finishWriting, leavePrompt } from './leaving.ts';
import { recall } from './recall.ts';
import { saveRewritten } from './rewriting.ts';
import { askAboutMarked } from './several.ts';

/** Sends what stands in the prompt, or says why not. Nothing is cleared before it is in the outbox. */
function send(context: CommandContext): void {
  const { store, clock } = context;
  const state = store.getState();
  const { text } = draft(state);
  const { composing } = state.view;
  const say = (tone: Notice['tone'], text: string, about?: NoticeCause): void =>
    store.dispatch({ type: 'noticed', notice: { tone, text, at: clock.now(), ...(about && { about }) } });

  if (composing !== null) create(context);
  else if (state.view.rewriting !== null) saveRewritten(context);
  else if (text.trim() === '') say('plain', 'There is nothing to send yet.');
  else if (isToMarked(state)) askAboutMarked(context, 'send');
  else {
    const task = selectedTask(state);
    if (task === null) return;
    const phase = phaseIn(state, task);
    switch (deliveryTo(phase)) {
      case 'now':
      case 'when-ready':
        return deliver(context, task.id);
      case 'needs-resume':
        return store.dispatch({
          type: 'overlay-opened',
          overlay: { kind: 'confirm-resume', taskId: task.id },
        });
      case 'never':
        return say('bad', refusal(phase), { kind: 'phase', taskId: task.id, phase });
    }
  }
}

/** Why a task in this phase takes no message. */
const refusal = (phase: Phase): string =>
  phase === 'deleting'
    ? 'The task is being deleted: nothing can be sent to it any more.'
    : phase === 'error'
      ? `The task is in error and takes no message. Go back with ${keyFor('leave-prompt')} and start it again with ${keyFor('resume')}; what you wrote stays here.`
      : 'The server cannot tell how the task is, so it takes no message now. What you wrote stays here.';

/** Hands the draft for a task to the outbox; `resume`: the task is to be resumed for it. */
export function deliver(context: CommandContext, taskId: string, resume = false): void {
  const text = context.store.getState().drafts.get(taskId)?.text ?? '';
  if (text.trim() === '') return;
  finishWriting(context.store, taskId, text);
  context.outbox.add(taskId, text, resume);
}

/** Up and down reach into the history only from the edge of the text; anywhere else they move within it. */
const atEdge = (step: -1 | 1) => (context: CommandContext) => recall(context.store, step);

export const promptCommands: readonly (Command & { readonly scope: 'prompt' })[] = [
  {
    id: 'send',
    title: 'Send, or start the new task',
    hint: 'send',
    keys: ['enter'],
    scope: 'prompt',
    enabled: (state) => draftKey(state) !== null || 'No task is selected.',
    run: send,
  },
  {
    id: 'leave-prompt',
    title: 'Back; the draft stays',
    hint: 'back',
    keys: ['esc'],
    scope: 'prompt',
    run: ({ store }) => leavePrompt(store),
  },
  searchHistory,
];

/** Keys of the prompt that do something else when there is nothing to do for them here. */
export const historyKeys: ReadonlyMap<string, (context: CommandContext) => boolean> = new Map([
  ['up', atEdge(-1)],
  ['ctrl+p', atEdge(-1)],
  ['down', atEdge(1)],
  ['ctrl+n', atEdge(1)],
]);
