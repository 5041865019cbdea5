import { keyFor } from '../domain/key-hint.ts';
import { deliveryTo } from '../domain/rules.ts';
import type { Act } from '../domain/several.ts';
import { waitingOrder } from '../store/countdown.ts';
import { markedIds } from '../store/marks.ts';
import { mayAnyMarked, planFor } from '../store/plan.ts';
import { phaseIn } from '../store/selectors.ts';
import { MARKED } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import type { Overlay } from '../store/view.ts';
import type { Command, CommandContext } from './command.ts';
import { finishWriting } from './leaving.ts';

type Question = Extract<Overlay, { readonly kind: 'confirm-several' }>;

/** One question about all that are marked, or why it can be done to none of them. */
export function askAboutMarked({ store, clock }: CommandContext, act: Act): void {
  const state = store.getState();
  const taskIds = markedIds(state);
  const plan = planFor(state, act, taskIds);
  if (plan.able.length > 0)
    return store.dispatch({ type: 'overlay-opened', overlay: { kind: 'confirm-several', act, taskIds } });
  const verdict = mayAnyMarked(state, act);
  const text =
    taskIds.length === 0 || verdict === true
      ? 'No task is marked any more; what you wrote stays here.'
      : verdict;
  store.dispatch({ type: 'noticed', notice: { tone: 'plain', text, at: clock.now() } });
}

/** Does to all that it can be done to what the question said: `y` is yes; of a message `w` only queues it. */
export function answerSeveral(context: CommandContext, { act, taskIds }: Question, key: string): void {
  const { store, several } = context;
  const { able } = planFor(store.getState(), act, taskIds);
  if (act === 'send') {
    if (key === 'y' || key === 'w') sendTo(context, taskIds, key === 'y');
  } else if (key === 'y' && able.length > 0) {
    // What it cannot be done to has been said: the next key is about other tasks.
    unmark(store, taskIds);
    several.give(act, able);
  }
}

function unmark(store: Store, taskIds: readonly string[]): void {
  const marked = new Set(store.getState().view.marked);
  for (const id of taskIds) marked.delete(id);
  store.dispatch({ type: 'marked', marked });
}

/** A message for each, as if it had been written to each of them alone. */
function sendTo({ store, outbox, clock }: CommandContext, taskIds: readonly string[], resume: boolean): void {
  const state = store.getState();
  const text = state.drafts.get(MARKED)?.text ?? '';
  const { able } = planFor(state, 'send', taskIds);
  if (text.trim() === '' || able.length === 0) return;
  finishWriting(store, MARKED, text);
  unmark(store, taskIds);
  for (const task of able) {
    const isResting = deliveryTo(phaseIn(state, task)) === 'needs-resume';
    outbox.add(task.id, text, resume && isResting);
  }
  const many = able.length === 1 ? 'One message is' : `${able.length} messages are`;
  const said = `${many} on the way: ${keyFor('outbox')} shows what becomes of each.`;
  store.dispatch({ type: 'noticed', notice: { tone: 'plain', text: said, at: clock.now() } });
}

export const severalCommands: readonly Command[] = [
  {
    id: 'take-back',
    title: 'Undo a waiting bulk operation',
    hint: 'undo',
    keys: ['U'],
    scope: 'panes',
    enabled: (state) => waitingOrder(state) !== null || 'Nothing to undo.',
    run: ({ several }) => several.takeBack(),
  },
  {
    id: 'outcome',
    title: 'Last bulk operation’s failures',
    keys: ['R'],
    scope: 'panes',
    enabled: ({ outcome }) => outcome !== null || 'Nothing has failed.',
    run: ({ store }) => store.dispatch({ type: 'overlay-opened', overlay: { kind: 'outcome', top: 0 } }),
  },
];
