import { useEffect, useRef, useState } from 'react';
import type { Clock } from '../../domain/ports/clock.ts';

/** Values that follow each other faster than this run by: a key is held down, at 25 Hz or more. ms */
const HELD_KEY_MS = 45;
/** And when none has followed for this long, they have come to rest; ms. */
const SETTLE_MS = 60;

/**
 * Whether a value is at rest: false from its second quick change until it has stayed for a moment, when the component is
 * drawn again. A single change is at rest at once.
 */
export function useSettled(value: unknown, clock: Clock): boolean {
  const { current: run } = useRef({ value, at: Number.NEGATIVE_INFINITY, running: false });
  const [, draw] = useState({});
  if (run.value !== value) {
    const now = clock.now();
    run.running = now - run.at < HELD_KEY_MS;
    run.at = now;
    run.value = value;
  }
  const { running } = run;
  // biome-ignore lint/correctness/useExhaustiveDependencies: every change of the value begins the rest anew
  useEffect(() => {
    if (!running) return;
    return clock.after(SETTLE_MS, () => {
      run.running = false;
      draw({});
    });
  }, [value, running, clock, run]);
  return !running;
}
