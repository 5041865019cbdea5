import { keyFor } from '../domain/key-placeholder.ts';
import { parseScopeKey, withArchived } from '../domain/owner-scope.ts';
import { requestedArchived } from '../domain/query-requests.ts';
import { hasChats } from '../store/list-freshness.ts';
import { parseFilter } from '../store/matching-rows.ts';
import type { Command, CommandContext } from './command.ts';

export const chooseOwnerCommands: readonly Command[] = [
  {
    id: 'owner',
    title: 'Choose whose tasks are listed',
    hint: 'owner',
    keys: ['O'],
    keyContext: 'panes',
    enabled: ({ deployment }) =>
      !deployment.local || `All local tasks are yours. ${keyFor('places')} switches to a deployment.`,
    run: ({ store }) => store.dispatch({ type: 'overlay-opened', overlay: { kind: 'owners' } }),
  },
  {
    id: 'archived',
    title: 'Show archived chats, or the others',
    hint: (state) => (state.selectedScope.archived ? 'current ones' : 'archived'),
    keys: ['A'],
    keyContext: 'panes',
    enabled: (state) =>
      state.selectedScope.archived === true ||
      hasChats(state) ||
      'Only chats can be archived, and there are none.',
    run({ store, clock }) {
      const { selectedScope, view } = store.getState();
      const archived = selectedScope.archived !== true;
      const scope = withArchived(selectedScope, archived);
      const notice = {
        tone: 'plain',
        text: archived
          ? `Archived chats are shown. ${keyFor('archived')} returns.`
          : 'The archived chats are hidden again.',
        at: clock.now(),
      } as const;
      // A term of the filter would decide instead.
      if (requestedArchived(parseFilter(view.filter)) !== null)
        store.dispatch({ type: 'filter-changed', filter: '' });
      store.dispatch({ type: 'scope-selected', scope, now: clock.now() }, { type: 'notice-changed', notice });
    },
  },
];

/** Lists the tasks of the owners in a `scopeKey`. */
export function listOwnerTasks(
  { store, clock }: Pick<CommandContext, 'store' | 'clock'>,
  scopeKey: string,
): void {
  store.dispatch(
    { type: 'overlay-closed' },
    {
      type: 'scope-selected',
      scope: withArchived(parseScopeKey(scopeKey), store.getState().selectedScope.archived ?? false),
      now: clock.now(),
    },
  );
}
