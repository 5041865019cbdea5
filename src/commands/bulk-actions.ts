import type { ActionId } from '../domain/action.ts';
import { SEND } from '../domain/bulk-rules.ts';
import { keyFor } from '../domain/key-placeholder.ts';
import { deliveryTiming } from '../domain/rules.ts';
import { counted } from '../domain/text/count.ts';
import { bulkPlanFor, markedAvailability } from '../store/bulk-plan.ts';
import { pendingBulkOperation } from '../store/bulk-progress.ts';
import { markedIds } from '../store/marks.ts';
import { phaseIn } from '../store/selectors.ts';
import { MARKED_TASKS_KEY } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import type { Overlay } from '../store/view-state.ts';
import type { Command, CommandContext } from './command.ts';
import { finishSending } from './prompt-draft.ts';

type BulkQuestion = Extract<Overlay, { readonly kind: 'confirm-bulk' }>;

/** Asks for confirmation to act on the marked tasks. Shows a notice with the reason when no task is eligible. */
export function confirmBulkAction({ store, clock }: CommandContext, act: ActionId): void {
  const state = store.getState();
  const taskIds = markedIds(state);
  const plan = bulkPlanFor(state, act, taskIds);
  if (plan.eligible.length > 0)
    return store.dispatch({ type: 'overlay-opened', overlay: { kind: 'confirm-bulk', act, taskIds } });
  const availability = markedAvailability(state, act);
  const text =
    taskIds.length === 0 || availability === true ? 'No task is marked. The draft stays.' : availability;
  store.dispatch({ type: 'notice-changed', notice: { tone: 'plain', text, at: clock.now() } });
}

/** Handles the answer: `y` acts on all eligible tasks; for a message, `w` queues it without resuming paused tasks. */
export function answerBulkQuestion(
  context: CommandContext,
  { act, taskIds }: BulkQuestion,
  key: string,
): void {
  const { store, bulk } = context;
  const { eligible } = bulkPlanFor(store.getState(), act, taskIds);
  if (act === SEND) {
    if (key === 'y' || key === 'w') sendToTasks(context, taskIds, key === 'y');
  } else if (key === 'y' && eligible.length > 0) {
    // The question listed the tasks that are not eligible, so they are unmarked too.
    unmark(store, taskIds);
    bulk.start(act, eligible);
  }
}

function unmark(store: Store, taskIds: readonly string[]): void {
  const marked = new Set(store.getState().view.marked);
  for (const id of taskIds) marked.delete(id);
  store.dispatch({ type: 'marks-changed', marked });
}

/** Adds one message per eligible task to the outbox. */
function sendToTasks(
  { store, outbox, clock }: CommandContext,
  taskIds: readonly string[],
  resume: boolean,
): void {
  const state = store.getState();
  const text = state.drafts.get(MARKED_TASKS_KEY)?.text ?? '';
  const { eligible } = bulkPlanFor(state, SEND, taskIds);
  if (text.trim() === '' || eligible.length === 0) return;
  finishSending(store, MARKED_TASKS_KEY, text);
  unmark(store, taskIds);
  for (const task of eligible) {
    const needsResume = deliveryTiming(phaseIn(state, task)) === 'needs-resume';
    outbox.add(task.id, text, resume && needsResume);
  }
  const notice = `${counted(eligible.length, 'message')} queued. ${keyFor('outbox')} opens the outbox.`;
  store.dispatch({ type: 'notice-changed', notice: { tone: 'plain', text: notice, at: clock.now() } });
}

export const bulkCommands: readonly Command[] = [
  {
    id: 'take-back',
    title: 'Undo a waiting bulk operation',
    hint: 'undo',
    keys: ['U'],
    keyContext: 'panes',
    enabled: (state) => pendingBulkOperation(state) !== null || 'Nothing to undo.',
    run: ({ bulk }) => bulk.undo(),
  },
  {
    id: 'outcome',
    title: 'Last bulk operation’s failures',
    keys: ['R'],
    keyContext: 'panes',
    enabled: ({ failedBulkOperation }) => failedBulkOperation !== null || 'Nothing has failed.',
    run: ({ store }) => store.dispatch({ type: 'overlay-opened', overlay: { kind: 'outcome', top: 0 } }),
  },
];
