import { keyFor } from '../domain/key-placeholder.ts';
import type { SyncContext } from './sync-context.ts';
import type { Operations } from './task-operations.ts';

/**
 * Quits by `leave`, but not before the server has answered to what the user has just requested: a failure keeps taskdeck
 * open, so that it can be read. Called again meanwhile, it quits at once.
 */
export function createQuit({
  store,
  clock,
  operations,
  exit,
}: Pick<SyncContext, 'store' | 'clock'> & {
  readonly operations: Pick<Operations, 'waitForPending'>;
  readonly exit: () => void;
}): () => void {
  let isWaiting = false;
  let hasLeft = false;
  const exitOnce = (): void => {
    if (!hasLeft) exit();
    hasLeft = true;
  };
  return () => {
    const finished = isWaiting ? null : operations.waitForPending();
    if (finished === null) return exitOnce();
    isWaiting = true;
    const text = `Quits when the server has answered; ${keyFor('quit')} quits at once.`;
    store.dispatch({ type: 'notice-changed', notice: { tone: 'plain', text, at: clock.now() } });
    void finished.then((well) => {
      isWaiting = false;
      if (well) exitOnce();
    });
  };
}
