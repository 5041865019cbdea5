import type { Phase } from './phase.ts';
import { creationTime, phaseSince } from './phase-since.ts';
import { type Task, titleOf } from './task.ts';
import { sanitiseLine } from './text/sanitise.ts';

/** What the rows of the list are ordered by. */
export type SortKey = 'activity' | 'name' | 'age' | 'phase';

/** What holds where nothing was chosen. */
export const DEFAULT_SORT: SortKey = 'activity';

/** In the order that one key goes through them. */
export const SORT_KEYS: readonly SortKey[] = [DEFAULT_SORT, 'name', 'age', 'phase'];

export const nextSort = (sort: SortKey): SortKey =>
  SORT_KEYS[(SORT_KEYS.indexOf(sort) + 1) % SORT_KEYS.length] ?? DEFAULT_SORT;

export const isSort = (value: unknown): value is SortKey => SORT_KEYS.some((sort) => sort === value);

/** What a row's place depends on. */
export interface SortableRow {
  readonly id: string;
  /** As a person reads it. Untrusted text. */
  readonly title: string;
  /** Since when it has been as it is, and when it was made; Unix ms, 0 where the server does not say. */
  readonly since: number;
  readonly createdAt: number;
  readonly group: AttentionGroup;
}

/** Who has something to do: the user, the agent, nobody. */
type AttentionGroup = 'needs-you' | 'working' | 'inactive';

const GROUP_ORDER: readonly AttentionGroup[] = ['needs-you', 'working', 'inactive'];

const BUSY_PHASES: readonly Phase[] = ['working', 'queued', 'starting', 'resuming'];

/** The sort keys of a task. */
export const sortableRow = (
  task: Task,
  { now, phase, needsYou }: { readonly now: number; readonly phase: Phase; readonly needsYou: boolean },
): SortableRow => ({
  id: task.id,
  title: titleOf(task),
  since: phaseSince(task, now),
  createdAt: creationTime(task, now),
  group: needsYou ? 'needs-you' : BUSY_PHASES.includes(phase) ? 'working' : 'inactive',
});

/** The ids in their order, the newest first where it goes by time. Equal ones stay as they came. */
export function sortedIds(rows: readonly SortableRow[], sort: SortKey): readonly string[] {
  return rows.toSorted(comparatorFor(sort)).map(({ id }) => id);
}

type RowComparator = (a: SortableRow, b: SortableRow) => number;

const byActivity: RowComparator = (a, b) => b.since - a.since;

function comparatorFor(sort: SortKey): RowComparator {
  switch (sort) {
    case 'activity':
      return byActivity;
    case 'age':
      return (a, b) => b.createdAt - a.createdAt;
    case 'phase':
      return (a, b) => GROUP_ORDER.indexOf(a.group) - GROUP_ORDER.indexOf(b.group) || byActivity(a, b);
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
export function stableOrder(
  order: readonly string[],
  present: readonly string[],
  isMadeHere: (id: string) => boolean,
): readonly string[] {
  const ordered = new Set(order);
  const added = present.filter((id) => !ordered.has(id));
  const presentIds = new Set(present);
  const remaining = order.every((id) => presentIds.has(id))
    ? order
    : order.filter((id) => presentIds.has(id));
  if (added.length === 0) return remaining;
  return [...added.filter(isMadeHere), ...remaining, ...added.filter((id) => !isMadeHere(id))];
}
