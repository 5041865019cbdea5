import type { Clock } from '../domain/ports/clock.ts';

export interface IdleWatchOptions {
  readonly clock: Clock;
  /** Time without requests and without work after which `idle` resolves, ms. */
  readonly afterMs: number;
  /** Whether a task runs, with or without requests. */
  readonly isBusy: () => boolean;
}

export interface IdleWatch {
  readonly requestReceived: () => void;
  /** Never rejects. */
  readonly idle: Promise<void>;
  readonly stop: () => void;
}

const CHECKS_PER_PERIOD = 60;

/** Detects that the server is no longer used. Resolves `idle` up to 1/60 of `afterMs` late. */
export function watchIdle({ clock, afterMs, isBusy }: IdleWatchOptions): IdleWatch {
  const { promise, resolve } = Promise.withResolvers<void>();
  let lastActiveAt = clock.monotonic();
  let cancel = (): void => undefined;
  const check = (): void => {
    if (isBusy()) lastActiveAt = clock.monotonic();
    if (clock.monotonic() - lastActiveAt >= afterMs) resolve();
    else cancel = clock.after(afterMs / CHECKS_PER_PERIOD, check);
  };
  cancel = clock.after(afterMs / CHECKS_PER_PERIOD, check);
  return {
    requestReceived: () => {
      lastActiveAt = clock.monotonic();
    },
    idle: promise,
    stop: () => cancel(),
  };
}
