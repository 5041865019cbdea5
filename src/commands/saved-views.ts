import type { Command, CommandContext } from './command.ts';

/** Applies the filter of a saved view, or clears it when it is already applied. */
export function toggleSavedView({ store }: CommandContext, digit: string): void {
  const { savedViews, view } = store.getState();
  const chosen = savedViews[digit];
  if (chosen === undefined) return;
  store.dispatch(
    { type: 'overlay-closed' },
    { type: 'filter-changed', filter: view.filter === chosen.filter ? '' : chosen.filter },
  );
}

export const viewCommand: Command = {
  id: 'view',
  title: 'Apply a saved view, or show all',
  hint: 'views',
  keys: ['V'],
  keyContext: 'panes',
  enabled: ({ savedViews }) =>
    Object.keys(savedViews).length > 0 || 'No saved view. Add "views" to config.jsonc.',
  run: ({ store }) => store.dispatch({ type: 'overlay-opened', overlay: { kind: 'views' } }),
};
