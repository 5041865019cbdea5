import { fileAt, patchText } from '../domain/diff-document.ts';
import { keyFor } from '../domain/key-placeholder.ts';
import type { DiffOf } from '../domain/ports/source.ts';
import { chatFacts, hasExtension, type Task } from '../domain/task.ts';
import { counted, plural } from '../domain/text/format.ts';
import { parseWebUrl } from '../domain/web-link.ts';
import { commentsOf } from '../store/review.ts';
import { selectedTask } from '../store/selectors.ts';
import { type OpenDiff, shownDiff } from '../store/slices/diff.ts';
import type { State } from '../store/state.ts';
import { knownTask } from '../store/task-index.ts';
import { diffWindow } from '../view/diff/diff-window.ts';
import type { Command, CommandContext } from './command.ts';
import { diffCursorCommands, hasChanges } from './diff-cursor.ts';
import { editFileCommand } from './diff-editor.ts';
import { stepDiffHit } from './diff-search.ts';
import { reviewCommands } from './review.ts';

/** Why the task has no diff; null when it can have one. */
function whyNoDiff(task: Task | null): string | null {
  if (task === null) return 'No task is selected.';
  const facts = chatFacts(task);
  if (facts === null) return 'Only chats have a diff: the server does not know the changes of a task.';
  if (hasExtension(task, 'diff-scope')) return null;
  return facts.workspaceId === null && facts.changes === null
    ? 'This chat has no workspace and no branch, so it has no changes.'
    : null;
}

const openDiffOf = (state: State): OpenDiff | null => state.view.openDiff;

/** Shows one of the diffs, and loads it unless it is there. */
function showDiff({ store, operations }: CommandContext, of: DiffOf): void {
  store.dispatch({ type: 'diff-switched', of });
  const open = openDiffOf(store.getState());
  if (open !== null && shownDiff(open).document === null) operations.loadDiff(open.taskId, of);
}

/** Loads the open diff again; does nothing without one. */
export function reloadDiff({ store, operations }: CommandContext): void {
  const open = openDiffOf(store.getState());
  if (open !== null) operations.loadDiff(open.taskId, open.of);
}

/** Columns per press. */
const COLUMN_STEP = 8;

const sideways =
  (step: -1 | 1) =>
  ({ store }: CommandContext): void => {
    const open = openDiffOf(store.getState());
    if (open === null) return;
    const column = Math.max(0, open.column + step * COLUMN_STEP);
    store.dispatch({ type: 'diff-layout-changed', wrap: open.wrap, column });
  };

const isCut = ({ view }: State) => view.openDiff?.wrap === false || 'Lines are wrapped.';

/** The page of the pull request, or of the branch; null for none. */
function pageOf(state: State): string | null {
  const open = openDiffOf(state);
  if (open === null) return null;
  const task = knownTask(state, open.taskId);
  const urls = [open.base.document?.diff.url, task === null ? '' : chatFacts(task)?.changes?.url];
  return urls.map((url) => parseWebUrl(url ?? '')).find((url) => url !== null) ?? null;
}

async function openPage({ store, browser, clock }: CommandContext): Promise<void> {
  const page = pageOf(store.getState());
  if (page === null) return;
  const { done, words } = await browser.open(page);
  store.dispatch({
    type: 'notice-changed',
    notice: { tone: done ? 'good' : 'bad', text: words, at: clock.now() },
  });
}

/** Copies the changes of the file of the cursor; above the first file, all of them. */
async function copyDiff({ store, clipboard, clock }: CommandContext): Promise<void> {
  const window = diffWindow(store.getState());
  if (window === null || window.document === null) return;
  const file = fileAt(window.document, window.cursor.line);
  const { done, words } = await clipboard.copy(patchText(window.document, file?.key ?? null));
  store.dispatch({
    type: 'notice-changed',
    notice: { tone: done ? 'good' : 'bad', text: words, at: clock.now() },
  });
}

/** Hides an error, ends the search, or closes the diff. */
function closeStep({ store, clock }: CommandContext): void {
  const state = store.getState();
  const { openDiff } = state.view;
  if (state.notice !== null) return store.dispatch({ type: 'notice-changed', notice: null });
  if (openDiff === null) return;
  if (openDiff.search !== null) return store.dispatch({ type: 'diff-search-changed', search: null });
  store.dispatch({ type: 'diff-closed' });
  const { length } = commentsOf(state, openDiff.taskId);
  if (length === 0) return;
  const text = `${counted(length, 'comment')} not sent yet: ${keyFor('diff')} shows ${plural(length, 'it', 'them')}.`;
  store.dispatch({ type: 'notice-changed', notice: { tone: 'plain', text, at: clock.now() } });
}

const isSearching = ({ view }: State): boolean => (view.openDiff?.search ?? null) !== null;

