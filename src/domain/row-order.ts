import type { Phase } from './phase.ts';
import { creationTime, phaseSince } from './phase-since.ts';
import { chatFacts, type Task, titleOf } from './task.ts';
import { sanitiseLine } from './text/sanitise.ts';

export type SortKey = 'activity' | 'name' | 'age' | 'phase';

export const DEFAULT_SORT: SortKey = 'activity';

/** In the order of the key that switches between them. */
export const SORT_KEYS: readonly SortKey[] = [DEFAULT_SORT, 'name', 'age', 'phase'];

export const nextSort = (sort: SortKey): SortKey =>
  SORT_KEYS[(SORT_KEYS.indexOf(sort) + 1) % SORT_KEYS.length] ?? DEFAULT_SORT;

export const isSort = (value: unknown): value is SortKey => SORT_KEYS.some((sort) => sort === value);

/** The values that rows are sorted by. */
export interface SortableRow {
  readonly id: string;
  /** Untrusted text. */
  readonly title: string;
  /** When it entered its phase, and when it was created; Unix ms, 0 when unknown. */
  readonly since: number;
  readonly createdAt: number;
  readonly group: AttentionGroup;
  /** Its place among the pinned tasks, from 1; 0 when it is not pinned. */
  readonly pinOrder: number;
}

/** The side that must act: the user, the agent, or neither. */
type AttentionGroup = 'needs-you' | 'working' | 'inactive';

const GROUP_ORDER: readonly AttentionGroup[] = ['needs-you', 'working', 'inactive'];

const BUSY_PHASES: readonly Phase[] = ['working', 'queued', 'starting', 'resuming'];

export const sortableRow = (
  task: Task,
  { now, phase, needsYou }: { readonly now: number; readonly phase: Phase; readonly needsYou: boolean },
): SortableRow => ({
  id: task.id,
  title: titleOf(task),
  since: phaseSince(task, now),
  createdAt: creationTime(task, now),
  group: needsYou ? 'needs-you' : BUSY_PHASES.includes(phase) ? 'working' : 'inactive',
  pinOrder: pinOrderOf(task),
});

/** The place of a task among those pinned on its server, or here, from 1; 0 when it is not pinned. */
export const pinOrderOf = (task: Pick<Task, 'facts' | 'own'>): number =>
  chatFacts(task)?.pinOrder ?? task.own?.pinOrder ?? 0;

/** The sorted ids, newest first for times, and pinned ones first by activity. Equal rows keep their order. */
export function sortedIds(rows: readonly SortableRow[], sort: SortKey): readonly string[] {
  return rows.toSorted(comparatorFor(sort)).map(({ id }) => id);
}

type RowComparator = (a: SortableRow, b: SortableRow) => number;

const byActivity: RowComparator = (a, b) => b.since - a.since;

const pinnedFirst: RowComparator = (a, b) => pinRank(a) - pinRank(b);

const pinRank = ({ pinOrder }: SortableRow): number => (pinOrder > 0 ? pinOrder : Number.MAX_SAFE_INTEGER);

function comparatorFor(sort: SortKey): RowComparator {
  switch (sort) {
    case 'activity':
      return (a, b) => pinnedFirst(a, b) || byActivity(a, b);
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
 * The order while the list is visible. Present rows keep their order and removed ones leave. Rows created here come
 * first; other new rows come last, where they move no row. Returns the same array when nothing changed.
 */
export function stableOrder(
  order: readonly string[],
  present: readonly string[],
  wasCreatedHere: (id: string) => boolean,
): readonly string[] {
  const ordered = new Set(order);
  const added = present.filter((id) => !ordered.has(id));
  const presentIds = new Set(present);
  const remaining = order.every((id) => presentIds.has(id))
    ? order
    : order.filter((id) => presentIds.has(id));
  if (added.length === 0) return remaining;
  return [...added.filter(wasCreatedHere), ...remaining, ...added.filter((id) => !wasCreatedHere(id))];
}
