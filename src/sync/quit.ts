import { keyFor } from '../domain/key-hint.ts';
import type { Context } from './context.ts';
import type { Operations } from './operations.ts';

/**
 * Quits by `leave`, but not before the server has answered to what the user has just requested: a failure keeps taskdeck
 * open, so that it can be read. Called again meanwhile, it quits at once.
 */
export function createQuit({
  store,
  clock,
  operations,
  leave,
}: Pick<Context, 'store' | 'clock'> & {
  readonly operations: Pick<Operations, 'finish'>;
  readonly leave: () => void;
}): () => void {
  let isWaiting = false;
  let hasLeft = false;
  const end = (): void => {
    if (!hasLeft) leave();
    hasLeft = true;
  };
  return () => {
    const finished = isWaiting ? null : operations.finish();
    if (finished === null) return end();
    isWaiting = true;
    const text = `Quits when the server has answered; ${keyFor('quit')} quits at once.`;
    store.dispatch({ type: 'noticed', notice: { tone: 'plain', text, at: clock.now() } });
    void finished.then((well) => {
      isWaiting = false;
      if (well) end();
    });
  };
}
