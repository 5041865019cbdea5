import type { Phase } from '../domain/phase.ts';
import type { Query } from '../domain/query.ts';
import type { Kind } from '../domain/task-json.ts';

/** The kinds of tasks, as the command line calls them. */
export const KINDS = ['task', 'chat'] as const satisfies readonly Kind[];

/** Which tasks a command lists; empty conditions match all. */
export interface TaskSelection {
  /** A user name, an id or `me`; null for all users whose tasks the caller may see. */
  readonly owner: string | null;
  /** No flag sets the owner, so the query may. */
  readonly ownerFromFilter?: boolean;
  /** A name or an id; null for all. */
  readonly organization: string | null;
  /** The filter language of the screen. */
  readonly query: Query;
  /** The names of the caller's organizations by their ids, for a query that reads them. */
  readonly organizationNames?: ReadonlyMap<string, string>;
  /** The server's words, of either kind. */
  readonly statuses: readonly string[];
  readonly phases: readonly Phase[];
  /** Null or missing for both kinds. */
  readonly kind?: Kind | null;
  /** Archived chats instead of the others. */
  readonly archived?: boolean;
  /** Chats that others share with the caller, instead of the caller's own. */
  readonly shared?: boolean;
}
