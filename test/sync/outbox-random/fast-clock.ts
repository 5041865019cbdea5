import type { Clock } from '../../../src/domain/ports/clock.ts';
import { clockFrom } from '../../../src/local/clock.ts';

/** Time that runs `scale` times as fast from `epoch` on, Unix ms; the same for every process that is told the same. */
export function fastClock(epoch: number, scale: number): Clock {
  const time = (): number => epoch + (Date.now() - epoch) * scale;
  return clockFrom({
    wall: time,
    monotonic: time,
    timer(ms, callback) {
      const timer = setTimeout(callback, ms / scale);
      return () => clearTimeout(timer);
    },
  });
}
