import type { Phase } from './phase.ts';

/** One task, as far as it decides whether the user is told of it. */
export interface NotificationCandidate {
  readonly id: string;
  /** What it waits with: one that says the same again has not begun anew. */
  readonly message: string;
  /** `soon` needs the user, but not for long enough to count. */
  readonly needsAttention: 'no' | 'soon' | 'yes';
}

/** The tasks that need the user and of which that is known, each with what it said then. By id. */
export type NotifiedTasks = ReadonlyMap<string, string>;

/** Where nobody has been told of anything yet: whatever waits already is no news. */
export const initiallyNotified = (tasks: readonly NotificationCandidate[]): NotifiedTasks =>
  new Map(
    tasks.filter(({ needsAttention }) => needsAttention !== 'no').map(({ id, message }) => [id, message]),
  );

export interface NotificationUpdate {
  readonly notified: NotifiedTasks;
  /** The ids of those that begin to need the user. */
  readonly newIds: readonly string[];
}

/** Which tasks begin to need the user. The same `known` when there is nothing to add to it. */
export function updateNotified(
  notified: NotifiedTasks,
  tasks: readonly NotificationCandidate[],
): NotificationUpdate {
  const next = new Map<string, string>();
  const newIds: string[] = [];
  for (const { id, message, needsAttention } of tasks) {
    const before = notified.get(id);
    if (needsAttention === 'yes') {
      if (before !== message) newIds.push(id);
      next.set(id, message);
    } else if (needsAttention === 'soon' && before !== undefined) next.set(id, before);
  }
  const isSame = newIds.length === 0 && next.size === notified.size;
  return { notified: isSame ? notified : next, newIds };
}

/** A notice outside of taskdeck's own screen. Untrusted texts. */
export interface NotificationText {
  readonly title: string;
  readonly body: string;
}

export interface NotificationSubject {
  readonly title: string;
  readonly phase: Phase;
  /** Empty when it said nothing. */
  readonly message: string;
}

/** So many names are read; of more it is said how many. */
const MAX_NAMES = 3;

/** One notice for all that begin to need the user at once. Null for nobody. */
export function notificationText(subjects: readonly NotificationSubject[]): NotificationText | null {
  const [first] = subjects;
  if (first === undefined) return null;
  if (subjects.length === 1) {
    const { title, phase, message } = first;
    return { title, body: message.trim() === '' ? `${phase}: it needs you` : `${phase}: ${message}` };
  }
  const names = subjects.slice(0, MAX_NAMES).map(({ title }) => title);
  const more = subjects.length - names.length;
  return {
    title: `${subjects.length} tasks need you`,
    body: `${names.join(', ')}${more === 0 ? '' : ` and ${more} more`}`,
  };
}
