import type { Capabilities } from '../../domain/ports/source.ts';
import type { Task } from '../../domain/task.ts';

export const CHATS_CAPABILITIES: Capabilities = { directories: false, otherOwners: false };

const incomplete = new WeakSet<readonly Task[]>();

/** Marks a list of chats of which rows may be missing. */
export const markIncomplete = (list: readonly Task[]): void => void incomplete.add(list);

/** Whether a list of chats holds all chats of its query. Known without a request, like all facts of a source. */
export const isCompleteList = (list: readonly Task[]): boolean => !incomplete.has(list);
