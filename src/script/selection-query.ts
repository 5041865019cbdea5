import { BackendError } from '../domain/errors.ts';
import { organizationNames } from '../domain/organization-names.ts';
import type { AgentBackend } from '../domain/ports/backend.ts';
import type { ListQuery, Source } from '../domain/ports/source.ts';
import { requestedOwners, requestedStatus, withoutOwnerTerm } from '../domain/query-requests.ts';
import { listAllSources, type SourceLists } from '../domain/sources.ts';
import { CHATS } from '../domain/task.ts';
import { TASK_STATUSES } from './flag-values.ts';
import type { TaskSelection } from './selection.ts';

interface Narrowing {
  /** The server may filter by status. */
  readonly status: boolean;
  /** How many chats to list at most. Missing: as many as their source chooses. */
  readonly limit?: number;
}

/** Lists the tasks of a selection, in the sources of its kind. */
export interface SelectionQuery {
  /** The rest of the selection, to filter the server's list by; its owner is the requested one. */
  readonly selection: TaskSelection;
  run(backend: AgentBackend, narrow: Narrowing, signal: AbortSignal): Promise<SourceLists>;
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
    async run(backend, { status, limit }, signal) {
      const queryFor = ({ id }: Source): ListQuery =>
        id === CHATS
          ? { ...chatQueryOf(selection), ...(limit !== undefined && { limit }) }
          : { ...queryOf(selection), ...(status && statusFilterOf(selection)) };
      const list = (): Promise<SourceLists> =>
        listAllSources({ sources: sourcesOf(backend, selection) }, queryFor, signal);
      if (selection.query.readsOrganizations && selection.organizationNames === undefined)
        selection = {
          ...selection,
          organizationNames: organizationNames(await backend.organizations(signal)),
        };
      if (!isOwnerFromFilter) return list();
      try {
        const lists = await list();
        if (![...lists.failures.values()].some(isInvalid)) return lists;
      } catch (error) {
        if (!isInvalid(error)) throw error;
      }
      isOwnerFromFilter = false;
      selection = { ...selection, query: given.query, owner: null };
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

/**
 * The sources of a kind. Only chats can be archived or shared.
 * @throws BackendError `no-tasks` when the deployment has none
 */
function sourcesOf(
  { sources }: AgentBackend,
  { kind, archived, shared }: TaskSelection,
): AgentBackend['sources'] {
  const onlyKind = archived === true || shared === true ? 'chat' : (kind ?? null);
  const [first, ...others] = sources.filter(
    ({ id }) => onlyKind === null || (id === CHATS) === (onlyKind === 'chat'),
  );
  if (first !== undefined) return [first, ...others];
  throw new BackendError({
    kind: 'no-tasks',
    message: `This server has no ${onlyKind === 'chat' ? 'Chats' : 'Tasks'}.`,
    tookEffect: 'no',
  });
}

/** Without the chats of others an owner's name finds none but the caller's. */
const chatQueryOf = (selection: TaskSelection): ListQuery => ({
  ...queryOf(selection),
  ...(selection.shared === true
    ? { shared: 'only' as const }
    : selection.owner !== 'me' && { shared: 'too' as const }),
  ...(selection.archived === true && { archived: true }),
});

const queryOf = ({ owner, organization }: TaskSelection): ListQuery => ({
  owner,
  ...(organization === null ? {} : { organization }),
});

function statusFilterOf({ statuses, query }: TaskSelection): Pick<ListQuery, 'status'> {
  const [only, ...others] = statuses;
  // A word of chats is an error to the Tasks API.
  const isKnown = TASK_STATUSES.some((status) => status === only);
  if (only !== undefined) return others.length === 0 && isKnown ? { status: only } : {};
  const status = requestedStatus(query, TASK_STATUSES);
  return status === null ? {} : { status };
}
