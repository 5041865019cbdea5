import type { Phase } from './phase.ts';
import { creationTime, phaseSince } from './phase-since.ts';
import { chatFacts, type Task, titleOf } from './task.ts';
import { PHASES_BY_URGENCY } from './task-group.ts';
import { sanitiseLine } from './text/sanitise.ts';

export type SortKey = 'activity' | 'name' | 'created' | 'phase';

export const DEFAULT_SORT: SortKey = 'activity';

/** In the order of the key that switches between them. */
export const SORT_KEYS: readonly SortKey[] = [DEFAULT_SORT, 'name', 'created', 'phase'];

export const nextSort = (sort: SortKey): SortKey =>
  SORT_KEYS[(SORT_KEYS.indexOf(sort) + 1) % SORT_KEYS.length] ?? DEFAULT_SORT;

/** Reads a stored sort key; undefined for anything else. */
export const parseSort = (value: unknown): SortKey | undefined =>
  // An earlier name.
  value === 'age' ? 'created' : SORT_KEYS.find((sort) => sort === value);

/** The values that rows are sorted by. */
export interface SortableRow {
  readonly id: string;
  /** Untrusted text. */
  readonly title: string;
  /** When it entered its phase, and when it was created; Unix ms, 0 when unknown. */
  readonly since: number;
  readonly createdAt: number;
  readonly phase: Phase;
  readonly needsYou: boolean;
  /** Its place among the pinned tasks, from 1; 0 when it is not pinned. */
  readonly pinOrder: number;
}

export const sortableRow = (
  task: Task,
  { now, phase, needsYou }: { readonly now: number; readonly phase: Phase; readonly needsYou: boolean },
): SortableRow => ({
  id: task.id,
  title: titleOf(task),
  since: phaseSince(task, now),
  createdAt: creationTime(task, now),
  phase,
  needsYou,
  pinOrder: pinOrderOf(task),
});

/** The place of a task among those pinned on its server, or here, from 1; 0 when it is not pinned. */
export const pinOrderOf = (task: Pick<Task, 'facts' | 'own'>): number =>
  chatFacts(task)?.pinOrder ?? task.own?.pinOrder ?? 0;

/**
 * The sorted ids: newest first for times, by name from A on, and by phase those that need the user first. `isReversed`: the
 * other way round. Pinned tasks stay first by activity, and unknown times last. Equal rows keep their order.
 */
export function sortedIds(
  rows: readonly SortableRow[],
  sort: SortKey,
  isReversed = false,
): readonly string[] {
  return rows.toSorted(comparatorFor(sort, isReversed ? -1 : 1)).map(({ id }) => id);
}

type RowComparator = (a: SortableRow, b: SortableRow) => number;

/** -1: reversed. */
type Direction = 1 | -1;

const newestFirst = (a: number, b: number, direction: Direction): number =>
  a === 0 || b === 0 ? Number(a === 0) - Number(b === 0) : direction * (b - a);

const pinnedFirst: RowComparator = (a, b) => pinRank(a) - pinRank(b);

const pinRank = ({ pinOrder }: SortableRow): number => (pinOrder > 0 ? pinOrder : Number.MAX_SAFE_INTEGER);

function comparatorFor(sort: SortKey, direction: Direction): RowComparator {
  switch (sort) {
    case 'activity':
      return (a, b) => pinnedFirst(a, b) || newestFirst(a.since, b.since, direction);
    case 'created':
      return (a, b) => newestFirst(a.createdAt, b.createdAt, direction);
    case 'phase':
      return (a, b) => direction * (urgency(a) - urgency(b)) || newestFirst(a.since, b.since, 1);
    case 'name': {
      const { compare } = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
      return (a, b) => direction * compare(sanitiseLine(a.title), sanitiseLine(b.title));
    }
  }
}

/** Tasks that need the user come first, in any phase, then those that work. */
function urgency({ needsYou, phase }: SortableRow): number {
  if (needsYou) return 0;
  const rank = 1 + PHASES_BY_URGENCY.indexOf(phase);
  return BUSY_PHASES.includes(phase) ? rank : rank + PHASES_BY_URGENCY.length;
}

const BUSY_PHASES: readonly Phase[] = ['working', 'queued', 'starting', 'resuming'];

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
