import type { Clock } from '../domain/ports/clock.ts';

export interface IdleOptions {
  readonly clock: Clock;
  /** How long nobody must have asked, ms. */
  readonly afterMs: number;
  /** Whether something runs that nobody has to ask for. */
  readonly isBusy: () => boolean;
}

/** Says when nobody needs a server any more. */
export interface IdleWatch {
  /** Somebody asked. */
  readonly asked: () => void;
  /** Resolves when nothing has run and nobody has asked for long enough. Never rejects. */
  readonly idle: Promise<void>;
  readonly stop: () => void;
}

/** Looked at this often, as a part of the whole. */
const LOOKS = 60;

export function watchIdleness({ clock, afterMs, isBusy }: IdleOptions): IdleWatch {
  const { promise, resolve } = Promise.withResolvers<void>();
  let since = clock.monotonic();
  let cancel = (): void => undefined;
  const look = (): void => {
    if (isBusy()) since = clock.monotonic();
    if (clock.monotonic() - since >= afterMs) resolve();
    else cancel = clock.after(afterMs / LOOKS, look);
  };
  cancel = clock.after(afterMs / LOOKS, look);
  return {
    asked: () => {
      since = clock.monotonic();
    },
    idle: promise,
    stop: () => cancel(),
  };
}
