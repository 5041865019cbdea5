import type { OutboxRows } from '../domain/outbox-rows.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { Storage } from '../domain/ports/storage.ts';
import type { Store } from '../store/store.ts';
import { type Archiving, startArchiving } from './archiving.ts';
import { type Remembering, startRemembering } from './remembering.ts';
import { recordTimelines } from './timeline.ts';

/** Data that could not be moved is tried again after this long, ms. */
const TRY_AGAIN_MS = 10_000;

export interface RecollectionOptions {
  readonly store: Store;
  readonly storage: Storage;
  readonly clock: Clock;
  /** What keeps its memory apart from others', and who is asked for there. */
  readonly place: { readonly origin: string; readonly token: string };
  /** Whether conversations are kept. */
  readonly archive: boolean;
}

/** What taskdeck knows of one deployment from before, and keeps of it for the next time; for each user apart. */
export interface Recollection {
  /** What waits to be sent, of whoever the user is now. */
  outboxRows(): OutboxRows;
  /** Calls back when it turns out who the user is, where that was not known from before. */
  onUser(listener: () => void): void;
  /** Writes what is still to be written: the program may never go on. */
  flush(): void;
  stop(): void;
}

/** Brings back what is known, and begins to keep what comes. What is written before it is known who the user is goes over to them then. */
export function recollect({ store, storage, clock, place, archive }: RecollectionOptions): Recollection {
  const { origin, token } = place;
  const known = storage.userOf(origin, token);
  const listeners: (() => void)[] = [];
  let user = known ?? storage.strangerOf(origin, token);
  let archiving: Archiving | null = null;
  let remembering: Remembering;
  let stop = begin();
  let unsubscribe = (): void => {};
  let cancelRetry = (): void => {};

  function begin(): () => void {
    const whose = { origin, user };
    remembering = startRemembering(store, storage.memory(whose), clock);
    const ends = [
      remembering,
      recordTimelines({ store, memory: storage.timeline(whose), clock, random: Math.random }),
    ];
    archiving = archive ? startArchiving(store, storage.archive(whose), clock) : null;
    return () => {
      archiving?.stop();
      for (const end of ends) end();
    };
  }

  /** Until everything can be moved, all of it stays where the next run finds it. */
  function goOverTo(name: string): void {
    if (!storage.adopt(origin, user, name)) {
      cancelRetry = clock.after(TRY_AGAIN_MS, () => goOverTo(name));
      return;
    }
    stop();
    // In this order: whatever ends the program in between, the next one finds everything. What was written last is moved too.
    if (storage.adopt(origin, user, name)) storage.rememberUser(origin, token, name);
    user = name;
    stop = begin();
    for (const listener of listeners) listener();
  }

  if (known === null) {
    unsubscribe = store.subscribe(() => {
      const name = store.getState().user?.username;
      if (name === undefined) return;
      unsubscribe();
      goOverTo(name);
    });
  }

  return {
    outboxRows: () => storage.outbox({ origin, user }),
    onUser: (listener) => void listeners.push(listener),
    flush() {
      archiving?.flush();
      remembering.flush();
    },
    stop() {
      unsubscribe();
      cancelRetry();
      stop();
    },
  };
}
