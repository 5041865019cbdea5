import { pendingBulkOperation } from '../store/bulk-progress.ts';
import { allPendingMessages } from '../store/pending-messages.ts';
import { selectedTask, unsentWork } from '../store/selectors.ts';
import { loadFuzzyFind } from '../view/late-loads.ts';
import { hasFullTexts } from '../view/overlays/full-texts.ts';
import type { Command, CommandContext } from './command.ts';
import { reloadDiff } from './diff.ts';
import { openOutbox } from './outbox.ts';
import { leavePromptHistory } from './prompt-draft.ts';

export const applicationCommands: readonly Command[] = [
  {
    id: 'other-pane',
    title: 'Switch between list and transcript',
    hint: 'other pane',
    shortHint: 'pane',
    keys: ['tab', 'shift+tab'],
    keyContext: 'panes',
    enabled: (state) =>
      state.view.pane === 'transcript' || selectedTask(state) !== null || 'No task is selected.',
    run({ store }) {
      store.dispatch({
        type: 'pane-focused',
        pane: store.getState().view.pane === 'list' ? 'transcript' : 'list',
      });
    },
  },
  {
    id: 'filter',
    title: 'Filter the tasks',
    hint: 'filter',
    keys: ['/'],
    keyContext: 'panes',
    enabled: ({ tasks, view }) => tasks.length > 0 || view.filter !== '' || 'No tasks yet.',
    run({ store }) {
      store.dispatch(
        { type: 'pane-focused', pane: 'list' },
        { type: 'overlay-opened', overlay: { kind: 'filter', before: store.getState().view.filter } },
      );
    },
  },
  {
    id: 'clear',
    title: 'Hide the notice, go back, show all',
    keys: ['esc'],
    keyContext: 'panes',
    // One step per press: hiding a notice must not clear the filter as well.
    run({ store }) {
      const { notice, view } = store.getState();
      if (notice !== null) store.dispatch({ type: 'notice-changed', notice: null });
      else if (view.pane === 'transcript') store.dispatch({ type: 'pane-focused', pane: 'list' });
      else if (view.filter !== '') store.dispatch({ type: 'filter-changed', filter: '' });
      else if (view.needsAttentionIds !== null)
        store.dispatch({ type: 'attention-filter-changed', on: false });
    },
  },
  {
    id: 'messages',
    title: 'Read notices and errors in full',
    keys: [],
    keyContext: 'panes',
    enabled: (state) => hasFullTexts(state) || 'No notice or error.',
    run: ({ store }) => store.dispatch({ type: 'overlay-opened', overlay: { kind: 'texts', top: 0 } }),
  },
  {
    id: 'outbox',
    title: 'Open the outbox and server queue',
    hint: 'outbox',
    keys: ['Q'],
    keyContext: 'panes',
    enabled: (state) => allPendingMessages(state).length > 0 || 'The outbox is empty.',
    run: openOutbox,
  },
  {
    id: 'places',
    title: 'Switch to another deployment',
    hint: 'switch deployment',
    shortHint: 'deployment',
    keys: ['P'],
    keyContext: 'panes',
    enabled(state) {
      if (unsentWork(state).bulkTasks > 0) return 'An operation is still running. Wait for it, or undo it.';
      return state.otherDeployments.length > 0 || 'No other deployment. Add one with taskdeck login URL.';
    },
    run: ({ store }) => store.dispatch({ type: 'overlay-opened', overlay: { kind: 'places' } }),
  },
  {
    id: 'palette',
    title: 'Find a command by its name',
    hint: 'commands',
    keys: [':'],
    keyContext: 'panes',
    run({ store }) {
      store.dispatch({ type: 'overlay-opened', overlay: { kind: 'palette' } });
      void loadFuzzyFind(store);
    },
  },
  {
    id: 'help',
    title: 'Help: all keys and signs',
    hint: 'help',
    keys: ['?'],
    keyContext: 'panes',
    run: ({ store }) => store.dispatch({ type: 'overlay-opened', overlay: { kind: 'help', top: 0 } }),
  },
  {
    id: 'mouse',
    title: 'Turn the mouse on or off',
    keys: [],
    keyContext: 'panes',
    run({ store, clock }) {
      const on = !store.getState().mouse;
      store.dispatch({ type: 'mouse-changed', on });
      const text = on
        ? 'Mouse on: click selects, wheel scrolls, shift and drag selects text.'
        : 'Mouse off: the terminal selects text.';
      store.dispatch({ type: 'notice-changed', notice: { tone: 'plain', text, at: clock.now() } });
    },
  },
  {
    id: 'repaint',
    title: 'Redraw the screen and refresh',
    hint: 'try again',
    keys: ['ctrl+l'],
    keyContext: 'anywhere',
    run(context) {
      // Rows that the list holds in place move to their sorted position.
      context.store.dispatch({ type: 'reorder-requested' });
      context.repaint();
      context.refresh();
      reloadDiff(context);
    },
  },
  {
    id: 'suspend',
    title: 'Suspend to the shell (fg returns)',
    keys: ['ctrl+z'],
    keyContext: 'anywhere',
    run: ({ suspend }) => suspend(),
  },
  {
    id: 'quit',
    title: 'Quit; tasks keep running',
    hint: 'quit',
    keys: ['q'],
    keyContext: 'panes',
    run: quit,
  },
  {
    id: 'quit-anywhere',
    title: 'Quit from anywhere; drafts stay',
    keys: ['ctrl+c'],
    keyContext: 'anywhere',
    run: quit,
  },
];

/**
 * Quits, and sends an action on one task that waits. Asks first while something else has not reached the server; a second
 * ctrl+c quits at once.
 */
function quit({ store, bulk, quit: end }: CommandContext): void {
  leavePromptHistory(store);
  const state = store.getState();
  const { creating, messages, bulkTasks } = unsentWork(state);
  if (creating + messages + bulkTasks === 0 || state.view.overlay?.kind === 'confirm-quit') end();
  else if (
    creating + messages === 0 &&
    pendingBulkOperation(state) !== null &&
    state.bulkOperations.every(({ isSingle }) => isSingle)
  )
    void bulk.finishAll().then((succeeded) => succeeded && end());
  else store.dispatch({ type: 'overlay-opened', overlay: { kind: 'confirm-quit' } });
}
