import { isAnythingMoving } from '../store/selectors.ts';
import type { Context } from './context.ts';
import { listInterval, promiseAfter } from './intervals.ts';
import { createPoller, type Poller } from './poller.ts';

/** Keeps the list of the user's own tasks fresh. */
export function pollList({ backend, store, clock, random, pace }: Context): Poller {
  return createPoller({
    clock,
    random,
    async ask(signal) {
      const startedAt = clock.now();
      const tasks = await backend.list({ owner: 'me' }, signal);
      signal.throwIfAborted();
      const now = clock.now();
      const interval = listInterval(isAnythingMoving({ ...store.getState(), tasks, now }), pace);
      const promised = promiseAfter(interval, now - startedAt);
      store.dispatch({ type: 'list-arrived', tasks, startedAt, promised, now });
      return interval;
    },
    failed: (error, retryAt) => store.dispatch({ type: 'list-failed', error, retryAt, now: clock.now() }),
  });
}
