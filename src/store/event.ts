import type { SavedStateEvent } from './restore-saved-state.ts';
import type { ActionsEvent } from './slices/actions.ts';
import type { AnswersEvent } from './slices/answers.ts';
import type { AttentionEvent } from './slices/attention.ts';
import type { ChatOptionsEvent } from './slices/chat-options.ts';
import type { ConnectionEvent } from './slices/connection.ts';
import type { ConversationSearchEvent } from './slices/conversation-search.ts';
import type { ConversationsEvent } from './slices/conversations.ts';
import type { DiffEvent } from './slices/diff.ts';
import type { DraftsEvent } from './slices/drafts.ts';
import type { ListDisplayEvent } from './slices/list-display.ts';
import type { NewTaskEvent } from './slices/new-task.ts';
import type { NoticesEvent } from './slices/notices.ts';
import type { OpenPartsEvent } from './slices/open-parts.ts';
import type { OutboxEvent } from './slices/outbox.ts';
import type { OwnFieldsEvent } from './slices/own-fields.ts';
import type { ProgressEvent } from './slices/progress.ts';
import type { RequestsEvent } from './slices/requests.ts';
import type { ReviewEvent } from './slices/review.ts';
import type { RowsEvent } from './slices/rows.ts';
import type { ScreenEvent } from './slices/screen.ts';
import type { TasksEvent } from './slices/tasks.ts';
import type { WorktreesEvent } from './slices/worktrees.ts';

/** Everything that can change the state. Times are Unix ms; `now` is the time of the event. */
export type StoreEvent =
  | ConnectionEvent
  | ScreenEvent
  | TasksEvent
  | OwnFieldsEvent
  | ActionsEvent
  | AttentionEvent
  | AnswersEvent
  | RowsEvent
  | ListDisplayEvent
  | ProgressEvent
  | ConversationsEvent
  | ConversationSearchEvent
  | OpenPartsEvent
  | OutboxEvent
  | DraftsEvent
  | NewTaskEvent
  | ChatOptionsEvent
  | DiffEvent
  | WorktreesEvent
  | ReviewEvent
  | RequestsEvent
  | NoticesEvent
  | SavedStateEvent;
