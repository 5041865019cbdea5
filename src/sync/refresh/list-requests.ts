import { type BackendError, type BackendErrorKind, errorText } from '../../domain/errors.ts';
import { isSameScope, MINE, type OwnerScope, ownerParameter, scopeText } from '../../domain/owner-scope.ts';
import type { Source } from '../../domain/ports/source.ts';
import type { SourceId } from '../../domain/task.ts';
import { isAnythingChanging } from '../../store/selectors.ts';
import type { State } from '../../store/state.ts';
import type { SyncContext } from '../sync-context.ts';
import { listInterval, staleAfter, unfocusedFactor } from './intervals.ts';
import type { RequestKind } from './request-kind.ts';

/** Errors that mean that the server does not list the tasks of this owner. */
const SCOPE_ERRORS: ReadonlySet<BackendErrorKind> = new Set(['forbidden', 'invalid', 'not-found']);

/**
 * Request the list of each source for the listed scope; at once when the scope changes, and early after a pushed hint. A
 * source that fails leaves the others alone: the server rejects a scope only when all sources do.
 */
export function listRequests({ backend, ...context }: SyncContext): readonly RequestKind[] {
  const rejectedScopes = new Map<SourceId, OwnerScope>();
  const isRejectedByAll = (): boolean => {
    const { listedScope } = context.store.getState();
    return backend.sources.every(({ id }) => isSameScope(rejectedScopes.get(id) ?? MINE, listedScope));
  };
  return backend.sources.map((source) => listOfSource(context, source, rejectedScopes, isRejectedByAll));
}

function listOfSource(
  { store, clock, pace }: Omit<SyncContext, 'backend'>,
  source: Source,
  rejectedScopes: Map<SourceId, OwnerScope>,
  isRejectedByAll: () => boolean,
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
      rejectedScopes.delete(source.id);
      const now = clock.now();
      const next = interval({ ...store.getState(), tasks, now });
      const refreshMs = staleAfter(next, now - startedAt, pace?.busy);
      store.dispatch({ type: 'list-received', source: source.id, scope, tasks, startedAt, refreshMs, now });
      return next;
    },
    onFailure(error, retryAt) {
      // The scope is that of the request: a scope change aborts the request.
      const { listedScope: scope } = store.getState();
      const now = clock.now();
      if (SCOPE_ERRORS.has(error.kind)) rejectedScopes.set(source.id, scope);
      else rejectedScopes.delete(source.id);
      if (!isSameScope(scope, MINE) && isRejectedByAll())
        store.dispatch({ type: 'scope-failed', scope, text: scopeErrorText(scope, error), now });
      else store.dispatch({ type: 'list-failed', source: source.id, error, retryAt, now });
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
