import { BackendError } from '../domain/errors.ts';
import type { AgentBackend } from '../domain/ports/backend.ts';
import type { ListQuery } from '../domain/ports/source.ts';
import { requestedOwners, requestedStatus, withoutOwnerTerm } from '../domain/query.ts';
import { listAllSources, type SourceLists } from '../domain/sources.ts';
import { STATUSES } from './flag-values.ts';
import type { TaskSelection } from './selection.ts';

/** Lists the tasks of a selection in all sources. */
export interface SelectionQuery {
  /** The rest of the selection, to filter the server's list by; its owner is the requested one. */
  readonly selection: TaskSelection;
  /** `narrow.status`: the server may filter by status. */
  run(backend: AgentBackend, narrow: { readonly status: boolean }, signal: AbortSignal): Promise<SourceLists>;
}

/**
 * Lets the server filter by owner, also an owner from the query, and by a single status. If the owner in the query is
 * only a part of a name, which the server rejects, lists the tasks of all users instead.
 */
export function selectionQuery(given: TaskSelection): SelectionQuery {
  let selection = withOwnerFromFilter(given);
  // Such an owner may be a part of a name.
  let isOwnerFromFilter = selection !== given && selection.owner !== null;
  return {
    get selection() {
      return selection;
    },
    async run(backend, { status }, signal) {
      const query = (): ListQuery => ({ ...queryOf(selection), ...(status && statusFilterOf(selection)) });
      const list = (): Promise<SourceLists> => listAllSources(backend, query(), signal);
      if (!isOwnerFromFilter) return list();
      try {
        const lists = await list();
        if (![...lists.failures.values()].some(isInvalid)) return lists;
      } catch (error) {
        if (!isInvalid(error)) throw error;
      }
      isOwnerFromFilter = false;
      selection = { ...given, owner: null };
      return list();
    },
  };
}

const isInvalid = (error: unknown): boolean => error instanceof BackendError && error.kind === 'invalid';

function withOwnerFromFilter(given: TaskSelection): TaskSelection {
  const owners = given.ownerFromFilter === true ? requestedOwners(given.query) : null;
  const [owner, ...others] = owners ?? [];
  if (owner === undefined) return given;
  // The server accepts one owner.
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
  const status = requestedStatus(query, STATUSES);
  return status === null ? {} : { status };
}
