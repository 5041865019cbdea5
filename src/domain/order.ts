import type { Phase } from './phase.ts';
import { madeAt, sinceWhen } from './since.ts';
import { type Task, titleOf } from './task.ts';
import { sanitiseLine } from './text/sanitise.ts';

/** What the rows of the list are ordered by. */
export type Sort = 'activity' | 'name' | 'age' | 'phase';

/** What holds where nothing was chosen. */
export const USUAL_SORT: Sort = 'activity';

/** In the order that one key goes through them. */
export const SORTS: readonly Sort[] = [USUAL_SORT, 'name', 'age', 'phase'];

export const sortAfter = (sort: Sort): Sort => SORTS[(SORTS.indexOf(sort) + 1) % SORTS.length] ?? USUAL_SORT;

export const isSort = (value: unknown): value is Sort => SORTS.some((sort) => sort === value);

/** What a row's place depends on. */
export interface Ranked {
  readonly id: string;
  /** As a person reads it. Untrusted text. */
  readonly title: string;
  /** Since when it has been as it is, and when it was made; Unix ms, 0 where the server does not say. */
  readonly since: number;
  readonly createdAt: number;
  readonly group: Group;
}

/** Who has something to do: the user, the agent, nobody. */
type Group = 'needs-you' | 'working' | 'resting';

const GROUPS: readonly Group[] = ['needs-you', 'working', 'resting'];

const AGENT_BUSY: readonly Phase[] = ['working', 'queued', 'starting', 'resuming'];

/** The sort keys of a task. */
export const rankedTask = (
  task: Task,
  { now, phase, needsYou }: { readonly now: number; readonly phase: Phase; readonly needsYou: boolean },
): Ranked => ({
  id: task.id,
  title: titleOf(task),
  since: sinceWhen(task, now),
  createdAt: madeAt(task, now),
  group: needsYou ? 'needs-you' : AGENT_BUSY.includes(phase) ? 'working' : 'resting',
});

/** The ids in their order, the newest first where it goes by time. Equal ones stay as they came. */
export function sorted(rows: readonly Ranked[], sort: Sort): readonly string[] {
  return rows.toSorted(comparing(sort)).map(({ id }) => id);
}

type Comparing = (a: Ranked, b: Ranked) => number;

const byActivity: Comparing = (a, b) => b.since - a.since;

function comparing(sort: Sort): Comparing {
  switch (sort) {
    case 'activity':
      return byActivity;
    case 'age':
      return (a, b) => b.createdAt - a.createdAt;
    case 'phase':
      return (a, b) => GROUPS.indexOf(a.group) - GROUPS.indexOf(b.group) || byActivity(a, b);
    case 'name': {
      const { compare } = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
      return (a, b) => compare(sanitiseLine(a.title), sanitiseLine(b.title));
    }
  }
}

/**
 * The order while somebody looks: whatever becomes of the tasks, the rows stay. One that is gone leaves; one that was
 * made here stands on top, where it was asked for; any other comes last, so that no row moves because of it.
 * The same array when there is nothing to change.
 */
export function keptOrder(
  order: readonly string[],
  present: readonly string[],
  isMadeHere: (id: string) => boolean,
): readonly string[] {
  const known = new Set(order);
  const added = present.filter((id) => !known.has(id));
  const here = new Set(present);
  const kept = order.every((id) => here.has(id)) ? order : order.filter((id) => here.has(id));
  if (added.length === 0) return kept;
  return [...added.filter(isMadeHere), ...kept, ...added.filter((id) => !isMadeHere(id))];
}
