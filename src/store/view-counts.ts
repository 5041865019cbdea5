import { parseTaskQuery, type Query } from '../domain/query.ts';
import { requestedArchived, requestedOwners } from '../domain/query-requests.ts';
import type { SavedView } from '../domain/saved-view.ts';
import { countMatches } from './matching-rows.ts';
import { cacheInTime, memoize } from './memoize.ts';
import { appliedView, savedViews } from './saved-views.ts';
import { counts, phasesStableUntil } from './selectors.ts';
import type { State } from './state.ts';

interface ViewQuery {
  readonly view: SavedView;
  readonly query: Query;
  /** Its tasks may be in another list than the one on the screen. */
  readonly hasOwnScope: boolean;
}

/** Parsed once for each change of the settings. */
const queriesOf = memoize((views: readonly SavedView[]): readonly ViewQuery[] =>
  views.map((view) => {
    const query = parseTaskQuery(view.filter);
    const hasOwnScope = requestedOwners(query) !== null || requestedArchived(query) !== null;
    return { view, query, hasOwnScope };
  }),
);

const countsInTime = memoize(
  (
    _tasks: State['tasks'],
    _pendingChanges: State['pendingChanges'],
    _seenFingerprints: State['seenFingerprints'],
    _organizations: State['organizations'],
    _views: readonly SavedView[],
    _applied: SavedView | null,
  ) => cacheInTime<ReadonlyMap<string, number>>(),
);

/**
 * The number of tasks in each view, by its id; without those views whose tasks may be in another list. Counts again only when
 * the tasks or their phases can have changed: the list of views shows it at each key.
 */
export function viewCounts(state: State): ReadonlyMap<string, number> {
  const views = savedViews(state);
  const applied = appliedView(state);
  return countsInTime(
    state.tasks,
    state.pendingChanges,
    state.seenFingerprints,
    state.organizations,
    views,
    applied,
  )(state.now, () => ({ result: countAll(state, views, applied), until: phasesStableUntil(state) }));
}

const countAll = (
  state: State,
  views: readonly SavedView[],
  applied: SavedView | null,
): ReadonlyMap<string, number> =>
  new Map(
    queriesOf(views)
      .filter(({ view, hasOwnScope }) => !hasOwnScope || view === applied)
      .map(({ view, query }) => [view.id, countOf(state, view, query)]),
  );

function countOf(state: State, { needsYou }: SavedView, query: Query): number {
  const { total, needYou } = counts(state);
  if (needsYou) return needYou;
  return query.terms.length === 0 ? total : countMatches(state, query);
}
