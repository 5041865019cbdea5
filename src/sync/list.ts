import { type BackendError, type BackendErrorKind, sentenceOf } from '../domain/errors.ts';
import { isSameScope, MINE, ownerOf, type Scope, scopeWords } from '../domain/scope.ts';
import { isAnythingMoving } from '../store/selectors.ts';
import type { Context } from './context.ts';
import { listInterval, promiseAfter } from './intervals.ts';
import { createPoller, type Poller } from './poller.ts';

/** The server understood whose tasks are wanted, and does not list them. */
const REFUSALS: ReadonlySet<BackendErrorKind> = new Set(['forbidden', 'invalid', 'not-found']);

/** Keeps the list fresh of those whose tasks are to be listed; when that is somebody else, it asks at once. */
export function pollList({ backend, store, clock, random, pace }: Context): Poller {
  const poller = createPoller({
    clock,
    random,
    async ask(signal) {
      const startedAt = clock.now();
      const { listed: scope } = store.getState();
      const tasks = await backend.list({ owner: ownerOf(scope) }, signal);
      signal.throwIfAborted();
      const now = clock.now();
      const interval = listInterval(isAnythingMoving({ ...store.getState(), tasks, now }), pace);
      const promised = promiseAfter(interval, now - startedAt);
      store.dispatch({ type: 'list-arrived', scope, tasks, startedAt, promised, now });
      return interval;
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
