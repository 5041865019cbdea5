import { keyFor } from '../domain/key-placeholder.ts';
import { parseScopeKey } from '../domain/owner-scope.ts';
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
];

/** Lists the tasks of the owners in a `scopeKey`. */
export function listOwnerTasks(
  { store, clock }: Pick<CommandContext, 'store' | 'clock'>,
  scopeKey: string,
): void {
  store.dispatch(
    { type: 'overlay-closed' },
    { type: 'scope-selected', scope: parseScopeKey(scopeKey), now: clock.now() },
  );
}
