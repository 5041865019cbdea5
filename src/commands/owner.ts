import { keyFor } from '../domain/key-hint.ts';
import { scopeFrom } from '../domain/scope.ts';
import type { Command, CommandContext } from './command.ts';

/** Whose tasks are listed. */
export const ownerCommands: readonly Command[] = [
  {
    id: 'owner',
    title: 'Choose whose tasks are listed',
    hint: 'owner',
    keys: ['O'],
    scope: 'panes',
    enabled: ({ deployment }) =>
      !deployment.local || `All local tasks are yours. ${keyFor('places')} switches to a deployment.`,
    run: ({ store }) => store.dispatch({ type: 'overlay-opened', overlay: { kind: 'owners' } }),
  },
];

/** Lists the tasks of those whom a `scopeKey` names. */
export function listTasksOf(
  { store, clock }: Pick<CommandContext, 'store' | 'clock'>,
  scopeKey: string,
): void {
  store.dispatch({ type: 'overlay-closed' });
  store.dispatch({ type: 'scope-chosen', scope: scopeFrom(scopeKey), now: clock.now() });
}
