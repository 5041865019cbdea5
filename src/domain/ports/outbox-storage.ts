import type { Delivery } from '../delivery.ts';

/** A message that was just written. */
export type NewDelivery = Pick<Delivery, 'id' | 'taskId' | 'text' | 'resume' | 'since'>;

/**
 * The messages of one deployment that have not arrived yet, as every taskdeck of this machine sees them. What a call
 * wrote survives whatever happens next, a power cut included. Nothing here throws: where nothing can be written, a
 * message is kept in memory for as long as this taskdeck runs.
 */
export interface OutboxStorage {
  /** What this taskdeck is called as the owner of a message, for as long as it runs. */
  readonly instanceName: string;
  /** By `position`. */
  all(): readonly Delivery[];
  /** Adds a message behind all others; `draft` is what stands in the prompt of its task from now on. */
  add(delivery: NewDelivery, draft: string): Delivery;
  /** Replaces a message if it still is as it `was`; false when another taskdeck was there before. */
  updateRow(was: Delivery, is: Delivery): boolean;
  /** The same, and only when no other message to its task is under way or stands before it. */
  claim(was: Delivery, is: Delivery): boolean;
  /** Forgets a message if it still is as it was; `draft`, if given, is what stands in its task's prompt from now on. */
  remove(was: Delivery, draft?: string): boolean;
  /** Lets two messages change places if both still are as they were. */
  swap(one: Delivery, other: Delivery): boolean;
  /** Whether a text with these words was ever added on this machine; a digest is all that is kept of one. */
  wasSentBefore(text: string): boolean;
  /** Whether another taskdeck has written anything since this was last asked. Cheap. */
  hasExternalChanges(): boolean;
  /** Whether the taskdeck that is called so still runs; one that is only stopped for a while does. */
  isAlive(instanceName: string): boolean;
}
