import type { Clock } from '../../../src/domain/ports/clock.ts';

/** Time that runs `scale` times as fast from `epoch` on, Unix ms; the same for every process that is told the same. */
export const fastClock = (epoch: number, scale: number): Clock => ({
  now: () => epoch + (Date.now() - epoch) * scale,
  after(ms, callback) {
    const timer = setTimeout(callback, ms / scale);
    return () => clearTimeout(timer);
  },
});
