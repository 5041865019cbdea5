import type { ConversationStorage } from './conversation-storage.ts';
import type { OutboxStorage } from './outbox-storage.ts';
import type { SavedState } from './saved-state.ts';
import type { TimelineStorage } from './timeline-storage.ts';

/** What taskdeck keeps between runs, whichever deployment it is for. Nothing here throws: `notice` says what went wrong. */
export interface Storage {
  /** The user whom this token belonged to when it was last used there; null when it is new. Asks no server. */
  knownUser(origin: string, token: string): string | null;
  /** Remembers whose token it is; the token itself is not kept, only a digest of it. */
  saveUser(origin: string, token: string, user: string): void;
  /** Stands for the user of a token until it is known who that is: no user is called so. */
  anonymousUser(origin: string, token: string): string;
  /**
   * Whatever was kept for the one is kept for the other from now on, behind what was there. False when it could not be
   * written; then nothing was moved.
   */
  mergeAnonymousData(origin: string, anonymousUser: string, user: string): boolean;
  /** Memories of two deployments, or of two users of one, never mix. */
  savedState(deployment: { readonly origin: string; readonly user: string }): SavedState;
  /** What was seen of its conversations. */
  conversations(deployment: { readonly origin: string; readonly user: string }): ConversationStorage;
  /** Deletes conversations that were kept, for good. Null when that failed: `notice` says why. */
  purge(what: PurgeFilter): PurgeResult | null;
  /** The messages to its tasks that have not arrived yet. */
  outbox(deployment: { readonly origin: string; readonly user: string }): OutboxStorage;
  /** What the tasks of one deployment spent their time with. Apart in the same way. */
  timeline(deployment: { readonly origin: string; readonly user: string }): TimelineStorage;
  /** Why something is not remembered, in one sentence; null while all is well. */
  readonly problem: string | null;
  /** The last read or write that failed, another object for each; null while none did. */
  readonly lastFailure: StorageFailure | null;
  /** Has `told` called whenever there is something new of that kind to say, in the middle of what goes wrong. */
  onProblem(listener: (problem: string | null) => void): void;
  close(): void;
}

export interface StorageFailure {
  /** Without a period. */
  readonly reason: string;
}

/** Which conversations to delete; all that is given must fit. */
export interface PurgeFilter {
  /** Of one deployment, whoever used it. */
  readonly origin?: string;
  /** A task's id, or its name. */
  readonly task?: string;
  /** To which nothing was added since, Unix ms. */
  readonly before?: number;
}

export interface PurgeResult {
  readonly tasks: number;
  readonly messages: number;
  readonly bytes: number;
  /** Others use the file, so that its free space may still hold some of the text until they end. */
  readonly unfinished: boolean;
}
