import type { Clock } from '../../domain/ports/clock.ts';

/** Joins many changes into fewer runs. */
export interface Coalesced {
  /** Something changed: runs at once, unless the last run was less than the interval ago; then at its end. */
  change(): void;
  /** Runs for the last change, if that is still to come, and then never again. */
  finish(): void;
}

/** Calls `run` at most once in `intervalMs`; calls that return false, because nothing changed, do not count. */
export function coalesced(run: () => boolean, intervalMs: number, after: Clock['after']): Coalesced {
  let isWaiting = false;
  let isPending = false;
  let isOver = false;
  let cancelTimer = (): void => {};

  function start(): void {
    isPending = false;
    if (!run() || isOver) return;
    isWaiting = true;
    cancelTimer = after(intervalMs, () => {
      isWaiting = false;
      if (isPending) start();
    });
  }

  return {
    change() {
      if (isOver) return;
      if (isWaiting) isPending = true;
      else start();
    },
    finish() {
      if (isOver) return;
      isOver = true;
      cancelTimer();
      if (isPending) run();
    },
  };
}
