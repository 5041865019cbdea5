import type { Clock } from '../../domain/ports/clock.ts';

/** Joins many changes into fewer runs. */
export interface Coalesced {
  /** Something changed: runs at once, unless the last run was less than the interval ago; then at its end. */
  change(): void;
  /** Runs for the last change, if that is still to come, and then never again. */
  finish(): void;
  /** Never runs again. */
  cancel(): void;
}

/** Calls `run` at most once in `intervalMs`. */
export function coalesced(run: () => void, intervalMs: number, after: Clock['after']): Coalesced {
  let isWaiting = false;
  let isPending = false;
  let isOver = false;
  let cancelTimer = (): void => {};

  function start(): void {
    isPending = false;
    isWaiting = true;
    cancelTimer = after(intervalMs, () => {
      isWaiting = false;
      if (isPending) start();
    });
    run();
  }

  function cancel(): void {
    isOver = true;
    cancelTimer();
  }

  return {
    change() {
      if (isOver) return;
      if (isWaiting) isPending = true;
      else start();
    },
    finish() {
      if (isOver) return;
      cancel();
      if (isPending) run();
    },
    cancel,
  };
}
