import { type ActionId, actionById, inverseOf, sendsRequest, undoDelayMs } from '../domain/action.ts';
import { SEND, tasksByAction } from '../domain/bulk-rules.ts';
import { keyFor } from '../domain/key-placeholder.ts';
import { takesOwnFields } from '../domain/own-fields.ts';
import { deliveryTiming } from '../domain/rules.ts';
import type { Task } from '../domain/task.ts';
import { counted } from '../domain/text/format.ts';
import { bulkPlanFor, markedAvailability } from '../store/bulk-plan.ts';
import { pendingBulkOperation } from '../store/bulk-progress.ts';
import { markedIds } from '../store/marks.ts';
import { placeOf } from '../store/selectors.ts';
import { phaseIn } from '../store/slices/actions.ts';
import { MARKED_TASKS_KEY } from '../store/slices/drafts.ts';
import type { Overlay } from '../store/slices/screen.ts';
import type { State } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import { knownTask } from '../store/task-index.ts';
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
    for (const [action, tasks] of inOrderOfStart(store.getState(), act, eligible)) bulk.start(action, tasks);
  }
}

/** Actions without an undo window first: each start ends the window of the one before. */
function inOrderOfStart(
  state: State,
  act: ActionId,
  eligible: readonly Task[],
): ReturnType<typeof tasksByAction> {
  const { actionTables } = state;
  const delayMs = (id: ActionId): number => undoDelayMs(actionById(actionTables, id), placeOf(state));
  return tasksByAction(actionTables, act, eligible).toSorted(
    ([one], [other]) => delayMs(one) - delayMs(other),
  );
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
    const needsResume = deliveryTiming(task, phaseIn(state, task)) === 'needs-resume';
    outbox.add(task.id, text, { resume: resume && needsResume });
  }
  const notice = `${counted(eligible.length, 'message')} queued. ${keyFor('outbox')} opens the outbox.`;
  store.dispatch({ type: 'notice-changed', notice: { tone: 'plain', text: notice, at: clock.now() } });
}

/** The tasks of the last action that has an inverse. One that the action removed from the list can be brought back. */
function invertibleTasks(state: State): readonly Task[] {
  if (state.inverse === null) return [];
  const { action, tasks } = state.inverse;
  const undone = state.actionTables
    .flatMap((table) => table.actions)
    .find((each) => inverseOf(each) === action);
  return tasks
    .map((task) => knownTask(state, task.id) ?? (undone?.removesTask ? task : null))
    .filter((task) => task !== null);
}

/** Cancels the operation that waits; else runs the inverse of the last action. */
function undo({ store, clock, bulk, operations }: CommandContext): void {
  const state = store.getState();
  if (pendingBulkOperation(state) !== null) return bulk.undo();
  const sights = state.inverse?.sights;
  if (sights !== undefined && sights.size > 0)
    store.dispatch({ type: 'sights-restored', sights, now: clock.now() });
  const [task, ...others] = invertibleTasks(state);
  if (state.inverse === null || task === undefined) return;
  if (state.inverse.title !== undefined) operations.rename(task.id, state.inverse.title);
  else if (others.length === 0) operations.act(state.inverse.action, task.id, task);
  else bulk.start(state.inverse.action, [task, ...others]);
}

/** Whether undoing the last action sends a request. */
const sendsInverse = (state: State): boolean =>
  invertibleTasks(state).some((task) =>
    state.inverse?.title === undefined
      ? sendsRequest(state.actionTables, state.inverse?.action ?? '', task)
      : !takesOwnFields(task),
  );

export const bulkCommands: readonly Command[] = [
  {
    id: 'take-back',
    title: 'Undo the waiting or last action',
    hint: 'undo',
    keys: ['U'],
    keyContext: 'panes',
    // An operation that still waits has sent nothing.
    sends: (state) => pendingBulkOperation(state) === null && sendsInverse(state),
    enabled: (state) =>
      pendingBulkOperation(state) !== null ||
      invertibleTasks(state).length > 0 ||
      (state.inverse?.sights?.size ?? 0) > 0 ||
      'Nothing to undo.',
    run: undo,
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
