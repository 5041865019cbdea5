import type { ActionsState } from './slices/actions.ts';
import type { AnswersState } from './slices/answers.ts';
import type { AttentionState } from './slices/attention.ts';
import type { ChatOptionsState } from './slices/chat-options.ts';
import type { ConnectionState } from './slices/connection.ts';
import type { ConversationSearchState } from './slices/conversation-search.ts';
import type { ConversationsState } from './slices/conversations.ts';
import type { DiffState } from './slices/diff.ts';
import type { DraftsState } from './slices/drafts.ts';
import type { ListDisplayState } from './slices/list-display.ts';
import type { NewTaskState } from './slices/new-task.ts';
import type { NoticesState } from './slices/notices.ts';
import type { OpenPartsState } from './slices/open-parts.ts';
import type { OutboxState } from './slices/outbox.ts';
import type { OwnFieldsState } from './slices/own-fields.ts';
import type { ProgressState } from './slices/progress.ts';
import type { RequestsState } from './slices/requests.ts';
import type { ReviewState } from './slices/review.ts';
import type { RowsState } from './slices/rows.ts';
import type { ScreenState } from './slices/screen.ts';
import type { Change } from './slices/slice.ts';
import type { TasksState } from './slices/tasks.ts';
import type { WorktreesState } from './slices/worktrees.ts';

/**
 * Everything that the screen and the commands depend on. Immutable. `slices/` has a file for each subject, with its
 * fields, their initial values, its events and its reducer. `reactions.ts` has the changes that an event makes in other
 * slices than its own, and `reducer.ts` the rules that apply after every event.
 *
 * The slices' fields are flat: most selectors and commands read fields of several slices, and a level for the slice would
 * only lengthen each access. A reducer returns only fields of its slice: `test/store/slices.test.ts` does not compile
 * otherwise. Fields that only say what the user looks at are in `view`.
 */
export type State = ConnectionState &
  ScreenState &
  TasksState &
  OwnFieldsState &
  ActionsState &
  AttentionState &
  AnswersState &
  RowsState &
  ListDisplayState &
  ProgressState &
  ConversationsState &
  ConversationSearchState &
  OpenPartsState &
  OutboxState &
  DraftsState &
  NewTaskState &
  ChatOptionsState &
  DiffState &
  WorktreesState &
  ReviewState &
  RequestsState &
  NoticesState;

export type ViewState = State['view'];

/** Applies changes of any slices. Returns the same object when no value differs. */
export function withChange(state: State, { view, ...fields }: Change<State>): State {
  const next = withFields(state, fields);
  const nextView = view === undefined ? next.view : withFields(next.view, view);
  return nextView === next.view ? next : { ...next, view: nextView };
}

function withFields<Fields extends object>(before: Fields, change: Partial<Fields>): Fields {
  for (const name in change) if (!Object.is(before[name], change[name])) return { ...before, ...change };
  return before;
}
