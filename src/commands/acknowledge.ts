import { availabilityOn } from '../domain/action.ts';
import { keyFor } from '../domain/key-placeholder.ts';
import { asksUser, MARK_UNREAD } from '../domain/needs-attention.ts';
import type { Availability } from '../domain/rules.ts';
import { chatFacts, type Task } from '../domain/task.ts';
import { markedIds, markedOrSelected } from '../store/marks.ts';
import { phaseIn } from '../store/slices/actions.ts';
import { isAcknowledgedIn, isSnoozedIn, needsAttentionUndebounced } from '../store/slices/attention.ts';
import type { State } from '../store/state.ts';
import { confirmBulkAction } from './bulk-actions.ts';
import type { Command, CommandContext } from './command.ts';

/** A question stays until it is answered. Acknowledging a snoozed task ends its snooze. */
const mayAcknowledge = (state: State, task: Task): boolean =>
  (needsAttentionUndebounced(state, task) || isSnoozedIn(state, task)) &&
  !(asksUser(task) && phaseIn(state, task) === 'idle');

const mayMarkUnread = (state: State, task: Task): Availability =>
  availabilityOn(state.actionTables, MARK_UNREAD, task, phaseIn(state, task));

function availability(state: State): Availability {
  const tasks = markedOrSelected(state);
  const [first] = tasks;
  if (first === undefined) return 'No task is selected.';
  if (tasks.some((task) => mayAcknowledge(state, task) || isAcknowledgedIn(state, task))) return true;
  const reasons = tasks.filter((task) => chatFacts(task) !== null).map((task) => mayMarkUnread(state, task));
  if (reasons.includes(true)) return true;
  if (tasks.some(asksUser)) return `A question stays until you answer it. ${keyFor('snooze')} snoozes it.`;
  return reasons[0] ?? 'It does not need you.';
}

/** Acknowledges the tasks that need the user. Without any, undoes that, or marks chats as unread on the server. */
function acknowledge(context: CommandContext): void {
  const { store, clock, operations } = context;
  const state = store.getState();
  const tasks = markedOrSelected(state);
  const idsOf = (some: readonly Task[]): readonly string[] => some.map(({ id }) => id);
  const needing = tasks.filter((task) => mayAcknowledge(state, task));
  if (needing.length > 0)
    return store.dispatch({
      type: 'tasks-acknowledged',
      taskIds: idsOf(needing),
      on: true,
      now: clock.now(),
    });
  const unreadable = tasks.filter((task) => mayMarkUnread(state, task) === true);
  const acknowledged = tasks.filter((task) => isAcknowledgedIn(state, task) && !unreadable.includes(task));
  if (acknowledged.length > 0)
    store.dispatch({ type: 'tasks-acknowledged', taskIds: idsOf(acknowledged), on: false, now: clock.now() });
  const [only, ...others] = unreadable;
  if (only === undefined) return;
  if (others.length === 0) operations.act(MARK_UNREAD, only.id);
  else if (markedIds(state).length > 0) confirmBulkAction(context, MARK_UNREAD);
}

export const acknowledgeCommands: readonly Command[] = [
  {
    id: 'acknowledge',
    title: 'Acknowledge; again: mark unread',
    hint: (state) =>
      markedOrSelected(state).some((task) => mayAcknowledge(state, task)) ? 'acknowledge' : 'mark unread',
    keys: ['e'],
    keyContext: 'panes',
    // Only the server can mark a chat as unread.
    sends: (state) =>
      markedOrSelected(state).some((task) => mayMarkUnread(state, task) === true) &&
      !markedOrSelected(state).some((task) => mayAcknowledge(state, task)),
    enabled: availability,
    run: acknowledge,
  },
];
