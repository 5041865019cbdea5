import { statusFingerprint } from './needs-attention.ts';
import { chatFacts, type Task } from './task.ts';

/** A status that the user read in this taskdeck. */
export interface LocalRead {
  readonly fingerprint: string;
  /** The server reported it as read, or the user marked it as unread: from then on the server's word counts. */
  readonly isSettled: boolean;
}

/** By task id. */
export type LocalReads = ReadonlyMap<string, LocalRead>;

/** The task as read. */
export const asRead = (task: Task): Task =>
  task.facts.kind === 'chat' ? { ...task, facts: { ...task.facts, unread: false } } : task;

/** The tasks of a response, with those as read that the user has read here. The same list when there are none. */
export const withLocalReads = (tasks: readonly Task[], reads: LocalReads): readonly Task[] =>
  [...reads.values()].every(({ isSettled }) => isSettled)
    ? tasks
    : tasks.map((task) => withLocalRead(task, reads));

/** The task as read, if the user has read it here. */
export function withLocalRead(task: Task, reads: LocalReads): Task {
  if (chatFacts(task)?.unread !== true) return task;
  const read = reads.get(task.id);
  return read !== undefined && !read.isSettled && read.fingerprint === statusFingerprint(task)
    ? asRead(task)
    : task;
}
