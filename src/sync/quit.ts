import { keyFor } from '../domain/key-placeholder.ts';
import type { SyncContext } from './sync-context.ts';
import type { Operations } from './task-operations.ts';

/** Returns a function that calls `exit` once all pending requests succeeded, or at its second call. */
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
  let hasExited = false;
  const exitOnce = (): void => {
    if (!hasExited) exit();
    hasExited = true;
  };
  return () => {
    const pending = isWaiting ? null : operations.waitForPending();
    if (pending === null) return exitOnce();
    isWaiting = true;
    const text = `Waiting for the server before quitting. Press ${keyFor('quit')} to quit now.`;
    store.dispatch({ type: 'notice-changed', notice: { tone: 'plain', text, at: clock.now() } });
    void pending.then((allAccepted) => {
      isWaiting = false;
      if (allAccepted) exitOnce();
    });
  };
}
