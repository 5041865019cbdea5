import type { OutboxRows } from '../outbox-rows.ts';
import type { Archive } from './archive.ts';
import type { Memory } from './memory.ts';
import type { TimelineMemory } from './timeline-memory.ts';

/** What taskdeck keeps between runs, whichever deployment it is for. Nothing here throws: `notice` says what went wrong. */
export interface Storage {
  /** The user whom this token belonged to when it was last used there; null when it is new. Asks no server. */
  userOf(origin: string, token: string): string | null;
  /** Remembers whose token it is; the token itself is not kept, only a digest of it. */
  rememberUser(origin: string, token: string, user: string): void;
  /** Stands for the user of a token until it is known who that is: no user is called so. */
  strangerOf(origin: string, token: string): string;
  /**
   * Whatever was kept for the one is kept for the other from now on, behind what was there. False when it could not be
   * written; then nothing was moved.
   */
  adopt(origin: string, stranger: string, user: string): boolean;
  /** Memories of two deployments, or of two users of one, never mix. */
  memory(deployment: { readonly origin: string; readonly user: string }): Memory;
  /** What was seen of its conversations. */
  archive(deployment: { readonly origin: string; readonly user: string }): Archive;
  /** Deletes conversations that were kept, for good. Null when that failed: `notice` says why. */
  purge(what: PurgeChoice): Purged | null;
  /** The messages to its tasks that have not arrived yet. */
  outbox(deployment: { readonly origin: string; readonly user: string }): OutboxRows;
  /** What the tasks of one deployment spent their time with. Apart in the same way. */
  timeline(deployment: { readonly origin: string; readonly user: string }): TimelineMemory;
  /** Why something is not remembered, in one sentence; null while all is well. */
  readonly notice: string | null;
  /** The last read or write that failed, another object for each; null while none did. */
  readonly failure: Failure | null;
  /** Has `told` called whenever there is something new of that kind to say, in the middle of what goes wrong. */
  onNotice(told: (notice: string | null) => void): void;
  close(): void;
}

export interface Failure {
  /** Without a period. */
  readonly reason: string;
}

/** Which conversations to delete; all that is given must fit. */
export interface PurgeChoice {
  /** Of one deployment, whoever used it. */
  readonly origin?: string;
  /** A task's id, or its name. */
  readonly task?: string;
  /** To which nothing was added since, Unix ms. */
  readonly before?: number;
}

export interface Purged {
  readonly tasks: number;
  readonly messages: number;
  readonly bytes: number;
  /** Others use the file, so that its free space may still hold some of the text until they end. */
  readonly unfinished: boolean;
}
