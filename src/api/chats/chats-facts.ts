import type { Capabilities } from '../../domain/ports/source.ts';
import type { Task } from '../../domain/task.ts';

/** `directories`: chats run on this machine. */
export const chatsCapabilities = (directories: boolean): Capabilities => ({
  directories,
  otherOwners: false,
  followMarksRead: true,
});

/** On the list itself: the bundles of the adapter and of its facts each have a copy of this module. */
const INCOMPLETE = Symbol.for('taskdeck.incomplete');

/** Marks a list of chats of which rows may be missing. */
export const markIncomplete = (list: readonly Task[]): void =>
  void Object.defineProperty(list, INCOMPLETE, { value: true });

/** Whether a list of chats holds all chats of its query. Known without a request, like all facts of a source. */
export const isCompleteList = (list: readonly Task[]): boolean => !(INCOMPLETE in list);
