import { ALL_TASKS, type SavedView } from '../domain/saved-view.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { memoize } from '../store/memoize.ts';
import { appliedView, savedViews } from '../store/saved-views.ts';
import type { State } from '../store/state.ts';
import type { Command, CommandContext } from './command.ts';

/** Applies a saved view, or shows all tasks when it is already applied. */
export function toggleSavedView({ store }: CommandContext, id: string): void {
  const state = store.getState();
  const find = (wanted: string): SavedView | undefined =>
    savedViews(state).find((view) => view.id === wanted);
  const chosen = appliedView(state)?.id === id ? undefined : find(id);
  const { filter = '', needsYou = false } = chosen ?? {};
  store.dispatch(
    { type: 'overlay-closed' },
    { type: 'filter-changed', filter },
    ...(needsYou === (state.view.needsAttentionIds !== null)
      ? []
      : [{ type: 'attention-filter-changed', on: needsYou } as const]),
  );
}

export const viewCommand: Command = {
  id: 'view',
  title: 'Choose a saved view of the list',
  hint: 'views',
  keys: ['V'],
  keyContext: 'panes',
  run({ store }) {
    const state = store.getState();
    const id = appliedView(state)?.id ?? ALL_TASKS;
    const index = savedViews(state).findIndex((view) => view.id === id);
    store.dispatch({
      type: 'overlay-opened',
      overlay: { kind: 'views', selected: { id, index: Math.max(0, index) } },
    });
  },
};

/** A command for each view, in the palette and on the key of the settings. */
export const viewCommands = (state: Pick<State, 'settings'>): readonly Command[] =>
  commandsOfViews(savedViews(state));

const commandsOfViews = memoize((views: readonly SavedView[]): readonly Command[] =>
  views.map(({ id, name, key }) => ({
    id: viewCommandId(id),
    title: `View: ${sanitiseLine(name)}`,
    hint: sanitiseLine(name),
    keys: key === null ? [] : [key],
    keyContext: 'panes',
    run: (context) => toggleSavedView(context, id),
  })),
);

const viewCommandId = (id: string): string => `view:${id}`;
