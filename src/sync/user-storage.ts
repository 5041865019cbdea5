import type { Clock } from '../domain/ports/clock.ts';
import type { ConversationSearch, FoundMessage } from '../domain/ports/conversation-search.ts';
import type { OutboxStorage } from '../domain/ports/outbox-storage.ts';
import type { Storage } from '../domain/ports/storage.ts';
import type { Store } from '../store/store.ts';
import { type ConversationPersistence, persistConversations } from './persist-conversations.ts';
import { persistState, type ScrollPositionsOf, type StatePersistence } from './persist-state.ts';
import { recordTimelines } from './record-timelines.ts';
import { storedConversationText } from './stored-conversation-text.ts';

/** The delay after a failed move of anonymous data, ms. */
const RETRY_MS = 10_000;

export interface UserStorageOptions {
  readonly store: Store;
  readonly storage: Storage;
  readonly clock: Clock;
  /** Each deployment and user has its own data. */
  readonly account: { readonly origin: string; readonly token: string };
  readonly scrollPositionsOf: ScrollPositionsOf;
}

/** The stored data of one deployment, per user. */
export interface UserStorage {
  /** The outbox of the current user. */
  outboxStorage(): OutboxStorage;
  /** Calls back when a new token turns out to belong to a user, and `outboxStorage` changes. */
  onUser(listener: () => void): void;
  /** The search of the current user, with everything on the screen saved; null when conversations are not stored. */
  conversationSearch(): Promise<ConversationSearch> | null;
  /** The stored conversation of a found message as text; null when it is no longer stored. */
  storedConversation(found: FoundMessage): string | null;
  /** Writes pending changes now, since the process may be killed. */
  flush(): void;
  stop(): void;
}

/**
 * Restores stored data and saves changes; conversations while the setting `archive` is on. Data that is written before the user is known moves to the user
 * later.
 */
export function openUserStorage({
  store,
  storage,
  clock,
  account: { origin, token },
  scrollPositionsOf,
}: UserStorageOptions): UserStorage {
  const knownUser = storage.knownUser(origin, token);
  const listeners: (() => void)[] = [];
  let user = knownUser ?? storage.anonymousUser(origin, token);
  let conversations: ConversationPersistence | null = null;
  let statePersistence: StatePersistence;
  let stop = start();
  let unsubscribe = (): void => {};
  let cancelRetry = (): void => {};

  function start(): () => void {
    const account = { origin, user };
    statePersistence = persistState(store, storage.savedState(account), clock, scrollPositionsOf);
    const stops = [
      statePersistence,
      recordTimelines({ store, storage: storage.timeline(account), clock, random: Math.random }),
    ];
    const switchConversations = (): void => {
      const { archive } = store.getState().settings;
      if (archive === (conversations !== null)) return;
      conversations?.stop();
      conversations = archive ? persistConversations(store, storage.conversations(account), clock) : null;
    };
    switchConversations();
    const stopSwitching = store.subscribe(switchConversations);
    return () => {
      stopSwitching();
      conversations?.stop();
      conversations = null;
      for (const stopPart of stops) stopPart();
    };
  }

  /** Moves the anonymous data to the user. After a failure the data stays where the next run finds it. */
  function switchToUser(name: string): void {
    if (!storage.mergeAnonymousData(origin, user, name)) {
      cancelRetry = clock.after(RETRY_MS, () => switchToUser(name));
      return;
    }
    stop();
    // `stop` has written more to move. `saveUser` comes last, so that a crash in between loses nothing.
    if (storage.mergeAnonymousData(origin, user, name)) storage.saveUser(origin, token, name);
    user = name;
    stop = start();
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
    conversationSearch() {
      if (conversations === null) return null;
      conversations.savePending();
      return storage.conversationSearch({ origin, user });
    },
    storedConversation: (found) => storedConversationText(storage.conversations({ origin, user }), found),
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
