import type { Task } from '../domain/task.ts';

const positionsByTasks = new WeakMap<readonly Task[], ReadonlyMap<string, number>>();

/** The index of each task in the list, by id. */
function positionsIn(tasks: readonly Task[]): ReadonlyMap<string, number> {
  const known = positionsByTasks.get(tasks);
  if (known !== undefined) return known;
  const positions = new Map(tasks.map(({ id }, index) => [id, index]));
  positionsByTasks.set(tasks, positions);
  return positions;
}

/** Returns `tasks`, which have the ids of `before` in the same order: they share its positions. */
export function withPositionsOf(before: readonly Task[], tasks: readonly Task[]): readonly Task[] {
  positionsByTasks.set(tasks, positionsIn(before));
  return tasks;
}

export const haveSameIds = (one: readonly Task[], other: readonly Task[]): boolean =>
  one.length === other.length &&
  one.every((task, index) => task === other[index] || task.id === other[index]?.id);

function taskIn(tasks: readonly Task[], id: string): Task | null {
  const position = positionsIn(tasks).get(id);
  return position === undefined ? null : (tasks[position] ?? null);
}

export const taskById = ({ tasks }: { readonly tasks: readonly Task[] }, id: string | null): Task | null =>
  id === null ? null : taskIn(tasks, id);

/** The tasks with these ids, in this order; leaves out unknown ids. */
export const tasksWithIds = (tasks: readonly Task[], ids: readonly string[]): readonly Task[] =>
  ids.map((id) => taskIn(tasks, id)).filter((task) => task !== null);

/**
 * A listed task, or one of a parked list, whose data and pending changes stay. The screen and the keys use `taskById`
 * instead.
 */
export function knownTask(
  state: {
    readonly tasks: readonly Task[];
    readonly parkedLists: ReadonlyMap<string, { readonly tasks: readonly Task[] }>;
  },
  id: string,
): Task | null {
  const listed = taskById(state, id);
  if (listed !== null || state.parkedLists.size === 0) return listed;
  for (const parked of state.parkedLists.values()) {
    const task = taskById(parked, id);
    if (task !== null) return task;
  }
  return null;
}
