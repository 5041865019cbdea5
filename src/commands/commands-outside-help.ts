import type { ActionTable } from '../domain/action.ts';
import { memoize } from '../store/memoize.ts';
import { acknowledgeCommands } from './acknowledge.ts';
import { questionCommands } from './answer-question.ts';
import { applicationCommands } from './application.ts';
import { attachCommands } from './attach.ts';
import { bulkCommands } from './bulk-actions.ts';
import { bulkResultCommands } from './bulk-result.ts';
import { chatSettingCommands } from './chat-settings.ts';
import { chooseOwnerCommands } from './choose-owner.ts';
import type { Command } from './command.ts';
import { commandCompletion } from './complete-command.ts';
import { copyCommand } from './copy-menu.ts';
import { diffCommands } from './diff.ts';
import { initialPromptCommands } from './edit-initial-prompt.ts';
import { exportCommands } from './export-transcript.ts';
import { editorCommands } from './external-editor.ts';
import { findCommand } from './find.ts';
import { foldingCommands } from './folding.ts';
import { formCommands } from './form.ts';
import { listDisplayCommands } from './list-display.ts';
import { filterNavigationCommands, listNavigationCommands } from './list-navigation.ts';
import { markingCommands } from './marking.ts';
import { messageCursorCommands } from './message-cursor.ts';
import { linkCommand, taskPageCommand } from './open-link.ts';
import { outboxCommands } from './outbox.ts';
import { paneCommands } from './panes.ts';
import { peekCommands } from './peek.ts';
import { promptCommands } from './prompt.ts';
import { renameCommands } from './rename.ts';
import { requestCommands } from './requests.ts';
import { restartServerCommand } from './restart-server.ts';
import { viewCommand } from './saved-views.ts';
import { snoozeCommands } from './snooze.ts';
import { sortAndFilterCommands } from './sort-and-filter.ts';
import { actionCommands, answerCommand, newTaskCommand } from './task-actions.ts';
import { directoryCommands } from './task-directory.ts';
import { transcriptDisplayCommands } from './transcript-display.ts';
import { transcriptScrollCommands } from './transcript-scroll.ts';
import { searchCommands } from './transcript-search.ts';
import { worktreeCommands } from './worktree.ts';

/** All commands except those of the help, whose rows list these: a file of their own avoids an import cycle. */
export const commandsOutsideHelp = memoize((tables: readonly ActionTable[]): readonly Command[] => [
  answerCommand,
  ...questionCommands,
  ...actionCommands(tables),
  newTaskCommand,
  ...acknowledgeCommands,
  ...snoozeCommands,
  linkCommand,
  taskPageCommand,
  copyCommand,
  ...directoryCommands,
  ...markingCommands,
  ...bulkCommands,
  ...initialPromptCommands,
  ...renameCommands,
  ...listNavigationCommands,
  ...foldingCommands,
  ...listDisplayCommands,
  ...sortAndFilterCommands,
  findCommand,
  viewCommand,
  ...chooseOwnerCommands,
  ...chatSettingCommands,
  ...transcriptScrollCommands,
  ...transcriptDisplayCommands,
  ...paneCommands,
  ...messageCursorCommands,
  ...exportCommands,
  ...searchCommands,
  ...applicationCommands,
  restartServerCommand,
  ...promptCommands,
  commandCompletion,
  ...editorCommands,
  ...attachCommands,
  ...formCommands,
  ...filterNavigationCommands,
  ...outboxCommands,
  ...peekCommands,
  ...bulkResultCommands,
  ...requestCommands,
  ...diffCommands,
  ...worktreeCommands,
]);
