import type { Clock } from '../../domain/ports/clock.ts';
import type { Probes } from './probes.ts';
import { SILENT_MS } from './silence-limit.ts';

export interface SilenceWatch {
  /** To be called when bytes of the response arrive. */
  bytesReceived(): void;
  readonly hasReceived: boolean;
  end(): void;
}

interface SilenceOptions {
  readonly clock: Clock;
  readonly probes: Probes;
  /** The limit without a byte, ms. */
  readonly limitMs: number;
  onTimeout(): void;
  /** Called when the server answers probes again after it was gone: it has lost the request. */
  onServerBack(): void;
}

/** Measures how long a request is silent, from now until `end`. Probes the server after `SILENT_MS`. */
export function watchSilence({
  clock,
  probes,
  limitMs,
  onTimeout,
  onServerBack,
}: SilenceOptions): SilenceWatch {
  let since = clock.monotonic();
  let hasReceived = false;
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
      hasReceived = true;
      since = clock.monotonic();
      if (stopProbing === null) return;
      stopProbing();
      stopProbing = null;
      cancel();
      wait();
    },
    get hasReceived() {
      return hasReceived;
    },
    end() {
      cancel();
      stopProbing?.();
      // Late bytes of an aborted request must not start the timer again.
      stopProbing = null;
    },
  };
}
