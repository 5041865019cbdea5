import type { ConversationEntry, EntryPosition, StoredConversation } from '../stored-conversation.ts';

/** Stored conversations of one user of one deployment. Never throws. */
export interface ConversationStorage {
  /**
   * The last page of a stored conversation, or the last one before a position; null when nothing is stored. Pages are
   * limited in size and hold whole messages.
   */
  load(taskId: string, before?: EntryPosition): LoadedConversation | null;
  /** Writes a change, unless another taskdeck wrote since `revision`. */
  save(taskId: string, change: ConversationChange): ConversationSaveResult;
  /**
   * Records which tasks of these owners exist; null for all owners. Deletes the conversations of their other tasks 30
   * days after those disappeared. An empty name stands for an unknown owner. `now` is Unix ms. False when the write
   * failed.
   */
  recordTasks(taskIds: readonly string[], owners: readonly string[] | null, now: number): boolean;
}

export interface LoadedConversation {
  readonly conversation: StoredConversation;
  readonly hasOlder: boolean;
  /** The position up to which the user has read; null when never viewed. */
  readonly readUpTo: (EntryPosition & { readonly length: number }) | null;
  /** Increases with every write. */
  readonly revision: number;
}

export interface ConversationChange {
  /** The task's name, by which `purge` finds it, its title and its owner; empty when the task no longer exists. */
  readonly name: string;
  readonly title: string;
  readonly owner: string;
  readonly put: readonly ConversationEntry[];
  readonly remove: readonly ConversationEntry[];
  /** Null when unchanged. */
  readonly readUpTo: LoadedConversation['readUpTo'];
  /** The revision that was last read; 0 when nothing was stored. */
  readonly revision: number;
  /** Older entries were not loaded; null when all were. */
  readonly oldestLoaded: EntryPosition | null;
  /** Unix ms. */
  readonly now: number;
}

/** `changed`: another taskdeck wrote, so it must be read again. `purged`: the user deleted the conversation. */
export type ConversationSaveResult = { readonly revision: number } | 'changed' | 'purged' | 'failed';
