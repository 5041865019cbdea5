import type { Clock } from '../domain/ports/clock.ts';

export interface IdleWatchOptions {
  readonly clock: Clock;
  /** How long nobody must have asked, ms. */
  readonly afterMs: number;
  /** Whether something runs that nobody has to ask for. */
  readonly isBusy: () => boolean;
}

/** Says when nobody needs a server any more. */
export interface IdleWatch {
  /** Somebody asked. */
  readonly requestReceived: () => void;
  /** Resolves when nothing has run and nobody has asked for long enough. Never rejects. */
  readonly idle: Promise<void>;
  readonly stop: () => void;
}

/** Looked at this often, as a part of the whole. */
const CHECKS_PER_PERIOD = 60;

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
