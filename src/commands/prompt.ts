import { EMPTY } from '../domain/edit/buffer.ts';
import { deliveryTo } from '../domain/rules.ts';
import { draft, draftKey, phaseIn, selectedTask } from '../store/selectors.ts';
import { NEW } from '../store/state.ts';
import type { Command, CommandContext } from './command.ts';
import { recall } from './recall.ts';

/** Sends what stands in the prompt, or says why not. Nothing is cleared before it is in the outbox. */
function send(context: CommandContext): void {
  const { store, operations, clock } = context;
  const state = store.getState();
  const { text } = draft(state);
  const { composing } = state.view;
  const say = (words: string): void =>
    store.dispatch({ type: 'noticed', notice: { tone: 'bad', text: words, at: clock.now() } });

  if (text.trim() === '') {
    say(
      composing === null
        ? 'There is nothing to send yet.'
        : 'Write what the task should do, then press enter.',
    );
  } else if (composing !== null) {
    finish(context, NEW, text);
    operations.create({ templateVersionId: composing.template.activeVersionId, prompt: text });
  } else {
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
        return say(
          phase === 'deleting'
            ? 'The task is being deleted: nothing can be sent to it any more.'
            : `The task is in ${phase}: it takes no message. Try r to start it again; what you wrote stays here.`,
        );
    }
  }
}

/** Hands the draft for a task to the outbox. */
export function deliver(context: CommandContext, taskId: string): void {
  const text = context.store.getState().drafts.get(taskId)?.text ?? '';
  if (text.trim() === '') return;
  finish(context, taskId, text);
  context.outbox.add(taskId, text);
}

/** The prompt is empty again, its text can be recalled, and the keys belong to the panes. */
function finish({ store }: CommandContext, key: string, text: string): void {
  store.dispatch({ type: 'draft-edited', key, buffer: EMPTY });
  store.dispatch({ type: 'prompt-used', text });
  leave(store);
}

function leave(store: CommandContext['store']): void {
  store.dispatch({ type: 'focused', pane: store.getState().view.pane });
  store.dispatch({ type: 'composing', composing: null });
}

/** Up and down reach into the history only from the edge of the text; anywhere else they move within it. */
const atEdge = (step: -1 | 1) => (context: CommandContext) => recall(context.store, step);

export const promptCommands: readonly (Command & { readonly scope: 'prompt' })[] = [
  {
    id: 'send',
    title: 'Send',
    hint: 'send',
    keys: ['enter'],
    scope: 'prompt',
    enabled: (state) => draftKey(state) !== null || 'No task is selected.',
    run: send,
  },
  {
    id: 'leave-prompt',
    title: 'Back to the panes; what is written stays',
    hint: 'back',
    keys: ['esc'],
    scope: 'prompt',
    run: ({ store }) => leave(store),
  },
];

/** Keys of the prompt that do something else when there is nothing to do for them here. */
export const historyKeys: ReadonlyMap<string, (context: CommandContext) => boolean> = new Map([
  ['up', atEdge(-1)],
  ['ctrl+p', atEdge(-1)],
  ['down', atEdge(1)],
  ['ctrl+n', atEdge(1)],
]);
