import { blockingTitles, olderServerWords, tasksThatRun } from '../domain/older-server.ts';
import { isListComplete } from '../store/list-freshness.ts';
import type { State } from '../store/state.ts';
import type { SyncContext } from './sync-context.ts';

/**
 * Offers to restart an older local server as soon as none of its tasks runs and the user does nothing else, once. Names
 * the tasks that block it meanwhile. Returns a function that stops it.
 */
export function startOfferingRestart({ store, clock }: Pick<SyncContext, 'store' | 'clock'>): () => void {
  let isNoted = false;
  let isOffered = false;
  const check = (): void => {
    const state = store.getState();
    const { olderServer } = state;
    if (olderServer === null || state.settings.readOnly || isOffered || !knowsAllTasks(state)) return;
    const running = tasksThatRun(state.tasks, clock.now());
    if (running.length > 0) {
      if (isNoted) return;
      isNoted = true;
      const text = `${olderServerWords(olderServer)} It can restart when these have ended: ${blockingTitles(running)}.`;
      store.dispatch({ type: 'notice-queued', text, now: clock.now() });
    } else if (isAtRest(state)) {
      isOffered = true;
      store.dispatch({ type: 'overlay-opened', overlay: { kind: 'confirm-restart' } });
    }
  };
  const stop = store.subscribe(check);
  check();
  return stop;
}

/** Whether the list holds every task of this machine that may run. */
const knowsAllTasks = (state: State): boolean =>
  isListComplete(state) && !state.listedScope.archived && state.listedScope.kind !== 'shared';

const isAtRest = ({ view }: State): boolean =>
  view.overlay === null && view.openForm === null && view.focus === 'list';
