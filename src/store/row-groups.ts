import type { Families } from '../domain/families.ts';
import { sortedGroupKeys } from '../domain/task-group.ts';
import { memoize } from './memoize.ts';
import type { GroupKeys } from './slices/row-groups.ts';

/** A group of rows. */
export interface RowGroup {
  readonly key: string;
  /** The ids of its rows in their order, sub-agents below their tasks. */
  readonly ids: readonly string[];
  /** The number of its tasks without sub-agents. */
  readonly count: number;
}

/** The groups of these rows, in the order of their headings. A sub-agent belongs to the group of its task. */
export const groupRows = memoize(
  (ids: readonly string[], keys: GroupKeys, { rootIds }: Families): readonly RowGroup[] => {
    const groups = new Map<string, { readonly ids: string[]; count: number }>();
    for (const id of ids) {
      const root = rootIds.get(id);
      const key = keys.get(root ?? id) ?? '';
      let group = groups.get(key);
      if (group === undefined) {
        group = { ids: [], count: 0 };
        groups.set(key, group);
      }
      group.ids.push(id);
      if (root === undefined) group.count++;
    }
    return sortedGroupKeys(groups.keys()).map((key) => ({ key, ids: [], count: 0, ...groups.get(key) }));
  },
);

/** The ids of the rows, without those of collapsed groups. */
export const idsInGroups = memoize(
  (groups: readonly RowGroup[], collapsed: ReadonlySet<string>): readonly string[] =>
    groups.flatMap(({ key, ids }) => (collapsed.has(key) ? [] : ids)),
);
