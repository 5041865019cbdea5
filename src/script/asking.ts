import { BackendError } from '../domain/errors.ts';
import type { AgentBackend, ListQuery } from '../domain/ports/backend.ts';
import { ownersAsked, statusAsked, withoutOwners } from '../domain/query.ts';
import type { Task } from '../domain/task.ts';
import type { Selection } from './selection.ts';
import { STATUSES } from './values.ts';

/** How the tasks of a selection are asked for. */
export interface Asking {
  /** What is left to look at in the tasks that the server lists; its owner is whom the server was asked for. */
  readonly selection: Selection;
  /** `status`: the server may leave out tasks in another one. */
  ask(
    backend: AgentBackend,
    narrow: { readonly status: boolean },
    signal: AbortSignal,
  ): Promise<readonly Task[]>;
}

/**
 * Has the server filter what it can: the owner, also one that only the filter names, and a single status. The name of an
 * owner in the filter may be a part of one, which a server does not know: then everybody's tasks are asked for. Unlike the
 * screen, a command watches nothing but what it was asked for, so that nothing is missed.
 */
export function askingFor(given: Selection): Asking {
  let selection = narrowed(given);
  /** Whether it may be a part of a name. */
  let isPart = selection !== given && selection.owner !== null;
  return {
    get selection() {
      return selection;
    },
    async ask(backend, { status }, signal) {
      const query = (): ListQuery => ({ ...queryOf(selection), ...(status && statusOf(selection)) });
      try {
        return await backend.list(query(), signal);
      } catch (error) {
        if (!isPart || !(error instanceof BackendError) || error.kind !== 'invalid') throw error;
        isPart = false;
        selection = { ...given, owner: null };
        return backend.list(query(), signal);
      }
    },
  };
}

function narrowed(given: Selection): Selection {
  const owners = given.byFilter === true ? ownersAsked(given.query) : null;
  const [owner, ...others] = owners ?? [];
  if (owner === undefined) return given;
  // The server takes one.
  if (others.length > 0) return { ...given, owner: null };
  return { ...given, owner, query: withoutOwners(given.query) };
}

const queryOf = ({ owner, organization }: Selection): ListQuery => ({
  owner,
  ...(organization === null ? {} : { organization }),
});

function statusOf({ statuses, query }: Selection): Pick<ListQuery, 'status'> {
  const [only, ...others] = statuses;
  if (only !== undefined) return others.length === 0 ? { status: only } : {};
  const asked = statusAsked(query, STATUSES);
  return asked === null ? {} : { status: asked };
}
