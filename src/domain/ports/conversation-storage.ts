import type { ConversationEntry, EntryPosition, StoredConversation } from '../stored-conversation.ts';

/** What was seen of conversations, kept on this machine for one user of one deployment. Nothing here throws. */
export interface ConversationStorage {
  /**
   * The end of what is kept of a task's conversation, or of what stands before a place; bounded, whole messages. Null
   * when nothing is.
   */
  load(taskId: string, before?: EntryPosition): LoadedConversation | null;
  /** Writes what changed, unless somebody else did since it was read. */
  save(taskId: string, change: ConversationChange): ConversationSaveResult;
  /**
   * Which tasks there are of these owners, or of everybody where that is null: what is kept of others of theirs is deleted
   * once they have been gone for 30 days. An empty name is an owner that was not noted. `now`: Unix ms. False when
   * it could not be written.
   */
  recordTasks(taskIds: readonly string[], owners: readonly string[] | null, now: number): boolean;
}

export interface LoadedConversation {
  readonly conversation: StoredConversation;
  readonly hasOlder: boolean;
  /** Up to where it was read; null when nobody looked yet. */
  readonly readUpTo: (EntryPosition & { readonly length: number }) | null;
  /** Goes up with every write. */
  readonly revision: number;
}

export interface ConversationChange {
  /** What the task is called, by which it can be purged, and whose it is; empty when it is gone. */
  readonly name: string;
  readonly owner: string;
  readonly put: readonly ConversationEntry[];
  readonly remove: readonly ConversationEntry[];
  /** Null when that did not change. */
  readonly readUpTo: LoadedConversation['readUpTo'];
  /** As it was read last; 0 when nothing was kept. */
  readonly revision: number;
  /** What stands before this place was not read: null when all was. */
  readonly oldestLoaded: EntryPosition | null;
  /** Unix ms. */
  readonly now: number;
}

/** `changed`: another taskdeck wrote, so it must be read again; `purged`: what was there was deleted on purpose. */
export type ConversationSaveResult = { readonly revision: number } | 'changed' | 'purged' | 'failed';
