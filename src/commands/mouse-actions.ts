import { isKeyName, isPrintableKey } from '../domain/key-name.ts';
import { allPendingMessages } from '../store/pending-messages.ts';
import { draftKey, selectedTask } from '../store/selectors.ts';
import { collapsedGroups } from '../store/slices/row-groups.ts';
import { outboxScrollTop } from '../view/layout/geometry.ts';
import { scrollResult } from './bulk-result.ts';
import type { CommandContext } from './command.ts';
import { dispatchKey } from './dispatch-key.ts';
import { moveCursorTo } from './edit-keys.ts';
import { scrollHelp } from './help.ts';
import { moveInOutbox } from './outbox.ts';
import { runChosen } from './palette.ts';
import { scrollPeek } from './peek.ts';
import { leavePrompt } from './prompt-draft.ts';
import { scrollRequests } from './requests.ts';
import { scrollBy } from './transcript-scroll.ts';
import { clickWorktree, scrollWorktree } from './worktree.ts';

/** Runs a key of the footer, as if it was typed. `key`: the keys of a chord separated by blanks. */
export function clickFooterKey(context: CommandContext, key: string): void {
  for (const each of key.split(' ')) {
    if (!isKeyName(each)) return;
    dispatchKey(context, each, isPrintableKey(each) ? (each === 'space' ? ' ' : each) : '');
  }
}

/** Rows per step of the wheel, as in most programs. */
export const WHEEL_ROWS = 3;

/** Selects the task; a click on the selected task of the focused list opens the prompt. */
export function clickTask(context: CommandContext, taskId: string): void {
  const { store } = context;
  const { view } = store.getState();
  if (view.focus === 'list' && view.selected === taskId) return runChosen(context, 'answer');
  focusPane(context, 'list');
  store.dispatch({ type: 'task-selected', taskId });
}

/** Collapses a group, or expands it. */
export function clickHeading(context: CommandContext, key: string): void {
  const { store } = context;
  focusPane(context, 'list');
  const isCollapsed = !collapsedGroups(store.getState().view).has(key);
  store.dispatch({ type: 'groups-collapsed', keys: [key], isCollapsed });
}

/** Focuses a pane; the draft stays. */
export function focusPane({ store }: CommandContext, pane: 'list' | 'transcript'): void {
  const state = store.getState();
  if (state.view.focus === 'prompt') leavePrompt(store);
  if (pane === 'list' || selectedTask(state) !== null) store.dispatch({ type: 'pane-focused', pane });
}

/** Opens the prompt and moves the cursor to a row and column of its layout. */
export function clickPrompt(context: CommandContext, row: number, column: number): void {
  const { store } = context;
  if (store.getState().view.focus !== 'prompt') runChosen(context, 'answer');
  const state = store.getState();
  // During a prompt history search the prompt shows a match instead of the draft.
  if (state.view.focus !== 'prompt' || state.view.promptSearch !== null || draftKey(state) === null) return;
  moveCursorTo(store, row, column);
}

/** Selects a message of the outbox, or a choice of a worktree. `rows`: number of visible rows. */
export function clickModal(context: CommandContext, row: number, rows: number): void {
  const { store } = context;
  const state = store.getState();
  const { overlay } = state.view;
  if (overlay?.kind === 'worktree') return clickWorktree(context, row);
  if (overlay?.kind !== 'outbox' || row < 0 || row >= rows) return;
  const { length } = allPendingMessages(state);
  const index = outboxScrollTop(overlay.index, length, rows) + row;
  if (index < length) store.dispatch({ type: 'overlay-opened', overlay: { kind: 'outbox', index } });
}

/** Scrolls the help or a result, or moves the selection of the outbox. */
export function wheelModal(context: CommandContext, step: -1 | 1): void {
  switch (context.store.getState().view.overlay?.kind) {
    case 'help':
      return scrollHelp(context, step * WHEEL_ROWS);
    case 'outcome':
    case 'texts':
      return scrollResult(context, step * WHEEL_ROWS);
    case 'requests':
      return scrollRequests(context, step * WHEEL_ROWS);
    case 'peek':
      return scrollPeek(context, step * WHEEL_ROWS);
    case 'worktree':
    case 'confirm-worktree':
      return scrollWorktree(context, step * WHEEL_ROWS);
    case 'outbox':
      return moveInOutbox(context, step);
  }
}

export const wheelTranscript = (context: CommandContext, step: -1 | 1): void =>
  scrollBy(context, step * WHEEL_ROWS);
