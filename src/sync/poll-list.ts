import { type BackendError, type BackendErrorKind, errorText } from '../domain/errors.ts';
import { isSameScope, MINE, type OwnerScope, ownerParameter, scopeText } from '../domain/owner-scope.ts';
import { isAnythingChanging } from '../store/selectors.ts';
import type { State } from '../store/state.ts';
import { listInterval, staleAfter, unfocusedFactor } from './intervals.ts';
import { createPoller, type Poller } from './poller.ts';
import type { SyncContext } from './sync-context.ts';

/** The server understood whose tasks are wanted, and does not list them. */
const SCOPE_ERRORS: ReadonlySet<BackendErrorKind> = new Set(['forbidden', 'invalid', 'not-found']);

/** Keeps the list fresh of those whose tasks are to be listed; when that is somebody else, it asks at once. */
export function pollList({ backend, store, clock, rounds, probes, random, pace }: SyncContext): Poller {
  const interval = (state: State): number =>
    listInterval(isAnythingChanging(state), pace) * unfocusedFactor('list', state.window.focused);
  const poller = createPoller({
    onInternalError: store.report,
    clock,
    rounds,
    probes,
    random,
    busy: pace?.busy,
    minIntervalMs: () => interval(store.getState()),
    async poll(signal, heard) {
      const startedAt = clock.now();
      const { listedScope: scope } = store.getState();
      const tasks = await backend.list({ owner: ownerParameter(scope) }, signal, heard);
      signal.throwIfAborted();
      const now = clock.now();
      const next = interval({ ...store.getState(), tasks, now });
      const promised = staleAfter(next, now - startedAt, pace?.busy);
      store.dispatch({ type: 'list-received', scope, tasks, startedAt, refreshMs: promised, now });
      return next;
    },
    onFailure(error, retryAt) {
      // What was asked for is what is listed still: a request about others has been given up.
      const { listedScope: scope } = store.getState();
      const now = clock.now();
      if (SCOPE_ERRORS.has(error.kind) && !isSameScope(scope, MINE))
        store.dispatch({ type: 'scope-failed', scope, text: scopeErrorText(scope, error), now });
      else store.dispatch({ type: 'list-failed', error, retryAt, now });
    },
  });

  let { listedScope } = store.getState();
  const unsubscribe = store.subscribe(() => {
    const before = listedScope;
    listedScope = store.getState().listedScope;
    if (listedScope !== before) poller.restart();
  });
  return {
    ...poller,
    stop() {
      unsubscribe();
      poller.stop();
    },
  };
}

const scopeErrorText = (scope: OwnerScope, error: BackendError): string =>
  `The server does not list ${scopeText(scope)}: ${errorText(error)}`;
