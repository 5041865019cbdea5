import { BackendError } from '../domain/errors.ts';
import type { AgentBackend, ListQuery } from '../domain/ports/backend.ts';
import { requestedOwners, requestedStatus, withoutOwnerTerm } from '../domain/query.ts';
import type { Task } from '../domain/task.ts';
import { STATUSES } from './flag-values.ts';
import type { TaskSelection } from './selection.ts';

/** How the tasks of a selection are asked for. */
export interface SelectionQuery {
  /** What is left to look at in the tasks that the server lists; its owner is whom the server was asked for. */
  readonly selection: TaskSelection;
  /** `status`: the server may leave out tasks in another one. */
  run(
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
export function selectionQuery(given: TaskSelection): SelectionQuery {
  let selection = withOwnerFromFilter(given);
  /** Whether it may be a part of a name. */
  let isOwnerFromFilter = selection !== given && selection.owner !== null;
  return {
    get selection() {
      return selection;
    },
    async run(backend, { status }, signal) {
      const query = (): ListQuery => ({ ...queryOf(selection), ...(status && statusFilterOf(selection)) });
      try {
        return await backend.list(query(), signal);
      } catch (error) {
        if (!isOwnerFromFilter || !(error instanceof BackendError) || error.kind !== 'invalid') throw error;
        isOwnerFromFilter = false;
        selection = { ...given, owner: null };
        return backend.list(query(), signal);
      }
    },
  };
}

function withOwnerFromFilter(given: TaskSelection): TaskSelection {
  const owners = given.ownerFromFilter === true ? requestedOwners(given.query) : null;
  const [owner, ...others] = owners ?? [];
  if (owner === undefined) return given;
  // The server takes one.
  if (others.length > 0) return { ...given, owner: null };
  return { ...given, owner, query: withoutOwnerTerm(given.query) };
}

const queryOf = ({ owner, organization }: TaskSelection): ListQuery => ({
  owner,
  ...(organization === null ? {} : { organization }),
});

function statusFilterOf({ statuses, query }: TaskSelection): Pick<ListQuery, 'status'> {
  const [only, ...others] = statuses;
  if (only !== undefined) return others.length === 0 ? { status: only } : {};
  const asked = requestedStatus(query, STATUSES);
  return asked === null ? {} : { status: asked };
}
