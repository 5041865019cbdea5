import { useEffect, useRef, useState } from 'react';
import type { Clock } from '../../domain/ports/clock.ts';

/** Changes faster than this come from a held key (25 Hz or more); ms. */
const HELD_KEY_MS = 45;
/** A value is settled after this time without a change; ms. */
const SETTLE_MS = 60;

/**
 * Whether the value is settled: false from its second quick change until it has been stable for a moment; then the component
 * renders again. A single change is settled at once.
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
  // biome-ignore lint/correctness/useExhaustiveDependencies: every change of the value restarts the timer
  useEffect(() => {
    if (!running) return;
    return clock.after(SETTLE_MS, () => {
      run.running = false;
      draw({});
    });
  }, [value, running, clock, run]);
  return !running;
}
