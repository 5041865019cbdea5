import type { Delivery } from '../delivery.ts';

export type NewDelivery = Pick<Delivery, 'id' | 'taskId' | 'text' | 'extras' | 'resume' | 'since'>;

/**
 * The outbox of one deployment, shared by all taskdecks of this machine. A completed write survives a power cut. Never
 * throws: when a write fails, the message stays in memory until this taskdeck quits.
 */
export interface OutboxStorage {
  /** Identifies this run of taskdeck as the owner of a delivery. */
  readonly instanceName: string;
  /** Sorted by `position`. */
  all(): readonly Delivery[];
  /** Adds a message at the end, and saves `draft` as the new draft of its task. */
  add(delivery: NewDelivery, draft: string): Delivery;
  /** Replaces a delivery that still equals `was`; false when another taskdeck changed it. */
  updateRow(was: Delivery, is: Delivery): boolean;
  /** Like `updateRow`, but only if no other message to the task is in progress or comes first. */
  claim(was: Delivery, is: Delivery): boolean;
  /** Deletes a delivery that still equals `was`, and saves `draft`, if given, as the draft of its task. */
  remove(was: Delivery, draft?: string): boolean;
  /** Saves the draft of a task, as `add` and `remove` do. False when the write failed. */
  saveDraft(taskId: string, draft: string): boolean;
  /** Swaps two messages that are still unchanged. */
  swap(one: Delivery, other: Delivery): boolean;
  /** Whether a text with these words was ever sent from this machine. Only a digest of each text is stored. */
  wasSentBefore(text: string): boolean;
  /** Whether another taskdeck has written since the last call. Cheap. */
  hasExternalChanges(): boolean;
  /** Whether this taskdeck still runs, which includes a suspended one. */
  isAlive(instanceName: string): boolean;
}
