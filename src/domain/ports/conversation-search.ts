import type { Message } from '../message.ts';
import type { Excerpt, SearchTerms } from '../search-terms.ts';
import type { EntryPosition } from '../stored-conversation.ts';

/** A stored message that has all terms. */
export interface FoundMessage extends EntryPosition {
  /** The position in the order of the search; unique. */
  readonly key: number;
  readonly origin: string;
  readonly user: string;
  readonly taskId: string;
  /** The name and the title of the task as last seen. Untrusted text; empty if unknown. */
  readonly taskName: string;
  readonly taskTitle: string;
  readonly owner: string;
  /** Since when the task is missing in the list, Unix ms; null while it is listed. */
  readonly goneAt: number | null;
  readonly role: Message['role'];
  /** Text that the message lost later. */
  readonly isRetracted: boolean;
  /** Unix ms; 0 if unknown. */
  readonly at: number;
  /** Sanitised. */
  readonly excerpt: Excerpt;
}

export interface SearchFilter {
  /** Only of tasks with this id, name or title. */
  readonly task?: string;
  /** Only messages from then on, Unix ms. */
  readonly since?: number;
}

/** Newest messages first. */
export interface FoundPage {
  readonly messages: readonly FoundMessage[];
  /** Where the search goes on; null at the end. */
  readonly next: number | null;
}

/**
 * Searches stored conversations. Every call does a bounded amount of work, about 20 ms, so that a screen can call it
 * between two keys. Null: the storage failed, and its `problem` says why.
 */
export interface ConversationSearch {
  /** The number of stored messages that a search cannot find yet. */
  unindexed(): number | null;
  /** Makes more messages searchable, newest first. Returns their number; 0 when all are. */
  indexMore(): number | null;
  /** One step of a search: the messages before the key `before`, at most `limit`; null starts with the newest. */
  find(terms: SearchTerms, before: number | null, limit: number, filter?: SearchFilter): FoundPage | null;
}
