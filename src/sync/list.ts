import { type BackendError, type BackendErrorKind, sentenceOf } from '../domain/errors.ts';
import { isSameScope, MINE, ownerOf, type Scope, scopeWords } from '../domain/scope.ts';
import { isAnythingMoving } from '../store/selectors.ts';
import type { State } from '../store/state.ts';
import type { Context } from './context.ts';
import { listInterval, promiseAfter, slowness } from './intervals.ts';
import { createPoller, type Poller } from './poller.ts';

/** The server understood whose tasks are wanted, and does not list them. */
const REFUSALS: ReadonlySet<BackendErrorKind> = new Set(['forbidden', 'invalid', 'not-found']);

/** Keeps the list fresh of those whose tasks are to be listed; when that is somebody else, it asks at once. */
export function pollList({ backend, store, clock, rounds, probes, random, pace }: Context): Poller {
  const interval = (state: State): number =>
    listInterval(isAnythingMoving(state), pace) * slowness('list', state.window.focused);
  const poller = createPoller({
    fault: store.report,
    clock,
    rounds,
    probes,
    random,
    busy: pace?.busy,
    least: () => interval(store.getState()),
    async ask(signal, heard) {
      const startedAt = clock.now();
      const { listed: scope } = store.getState();
      const tasks = await backend.list({ owner: ownerOf(scope) }, signal, heard);
      signal.throwIfAborted();
      const now = clock.now();
      const next = interval({ ...store.getState(), tasks, now });
      const promised = promiseAfter(next, now - startedAt, pace?.busy);
      store.dispatch({ type: 'list-arrived', scope, tasks, startedAt, promised, now });
      return next;
    },
    failed(error, retryAt) {
      // What was asked for is what is listed still: a request about others has been given up.
      const { listed: scope } = store.getState();
      const now = clock.now();
      if (REFUSALS.has(error.kind) && !isSameScope(scope, MINE))
        store.dispatch({ type: 'scope-refused', scope, text: refusal(scope, error), now });
      else store.dispatch({ type: 'list-failed', error, retryAt, now });
    },
  });

  let { listed } = store.getState();
  const unsubscribe = store.subscribe(() => {
    const before = listed;
    listed = store.getState().listed;
    if (listed !== before) poller.restart();
  });
  return {
    ...poller,
    stop() {
      unsubscribe();
      poller.stop();
    },
  };
}

const refusal = (scope: Scope, error: BackendError): string =>
  `The server does not list ${scopeWords(scope)}: ${sentenceOf(error)}`;
