import { memoize } from './memoize.ts';
import type { State } from './state.ts';

/** A user whose tasks can be listed. Untrusted texts. */
export interface Owner {
  readonly username: string;
  /** The full name; empty when unknown. */
  readonly name: string;
  /** The number of known tasks. */
  readonly tasks: number;
}

/** The other users who own a known task, or whom the server returned, sorted by username. */
export const knownOwners = ({ tasks, parkedLists, users, user }: State): readonly Owner[] =>
  listOwners(tasks, parkedLists, users, user);

const listOwners = memoize(
  (
    tasks: State['tasks'],
    parkedLists: State['parkedLists'],
    users: State['users'],
    me: State['user'],
  ): readonly Owner[] => {
    const owners = new Map<string, Owner & { readonly ids: Set<string> }>();
    const of = (username: string, name = ''): Set<string> => {
      const key = username.toLowerCase();
      const known = owners.get(key);
      if (known !== undefined && (known.name !== '' || name === '')) return known.ids;
      const ids = known?.ids ?? new Set<string>();
      owners.set(key, { username, name, tasks: 0, ids });
      return ids;
    };
    for (const list of [tasks, ...[...parkedLists.values()].map((parked) => parked.tasks)])
      for (const { id, ownerName } of list) of(ownerName).add(id);
    for (const { username, name } of users.found) of(username, name);
    owners.delete(me?.username.toLowerCase() ?? '');
    return [...owners.values()]
      .map(({ username, name, ids }) => ({ username, name, tasks: ids.size }))
      .sort((a, b) => (a.username.toLowerCase() < b.username.toLowerCase() ? -1 : 1));
  },
);
