import type { Clock } from '../domain/ports/clock.ts';
import type { OutboxStorage } from '../domain/ports/outbox-storage.ts';
import type { Storage } from '../domain/ports/storage.ts';
import type { Store } from '../store/store.ts';
import { type ConversationPersistence, persistConversations } from './persist-conversations.ts';
import { persistState, type StatePersistence } from './persist-state.ts';
import { recordTimelines } from './record-timelines.ts';

/** Data that could not be moved is tried again after this long, ms. */
const RETRY_MS = 10_000;

export interface UserStorageOptions {
  readonly store: Store;
  readonly storage: Storage;
  readonly clock: Clock;
  /** What keeps its memory apart from others', and who is asked for there. */
  readonly account: { readonly origin: string; readonly token: string };
  /** Whether conversations are kept. */
  readonly storesConversations: boolean;
}

/** What taskdeck knows of one deployment from before, and keeps of it for the next time; for each user apart. */
export interface UserStorage {
  /** What waits to be sent, of whoever the user is now. */
  outboxStorage(): OutboxStorage;
  /** Calls back when it turns out who the user is, where that was not known from before. */
  onUser(listener: () => void): void;
  /** Writes what is still to be written: the program may never go on. */
  flush(): void;
  stop(): void;
}

/** Brings back what is known, and begins to keep what comes. What is written before it is known who the user is goes over to them then. */
export function openUserStorage({
  store,
  storage,
  clock,
  account: place,
  storesConversations,
}: UserStorageOptions): UserStorage {
  const { origin, token } = place;
  const knownUser = storage.knownUser(origin, token);
  const listeners: (() => void)[] = [];
  let user = knownUser ?? storage.anonymousUser(origin, token);
  let conversations: ConversationPersistence | null = null;
  let statePersistence: StatePersistence;
  let stop = begin();
  let unsubscribe = (): void => {};
  let cancelRetry = (): void => {};

  function begin(): () => void {
    const account = { origin, user };
    statePersistence = persistState(store, storage.savedState(account), clock);
    const ends = [
      statePersistence,
      recordTimelines({ store, storage: storage.timeline(account), clock, random: Math.random }),
    ];
    conversations = storesConversations
      ? persistConversations(store, storage.conversations(account), clock)
      : null;
    return () => {
      conversations?.stop();
      for (const end of ends) end();
    };
  }

  /** Until everything can be moved, all of it stays where the next run finds it. */
  function switchToUser(name: string): void {
    if (!storage.mergeAnonymousData(origin, user, name)) {
      cancelRetry = clock.after(RETRY_MS, () => switchToUser(name));
      return;
    }
    stop();
    // In this order: whatever ends the program in between, the next one finds everything. What was written last is moved too.
    if (storage.mergeAnonymousData(origin, user, name)) storage.saveUser(origin, token, name);
    user = name;
    stop = begin();
    for (const listener of listeners) listener();
  }

  if (knownUser === null) {
    unsubscribe = store.subscribe(() => {
      const name = store.getState().user?.username;
      if (name === undefined) return;
      unsubscribe();
      switchToUser(name);
    });
  }

  return {
    outboxStorage: () => storage.outbox({ origin, user }),
    onUser: (listener) => void listeners.push(listener),
    flush() {
      conversations?.flush();
      statePersistence.flush();
    },
    stop() {
      unsubscribe();
      cancelRetry();
      stop();
    },
  };
}