export const diffCommands: readonly Command[] = [
  {
    id: 'diff',
    title: 'Read the changes of the chat',
    hint: 'diff',
    keys: ['D'],
    keyContext: 'panes',
    enabled: (state) => whyNoDiff(selectedTask(state)) ?? true,
    run(context) {
      const task = selectedTask(context.store.getState());
      if (task === null) return;
      // The agent of a chat on this machine commits seldom.
      const isOnBranch = chatFacts(task)?.changes != null && !hasExtension(task, 'diff-scope');
      const of = isOnBranch ? 'base' : 'uncommitted';
      context.store.dispatch({ type: 'diff-opened', taskId: task.id, of });
      showDiff(context, of);
    },
  },
  ...diffCursorCommands,
  ...reviewCommands,
  {
    id: 'diff-switch',
    title: 'Against the base, or uncommitted',
    hint: ({ view }) => (view.openDiff?.of === 'base' ? 'uncommitted' : 'against the base'),
    keys: ['tab', 'shift+tab'],
    keyContext: 'diff',
    run(context) {
      const open = openDiffOf(context.store.getState());
      if (open !== null) showDiff(context, open.of === 'base' ? 'uncommitted' : 'base');
    },
  },
  {
    id: 'diff-search',
    title: 'Search the diff (smart case)',
    hint: 'search',
    keys: ['ctrl+f', '/'],
    keyContext: 'diff',
    enabled: hasChanges,
    run({ store }) {
      const window = diffWindow(store.getState());
      if (window === null) return;
      if (window.open.search === null)
        store.dispatch({ type: 'diff-search-changed', search: { text: '', hit: null } });
      store.dispatch({
        type: 'overlay-opened',
        overlay: { kind: 'diff-search', before: window.anchor, cursor: window.cursor },
      });
    },
  },
  {
    id: 'diff-next-hit',
    title: 'Next hit in the diff',
    hint: 'next hit',
    keys: ['n'],
    keyContext: 'diff',
    enabled: (state) => isSearching(state) || 'Only after a search.',
    run: (context) => stepDiffHit(context, 1),
  },
  {
    id: 'diff-previous-hit',
    title: 'Previous hit in the diff',
    keys: ['N'],
    keyContext: 'diff',
    enabled: (state) => isSearching(state) || 'Only after a search.',
    run: (context) => stepDiffHit(context, -1),
  },
  {
    id: 'diff-wrap',
    title: 'Wrap or cut long lines of the diff',
    hint: 'wrap',
    keys: ['w'],
    keyContext: 'diff',
    run({ store }) {
      const open = openDiffOf(store.getState());
      if (open !== null) store.dispatch({ type: 'diff-layout-changed', wrap: !open.wrap, column: 0 });
    },
  },
  {
    id: 'diff-right',
    title: 'Scroll right in cut lines',
    keys: ['right', 'l'],
    keyContext: 'diff',
    enabled: isCut,
    run: sideways(1),
  },
  {
    id: 'diff-left',
    title: 'Scroll left in cut lines',
    keys: ['left', 'h'],
    keyContext: 'diff',
    enabled: isCut,
    run: sideways(-1),
  },
  {
    id: 'diff-page',
    title: 'Open the diff in $PAGER',
    hint: 'pager',
    keys: ['v'],
    keyContext: 'diff',
    enabled: hasChanges,
    run({ store, openPager }) {
      const document = diffWindow(store.getState())?.document ?? null;
      if (document !== null) openPager(patchText(document, null));
    },
  },
  {
    id: 'diff-page-file',
    title: 'Open the file’s diff in $PAGER',
    keys: ['V'],
    keyContext: 'diff',
    enabled: hasChanges,
    run({ store, openPager }) {
      const window = diffWindow(store.getState());
      if (window === null || window.document === null) return;
      openPager(patchText(window.document, fileAt(window.document, window.cursor.line)?.key ?? null));
    },
  },
  editFileCommand,
  {
    id: 'diff-copy',
    title: 'Copy the diff of the file',
    hint: 'copy',
    keys: ['y'],
    keyContext: 'diff',
    enabled: hasChanges,
    run: (context) => void copyDiff(context),
  },
  {
    id: 'diff-link',
    title: 'Open the pull request',
    hint: 'pull request',
    shortHint: 'PR',
    keys: ['o'],
    keyContext: 'diff',
    enabled: (state) => pageOf(state) !== null || 'The server knows no pull request.',
    run: (context) => void openPage(context),
  },
  {
    id: 'diff-reload',
    title: 'Load the diff again',
    hint: 'load again',
    keys: ['r'],
    keyContext: 'diff',
    run: reloadDiff,
  },
  {
    id: 'diff-help',
    title: 'Help: all keys and signs',
    hint: 'help',
    keys: ['?'],
    keyContext: 'diff',
    run: ({ store }) => store.dispatch({ type: 'overlay-opened', overlay: { kind: 'help', top: 0 } }),
  },
  {
    id: 'diff-close',
    title: 'End the search, close the diff',
    hint: 'close',
    keys: ['esc', 'q', 'D'],
    keyContext: 'diff',
    run: closeStep,
  },
];
