import type { Clock } from '../domain/ports/clock.ts';
import { SILENT_MS } from './hang.ts';
import type { Probes } from './probes.ts';

export interface Silence {
  /** Bytes of the answer have arrived. */
  heard(): void;
  /** Whether any have. */
  readonly isBroken: boolean;
  end(): void;
}

interface SilenceOptions {
  readonly clock: Clock;
  readonly probes: Probes;
  /** When a request is given up, ms without a byte. */
  readonly limitMs: number;
  /** Called once the limit has passed. */
  tooLong(): void;
  /** Called when the server answers probes again: it will not answer a request from before. */
  returned(): void;
}

/** Measures for how long a request is silent, from now on until `end`, and has the server probed meanwhile. */
export function watchSilence({ clock, probes, limitMs, tooLong, returned }: SilenceOptions): Silence {
  let since = clock.monotonic();
  let isBroken = false;
  let stopProbing: (() => void) | null = null;
  let cancel = (): void => {};

  function wait(): void {
    cancel = clock.after(
      Math.max(0, since + (stopProbing === null ? SILENT_MS : limitMs) - clock.monotonic()),
      look,
    );
  }

  function look(): void {
    const silentMs = clock.monotonic() - since;
    if (silentMs >= limitMs) return tooLong();
    if (silentMs >= SILENT_MS) stopProbing ??= probes.watch(since, returned);
    wait();
  }

  wait();
  return {
    heard() {
      isBroken = true;
      since = clock.monotonic();
      if (stopProbing === null) return;
      stopProbing();
      stopProbing = null;
      cancel();
      wait();
    },
    get isBroken() {
      return isBroken;
    },
    end() {
      cancel();
      stopProbing?.();
      // Late bytes of a request that was given up begin nothing again.
      stopProbing = null;
    },
  };
}
