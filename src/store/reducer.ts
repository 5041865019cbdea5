import type { StoreEvent } from './event.ts';
import { withoutExpiredNotices } from './expire-notices.ts';
import { followQuestion } from './follow-question.ts';
import { readInView } from './local-reads.ts';
import { reactionTo } from './reactions.ts';
import { updateReadPosition } from './read-position.ts';
import { restoreSavedState } from './restore-saved-state.ts';
import { updateListedScope } from './scope-switching.ts';
import { actionsReducer } from './slices/actions.ts';
import { answersReducer } from './slices/answers.ts';
import { attentionReducer, markSeen } from './slices/attention.ts';
import { chatOptionsReducer } from './slices/chat-options.ts';
import { connectionReducer } from './slices/connection.ts';
import { conversationSearchReducer } from './slices/conversation-search.ts';
import { conversationsReducer } from './slices/conversations.ts';
import { diffReducer } from './slices/diff.ts';
import { draftsReducer } from './slices/drafts.ts';
import { listDisplayReducer } from './slices/list-display.ts';
import { newTaskReducer } from './slices/new-task.ts';
import { noticesReducer, rememberHiddenNotice, showNextNotice } from './slices/notices.ts';
import { openPartsReducer } from './slices/open-parts.ts';
import { outboxReducer } from './slices/outbox.ts';
import { ownFieldsReducer } from './slices/own-fields.ts';
import { progressReducer } from './slices/progress.ts';
import { requestsReducer } from './slices/requests.ts';
import { reviewReducer } from './slices/review.ts';
import { addNewlyNeeding, rowsReducer } from './slices/rows.ts';
import { screenReducer } from './slices/screen.ts';
import type { Change, SliceReducer } from './slices/slice.ts';
import { tasksReducer } from './slices/tasks.ts';
import { worktreesReducer } from './slices/worktrees.ts';
import { type State, withChange } from './state.ts';
import { taskById } from './task-index.ts';
import { keepPositions } from './transcript-positions.ts';

const REDUCERS: SliceReducer<State, StoreEvent> = {
  ...connectionReducer,
  ...screenReducer,
  ...tasksReducer,
  ...ownFieldsReducer,
  ...actionsReducer,
  ...attentionReducer,
  ...answersReducer,
  ...rowsReducer,
  ...listDisplayReducer,
  ...progressReducer,
  ...conversationsReducer,
  ...conversationSearchReducer,
  ...openPartsReducer,
  ...outboxReducer,
  ...draftsReducer,
  ...newTaskReducer,
  ...chatOptionsReducer,
  ...diffReducer,
  ...worktreesReducer,
  ...reviewReducer,
  ...requestsReducer,
  ...noticesReducer,
  'saved-state-restored': restoreSavedState,
};

/**
 * Applies the events in order. Pure. Returns the same object when nothing changed.
 *
 * Rules that depend on the state between two events run after each: what was read of a transcript when the user left it,
 * the scope that a later list must have, a notice that the next one hides. The other rules apply to the last state.
 */
export function reduce(state: State, events: readonly StoreEvent[]): State {
  const next = events.reduce(applyEvent, state);
  if (next === state) return state;
  const isWatched = next.viewedTaskId !== null && next.viewedTaskId === next.view.selected;
  const hasComeIntoView = events.some(({ type }) => type === 'task-viewed');
  const seen = isWatched ? seeAndRead(next, next.view.selected, hasComeIntoView) : next;
  return followQuestion(withChange(seen, addNewlyNeeding(state, seen)));
}

/** The task in view is seen as it is now, and read. */
function seeAndRead(state: State, taskId: string, hasComeIntoView: boolean): State {
  return readInView(withChange(state, markSeen(state, taskById(state, taskId), hasComeIntoView)), taskId);
}

/** Changes the event's own slice, then other slices by the event, then any slice by the rules for all events. */
function applyEvent(before: State, event: StoreEvent): State {
  const timed = 'now' in event ? { ...before, now: event.now } : before;
  const reacted = reactionTo(event, withChange(timed, reducerOf(event)(timed, event)), timed);
  // An event that is ignored does not set the clock. A tick always notifies: it wakes listeners that wait for a time.
  const changed = reacted === timed && event.type !== 'clock-ticked' ? before : reacted;
  const read = updateReadPosition(before, updateListedScope(changed));
  return applyNoticeRules(before, keepPositions(before, read));
}

/** The table has the reducer of each type, which the compiler cannot follow. */
const reducerOf = (event: StoreEvent) =>
  REDUCERS[event.type] as (state: State, event: StoreEvent) => Change<State>;

function applyNoticeRules(before: State, after: State): State {
  const current = withoutExpiredNotices(after);
  const next = withChange(current, showNextNotice(current));
  return withChange(next, rememberHiddenNotice(before, next));
}
