import { type BackendError, type BackendErrorKind, errorText } from '../../domain/errors.ts';
import { isSameScope, MINE, type OwnerScope, ownerParameter, scopeText } from '../../domain/owner-scope.ts';
import type { Source } from '../../domain/ports/source.ts';
import { isAnythingChanging } from '../../store/selectors.ts';
import type { State } from '../../store/state.ts';
import type { SyncContext } from '../sync-context.ts';
import { listInterval, staleAfter, unfocusedFactor } from './intervals.ts';
import type { RequestKind } from './request-kind.ts';

/** Errors that mean that the server does not list the tasks of this owner. */
const SCOPE_ERRORS: ReadonlySet<BackendErrorKind> = new Set(['forbidden', 'invalid', 'not-found']);

/** Requests the list of a source for the listed scope; at once when the scope changes, and early after a pushed hint. */
export function listRequests(
  { store, clock, pace }: Pick<SyncContext, 'store' | 'clock' | 'pace'>,
  source: Source,
): RequestKind {
  const interval = (state: State): number =>
    listInterval(isAnythingChanging(state), pace) * unfocusedFactor('list', state.window.focused);
  return {
    name: 'list',
    onChange: (before, after) => (before.listedScope === after.listedScope ? null : { restartMs: 0 }),
    retryMs: interval,
    async request({ signal, onBytes }) {
      const startedAt = clock.now();
      const { listedScope: scope } = store.getState();
      const tasks = await source.list({ owner: ownerParameter(scope) }, signal, onBytes);
      signal.throwIfAborted();
      const now = clock.now();
      const next = interval({ ...store.getState(), tasks, now });
      const refreshMs = staleAfter(next, now - startedAt, pace?.busy);
      store.dispatch({ type: 'list-received', scope, tasks, startedAt, refreshMs, now });
      return next;
    },
    onFailure(error, retryAt) {
      // The scope is that of the request: a scope change aborts the request.
      const { listedScope: scope } = store.getState();
      const now = clock.now();
      if (SCOPE_ERRORS.has(error.kind) && !isSameScope(scope, MINE))
        store.dispatch({ type: 'scope-failed', scope, text: scopeErrorText(scope, error), now });
      else store.dispatch({ type: 'list-failed', error, retryAt, now });
    },
    push: {
      // A hint can be lost, and does not say what changed.
      replacesPolling: false,
      key: () => (source.watch === undefined ? null : 'list'),
      open: async ({ changed }, signal) => source.watch?.(changed, signal),
    },
  };
}

const scopeErrorText = (scope: OwnerScope, error: BackendError): string =>
  `Cannot list ${scopeText(scope)}: ${errorText(error)}`;
