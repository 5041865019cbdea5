import { selectedTask, unsettled } from '../store/selectors.ts';
import type { Command, CommandContext } from './command.ts';
import { endRecall } from './recall.ts';
import { hasTexts } from './whole-texts.ts';

export const applicationCommands: readonly Command[] = [
  {
    id: 'other-pane',
    title: 'Switch between list and transcript',
    hint: 'other pane',
    shortHint: 'pane',
    keys: ['tab', 'shift+tab'],
    scope: 'panes',
    enabled: (state) =>
      state.view.pane === 'transcript' || selectedTask(state) !== null || 'No task is selected.',
    run({ store }) {
      store.dispatch({
        type: 'focused',
        pane: store.getState().view.pane === 'list' ? 'transcript' : 'list',
      });
    },
  },
  {
    id: 'filter',
    title: 'Filter the tasks',
    hint: 'filter',
    keys: ['/'],
    scope: 'panes',
    enabled: ({ tasks, view }) => tasks.length > 0 || view.filter !== '' || 'No tasks yet.',
    run({ store }) {
      store.dispatch({ type: 'focused', pane: 'list' });
      store.dispatch({
        type: 'overlay-opened',
        overlay: { kind: 'filter', before: store.getState().view.filter },
      });
    },
  },
  {
    id: 'view',
    title: 'Apply a saved view, or show all',
    keys: ['1', '2', '3', '4', '5', '6', '7', '8', '9'],
    scope: 'panes',
    byKey: true,
    enabled: ({ views }) => Object.keys(views).length > 0 || 'No saved view. Add "views" to config.jsonc.',
    run: (context, place) => showView(context, String(place + 1)),
  },
  {
    id: 'clear',
    title: 'Hide the notice, go back, show all',
    keys: ['esc'],
    scope: 'panes',
    // One thing a key: who hides a message does not want to lose the filter with it.
    run({ store }) {
      const { notice, view } = store.getState();
      if (notice !== null) store.dispatch({ type: 'noticed', notice: null });
      else if (view.pane === 'transcript') store.dispatch({ type: 'focused', pane: 'list' });
      else if (view.filter !== '') store.dispatch({ type: 'filtered', filter: '' });
      else if (view.needing !== null) store.dispatch({ type: 'needing-shown', on: false });
    },
  },
  {
    id: 'messages',
    title: 'Read notices and errors in full',
    keys: [],
    scope: 'panes',
    enabled: (state) => hasTexts(state) || 'No notice or error.',
    run: ({ store }) => store.dispatch({ type: 'overlay-opened', overlay: { kind: 'texts', top: 0 } }),
  },
  {
    id: 'outbox',
    title: 'Open the outbox (unsent messages)',
    hint: 'outbox',
    keys: ['Q'],
    scope: 'panes',
    enabled: ({ deliveries }) => deliveries.length > 0 || 'The outbox is empty.',
    run: ({ store }) => store.dispatch({ type: 'overlay-opened', overlay: { kind: 'outbox', index: 0 } }),
  },
  {
    id: 'places',
    title: 'Switch to another deployment',
    hint: 'switch deployment',
    shortHint: 'deployment',
    keys: ['P'],
    scope: 'panes',
    enabled(state) {
      if (unsettled(state).ordered > 0) return 'A bulk operation is still running. Wait for it, or undo it.';
      return state.places.length > 0 || 'No other deployment. Add one with taskdeck login URL.';
    },
    run: ({ store }) => store.dispatch({ type: 'overlay-opened', overlay: { kind: 'places' } }),
  },
  {
    id: 'palette',
    title: 'Find a command by its name',
    hint: 'commands',
    keys: [':'],
    scope: 'panes',
    run: ({ store }) => store.dispatch({ type: 'overlay-opened', overlay: { kind: 'palette' } }),
  },
  {
    id: 'help',
    title: 'Help: all keys and signs',
    hint: 'help',
    keys: ['?'],
    scope: 'panes',
    run: ({ store }) => store.dispatch({ type: 'overlay-opened', overlay: { kind: 'help', top: 0 } }),
  },
  {
    id: 'mouse',
    title: 'Turn the mouse on or off',
    keys: [],
    scope: 'panes',
    run({ store, clock }) {
      const on = !store.getState().mouse;
      store.dispatch({ type: 'mouse-turned', on });
      const text = on
        ? 'The mouse is on: a click selects, the wheel scrolls, shift and drag selects text.'
        : 'The mouse is off: it selects text as the terminal does.';
      store.dispatch({ type: 'noticed', notice: { tone: 'plain', text, at: clock.now() } });
    },
  },
  {
    id: 'repaint',
    title: 'Redraw the screen and refresh',
    hint: 'try again',
    keys: ['ctrl+l'],
    scope: 'anywhere',
    run({ store, repaint, refresh }) {
      // Who asks anew wants the rows as they should be.
      store.dispatch({ type: 'returned' });
      repaint();
      refresh();
    },
  },
  {
    id: 'suspend',
    title: 'Suspend to the shell (fg returns)',
    keys: ['ctrl+z'],
    scope: 'anywhere',
    run: ({ suspend }) => suspend(),
  },
  { id: 'quit', title: 'Quit; tasks keep running', hint: 'quit', keys: ['q'], scope: 'panes', run: quit },
  {
    id: 'quit-anywhere',
    title: 'Quit from anywhere; drafts stay',
    keys: ['ctrl+c'],
    scope: 'anywhere',
    run: quit,
  },
];

/** The filter of a view; the same key once more shows all. */
function showView({ store, clock }: CommandContext, key: string): void {
  const { views, view } = store.getState();
  const chosen = views[key];
  if (chosen === undefined) {
    const named = Object.entries(views).map(([each, { name }]) => `${each} ${name}`);
    const text = `There is no view ${key}: ${named.join(', ')}.`;
    return store.dispatch({ type: 'noticed', notice: { tone: 'plain', text, at: clock.now() } });
  }
  store.dispatch({ type: 'filtered', filter: view.filter === chosen.filter ? '' : chosen.filter });
}

/** What has not reached the server is worth a question, although no message is lost; asked once, the next ctrl+c goes through. */
function quit({ store, quit: end }: CommandContext): void {
  endRecall(store);
  const state = store.getState();
  const { creating, messages, ordered } = unsettled(state);
  if (creating + messages + ordered === 0 || state.view.overlay?.kind === 'confirm-quit') end();
  else store.dispatch({ type: 'overlay-opened', overlay: { kind: 'confirm-quit' } });
}
