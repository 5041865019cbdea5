import type { Clock } from '../domain/ports/clock.ts';
import type { Probes } from './probes.ts';
import { SILENT_MS } from './silence-limit.ts';

export interface SilenceWatch {
  /** Bytes of the answer have arrived. */
  bytesReceived(): void;
  /** Whether any have. */
  readonly hasReceived: boolean;
  end(): void;
}

interface SilenceOptions {
  readonly clock: Clock;
  readonly probes: Probes;
  /** When a request is given up, ms without a byte. */
  readonly limitMs: number;
  /** Called once the limit has passed. */
  onTimeout(): void;
  /** Called when the server answers probes again: it will not answer a request from before. */
  onServerBack(): void;
}

/** Measures for how long a request is silent, from now on until `end`, and has the server probed meanwhile. */
export function watchSilence({
  clock,
  probes,
  limitMs,
  onTimeout,
  onServerBack,
}: SilenceOptions): SilenceWatch {
  let since = clock.monotonic();
  let isBroken = false;
  let stopProbing: (() => void) | null = null;
  let cancel = (): void => {};

  function wait(): void {
    cancel = clock.after(
      Math.max(0, since + (stopProbing === null ? SILENT_MS : limitMs) - clock.monotonic()),
      check,
    );
  }

  function check(): void {
    const silentMs = clock.monotonic() - since;
    if (silentMs >= limitMs) return onTimeout();
    if (silentMs >= SILENT_MS) stopProbing ??= probes.watch(since, onServerBack);
    wait();
  }

  wait();
  return {
    bytesReceived() {
      isBroken = true;
      since = clock.monotonic();
      if (stopProbing === null) return;
      stopProbing();
      stopProbing = null;
      cancel();
      wait();
    },
    get hasReceived() {
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
