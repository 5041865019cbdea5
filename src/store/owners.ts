import type { User } from '../domain/ports/backend.ts';
import { memoize } from './memoize.ts';
import type { State } from './state.ts';

/** Somebody whose tasks can be listed. Untrusted texts. */
export interface Owner {
  readonly username: string;
  /** Their full name; empty where it is not known. */
  readonly name: string;
  /** How many of their tasks are known. */
  readonly tasks: number;
}

/** Everybody but the user who is known to own a task, or whom the server named, by their names. */
export const knownOwners = ({ tasks, parkedLists, users, user }: State): readonly Owner[] =>
  listOwners(tasks, parkedLists, users, user);

const listOwners = memoize(
  (
    tasks: State['tasks'],
    aside: State['parkedLists'],
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
    for (const list of [tasks, ...[...aside.values()].map((listing) => listing.tasks)])
      for (const { id, ownerName } of list) of(ownerName).add(id);
    for (const { username, name } of users.found) of(username, name);
    owners.delete(me?.username.toLowerCase() ?? '');
    return [...owners.values()]
      .map(({ username, name, ids }) => ({ username, name, tasks: ids.size }))
      .sort((a, b) => (a.username.toLowerCase() < b.username.toLowerCase() ? -1 : 1));
  },
);

/** Takes over whom the server named; those that it named before stay. */
export function receiveUsers(state: State, users: readonly User[]): State {
  const found = new Map([...state.users.found, ...users].map((each) => [each.id, each]));
  return { ...state, users: { found: [...found.values()], forbidden: false } };
}
