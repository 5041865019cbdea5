import type { Phase } from '../domain/phase.ts';
import type { Query } from '../domain/query.ts';

/** Which tasks of the server; all that fit when nothing is asked for. */
export interface TaskSelection {
  /** A user name, an id or `me`; null for everybody whose tasks the caller may see. */
  readonly owner: string | null;
  /** Nobody named the owner outside of the filter: it is whom the filter asks for. */
  readonly ownerFromFilter?: boolean;
  /** A name or an id; null for all of them. */
  readonly organization: string | null;
  /** As in the filter of the screen. */
  readonly query: Query;
  /** The server's words. */
  readonly statuses: readonly string[];
  /** Our words. */
  readonly phases: readonly Phase[];
}
