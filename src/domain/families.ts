import { chatFacts, type Task } from './task.ts';

/** Which of the listed tasks are sub-agents of which others. */
export interface Families {
  /** The task at the top of a sub-agent's family, by the id of the sub-agent. Others are not in it. */
  readonly rootIds: ReadonlyMap<string, string>;
  /** The sub-agents of a family, in the order of the tasks, by the id of the task at the top. */
  readonly childIds: ReadonlyMap<string, readonly string[]>;
}

export const NO_FAMILIES: Families = { rootIds: new Map(), childIds: new Map() };

/** A longer chain of parents is a fault of the server, such as a cycle. */
const MAX_DEPTH = 16;

/**
 * The families of these tasks; `NO_FAMILIES` when there are none. A sub-agent belongs to its topmost listed parent; without
 * a listed parent it stands alone.
 */
export function familiesOf(tasks: readonly Task[]): Families {
  const children = tasks.filter((task) => parentIdOf(task) !== null);
  if (children.length === 0) return NO_FAMILIES;
  const parentIds = new Map(children.map((task) => [task.id, parentIdOf(task)]));
  const listed = new Set(tasks.map(({ id }) => id));
  const rootIds = new Map<string, string>();
  const childIds = new Map<string, string[]>();
  for (const { id } of children) {
    const root = rootOf(id, parentIds, listed);
    if (root === null) continue;
    rootIds.set(id, root);
    const siblings = childIds.get(root);
    if (siblings === undefined) childIds.set(root, [id]);
    else siblings.push(id);
  }
  return rootIds.size === 0 ? NO_FAMILIES : { rootIds, childIds };
}

/** The chat that started this one; null for a chat of a user, and for a kind without sub-agents. */
export const parentIdOf = (task: Pick<Task, 'facts'>): string | null => chatFacts(task)?.parentId ?? null;

/** The topmost listed parent; null without one, and in a cycle. */
function rootOf(
  id: string,
  parentIds: ReadonlyMap<string, string | null>,
  listed: ReadonlySet<string>,
): string | null {
  let root = id;
  for (let depth = 0; depth <= MAX_DEPTH; depth++) {
    const parent = parentIds.get(root) ?? null;
    if (parent === null || !listed.has(parent)) return root === id ? null : root;
    root = parent;
  }
  return null;
}

/** `previous` when it says the same, so that what depends on it need not be computed again. */
export function reuseUnchangedFamilies(previous: Families, next: Families): Families {
  const isSame =
    previous === next ||
    (previous.rootIds.size === next.rootIds.size &&
      previous.childIds.size === next.childIds.size &&
      [...next.childIds].every(([root, ids]) => {
        const before = previous.childIds.get(root);
        return before?.length === ids.length && ids.every((id, index) => id === before[index]);
      }));
  return isSame ? previous : next;
}

/**
 * The ids of rows as a tree: each sub-agent below its root. Both keep their order among themselves. `unfolded`: the roots
 * whose sub-agents have rows; null for all. A root of a sub-agent among `ids` has a row, although it is not among them.
 */
export function arrangeRows(
  ids: readonly string[],
  { rootIds, childIds }: Families,
  unfolded: ReadonlySet<string> | null,
): readonly string[] {
  const children = new Map<string, string[]>();
  const present = new Set(ids);
  for (const id of ids) {
    const root = rootIds.get(id);
    if (root === undefined || (unfolded !== null && !unfolded.has(root))) continue;
    const rows = children.get(root);
    if (rows === undefined) children.set(root, [id]);
    else rows.push(id);
  }
  const arranged: string[] = [];
  const added = new Set<string>();
  for (const id of ids) {
    const root = rootIds.get(id) ?? id;
    // A present root decides about the place of its family.
    if (added.has(root) || (root !== id && present.has(root))) continue;
    added.add(root);
    arranged.push(root);
    if (childIds.has(root)) arranged.push(...(children.get(root) ?? []));
  }
  return arranged;
}
