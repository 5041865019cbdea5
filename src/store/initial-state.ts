import { INITIAL_ACTIONS } from './slices/actions.ts';
import { INITIAL_ANSWERS } from './slices/answers.ts';
import { INITIAL_ATTENTION } from './slices/attention.ts';
import { INITIAL_CHAT_OPTIONS } from './slices/chat-options.ts';
import { type ConnectionOptions, initialConnection } from './slices/connection.ts';
import { INITIAL_CONVERSATION_SEARCH } from './slices/conversation-search.ts';
import { INITIAL_CONVERSATIONS } from './slices/conversations.ts';
import { INITIAL_DIFF } from './slices/diff.ts';
import { INITIAL_DRAFTS } from './slices/drafts.ts';
import { INITIAL_LIST_DISPLAY } from './slices/list-display.ts';
import { INITIAL_NEW_TASK } from './slices/new-task.ts';
import { INITIAL_NOTICES } from './slices/notices.ts';
import { INITIAL_OPEN_PARTS } from './slices/open-parts.ts';
import { INITIAL_OUTBOX } from './slices/outbox.ts';
import { INITIAL_OWN_FIELDS } from './slices/own-fields.ts';
import { INITIAL_PROGRESS } from './slices/progress.ts';
import { INITIAL_REQUESTS } from './slices/requests.ts';
import { INITIAL_REVIEW } from './slices/review.ts';
import { INITIAL_ROWS } from './slices/rows.ts';
import { initialScreen, type ScreenOptions } from './slices/screen.ts';
import { initialTasks } from './slices/tasks.ts';
import { INITIAL_WORKTREES } from './slices/worktrees.ts';
import type { State } from './state.ts';

export function initialState(options: ConnectionOptions & ScreenOptions): State {
  const screen = initialScreen(options);
  return {
    ...initialConnection(options),
    ...screen,
    ...initialTasks(options.now),
    ...INITIAL_OWN_FIELDS,
    ...INITIAL_ACTIONS,
    ...INITIAL_ATTENTION,
    ...INITIAL_ANSWERS,
    ...INITIAL_ROWS,
    ...INITIAL_PROGRESS,
    ...INITIAL_CONVERSATIONS,
    ...INITIAL_CONVERSATION_SEARCH,
    ...INITIAL_OPEN_PARTS,
    ...INITIAL_OUTBOX,
    ...INITIAL_DRAFTS,
    ...INITIAL_NEW_TASK,
    ...INITIAL_CHAT_OPTIONS,
    ...INITIAL_DIFF,
    ...INITIAL_WORKTREES,
    ...INITIAL_REVIEW,
    ...INITIAL_REQUESTS,
    ...INITIAL_NOTICES,
    view: {
      ...screen.view,
      ...INITIAL_ROWS.view,
      ...INITIAL_LIST_DISPLAY.view,
      ...INITIAL_ANSWERS.view,
      ...INITIAL_CONVERSATIONS.view,
      ...INITIAL_OPEN_PARTS.view,
      ...INITIAL_DRAFTS.view,
      ...INITIAL_NEW_TASK.view,
      ...INITIAL_DIFF.view,
      ...INITIAL_REVIEW.view,
    },
  };
}
