import type { Phase } from '../domain/phase.ts';
import type { Query } from '../domain/query.ts';

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
  /** Statuses of the Tasks API. */
  readonly statuses: readonly string[];
  readonly phases: readonly Phase[];
}
