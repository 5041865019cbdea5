import type { ConversationSearch } from './conversation-search.ts';
import type { ConversationStorage } from './conversation-storage.ts';
import type { OutboxStorage } from './outbox-storage.ts';
import type { SavedState } from './saved-state.ts';
import type { TimelineStorage } from './timeline-storage.ts';

/** Everything that taskdeck stores between runs, for all deployments. Never throws: `problem` reports failures. */
export interface Storage {
  /** The user to whom this token belonged when it was last used; null for a new one. No request. */
  knownUser(origin: string, token: string): string | null;
  /** Saves whose token it is. Stores only a digest of the token. */
  saveUser(origin: string, token: string, user: string): void;
  /** Stands for the user of a token until the name is known. No user has this name. */
  anonymousUser(origin: string, token: string): string;
  /**
   * Moves the data of the anonymous user to the user, and keeps what the user had. False when the write failed; then
   * nothing was moved.
   */
  mergeAnonymousData(origin: string, anonymousUser: string, user: string): boolean;
  /** Separate for each user of each deployment, like all of the following. */
  savedState(deployment: { readonly origin: string; readonly user: string }): SavedState;
  conversations(deployment: { readonly origin: string; readonly user: string }): ConversationStorage;
  /** Of one user of one deployment; null searches everything that is stored. Loads its code on use. */
  conversationSearch(
    deployment: { readonly origin: string; readonly user: string } | null,
  ): Promise<ConversationSearch>;
  /** Deletes stored conversations for good. Null on failure: `problem` reports it. */
  purge(what: PurgeFilter): PurgeResult | null;
  outbox(deployment: { readonly origin: string; readonly user: string }): OutboxStorage;
  timeline(deployment: { readonly origin: string; readonly user: string }): TimelineStorage;
  /** The current problem in one sentence; null without one. */
  readonly problem: string | null;
  /** The last read or write that failed, a new object for each; null when none did. */
  readonly lastFailure: StorageFailure | null;
  /** Calls `listener` on every change of `problem`, in the middle of the failing call. */
  onProblem(listener: (problem: string | null) => void): void;
  close(): void;
}

export interface StorageFailure {
  /** Without a final period. */
  readonly reason: string;
}

/** Which conversations to delete: those that match all given filters. */
export interface PurgeFilter {
  /** Of one deployment, all users. */
  readonly origin?: string;
  /** A task's id or name. */
  readonly task?: string;
  /** Without new entries since then, Unix ms. */
  readonly before?: number;
}

export interface PurgeResult {
  readonly tasks: number;
  readonly messages: number;
  readonly bytes: number;
  /** Another process uses the file, so that its free space may still contain deleted text. */
  readonly unfinished: boolean;
}
