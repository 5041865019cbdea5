import type { Command, CommandContext } from './command.ts';

export const applicationCommands: readonly Command[] = [
  {
    id: 'other-pane',
    title: 'Between the list and the transcript',
    hint: 'pane',
    keys: ['tab', 'shift+tab'],
    scope: 'panes',
    run({ store }) {
      store.dispatch({
        type: 'focused',
        pane: store.getState().view.pane === 'list' ? 'transcript' : 'list',
      });
    },
  },
  {
    id: 'filter',
    title: 'Show only tasks that hold these words',
    hint: 'filter',
    keys: ['/'],
    scope: 'panes',
    run({ store }) {
      store.dispatch({ type: 'focused', pane: 'list' });
      store.dispatch({
        type: 'overlay-opened',
        overlay: { kind: 'filter', before: store.getState().view.filter },
      });
    },
  },
  {
    id: 'clear',
    title: 'Show all tasks again, or leave the transcript',
    keys: ['esc'],
    scope: 'panes',
    run({ store }) {
      const { filter, pane } = store.getState().view;
      if (pane === 'transcript') store.dispatch({ type: 'focused', pane: 'list' });
      else if (filter !== '') store.dispatch({ type: 'filtered', filter: '' });
      store.dispatch({ type: 'noticed', notice: null });
    },
  },
  {
    id: 'outbox',
    title: 'Messages on their way',
    keys: ['Q'],
    scope: 'panes',
    enabled: ({ deliveries }) => deliveries.length > 0 || 'No message is on its way.',
    run: ({ store }) => store.dispatch({ type: 'overlay-opened', overlay: { kind: 'outbox', index: 0 } }),
  },
  {
    id: 'help',
    title: 'All keys',
    hint: 'help',
    keys: ['?'],
    scope: 'panes',
    run: ({ store }) => store.dispatch({ type: 'overlay-opened', overlay: { kind: 'help', top: 0 } }),
  },
  {
    id: 'repaint',
    title: 'Draw the screen again and ask the server anew',
    keys: ['ctrl+l'],
    scope: 'anywhere',
    run({ repaint, refresh }) {
      repaint();
      refresh();
    },
  },
  {
    id: 'suspend',
    title: 'Back to the shell; fg returns',
    keys: ['ctrl+z'],
    scope: 'anywhere',
    run: ({ suspend }) => suspend(),
  },
  { id: 'quit', title: 'Quit; tasks go on', hint: 'quit', keys: ['q'], scope: 'panes', run: quit },
  {
    id: 'quit-anywhere',
    title: 'Quit from anywhere; what is written stays',
    keys: ['ctrl+c'],
    scope: 'anywhere',
    run: quit,
  },
];

/** Messages that are not delivered are worth a question; asked once, the next ctrl+c goes through. */
function quit({ store, quit: end }: CommandContext): void {
  const { deliveries, view } = store.getState();
  if (deliveries.length === 0 || view.overlay?.kind === 'confirm-quit') end();
  else store.dispatch({ type: 'overlay-opened', overlay: { kind: 'confirm-quit' } });
}
