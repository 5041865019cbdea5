import { CHATS, type SourceId, type Task } from '../domain/task.ts';
import { neitherAvailable } from '../domain/unavailable.ts';
import { type Freshness, NEVER_LOADED } from './freshness.ts';
import { withEntry } from './immutable-map.ts';

export interface ListFreshness {
  /** Of the whole list: `sourceFreshness` merged. */
  readonly listFreshness: Freshness;
  /** Of the rows of each source; empty until the sources are known. */
  readonly sourceFreshness: ReadonlyMap<SourceId, Freshness>;
}

/** Another freshness of one source. */
export const withFreshness = (
  { sourceFreshness }: ListFreshness,
  source: SourceId,
  freshness: Freshness,
): ListFreshness => merged(withEntry(sourceFreshness, source, freshness));

/**
 * `change` applied to the freshness of each source, also before the sources are known: they then begin with the
 * freshness of the whole list.
 */
export function changeFreshness(
  { listFreshness, sourceFreshness }: ListFreshness,
  change: (before: Freshness) => Freshness,
): ListFreshness {
  return sourceFreshness.size === 0
    ? { listFreshness: change(listFreshness), sourceFreshness }
    : merged(new Map([...sourceFreshness].map(([source, before]) => [source, change(before)])));
}

/** The freshness in a deployment with exactly these sources. */
export function withSources(
  { listFreshness, sourceFreshness }: ListFreshness,
  sources: readonly SourceId[],
): ListFreshness {
  return merged(new Map(sources.map((source) => [source, sourceFreshness.get(source) ?? listFreshness])));
}

const merged = (sourceFreshness: ListFreshness['sourceFreshness']): ListFreshness => ({
  sourceFreshness,
  listFreshness: mergeFreshness(sourceFreshness),
});

/**
 * The freshness of the whole list: the age of its oldest rows, and an error as soon as one source fails. With one source
 * it is the freshness of this source. Sources that have not answered yet do not count beside others that have.
 */
function mergeFreshness(sourceFreshness: ListFreshness['sourceFreshness']): Freshness {
  const all = offeredSources(sourceFreshness).map(([, freshness]) => freshness);
  const [first = NEVER_LOADED, ...others] = all;
  if (others.length === 0) return first;
  const unavailable = all.flatMap(({ error }) => (error?.kind === 'no-tasks' ? [error] : []));
  if (isNonEmpty(unavailable) && unavailable.length === all.length)
    return { ...first, error: neitherAvailable(unavailable) };
  const answered = all.filter(({ requestedAt, refreshMs }) => requestedAt !== null && refreshMs > 0);
  const shown = answered.length > 0 ? answered : all.filter(({ requestedAt }) => requestedAt !== null);
  const oldest = shown.reduce((one, other) => (dueAt(other) < dueAt(one) ? other : one), shown[0] ?? first);
  const failed = all.find(({ error }) => error !== null);
  return failed === undefined ? oldest : { ...oldest, error: failed.error, retryAt: failed.retryAt };
}

const isNonEmpty = <Item>(list: readonly Item[]): list is readonly [Item, ...Item[]] => list.length > 0;

const dueAt = ({ requestedAt, refreshMs }: Freshness): number => (requestedAt ?? 0) + refreshMs;

/** The sources that the server offers: without those that it reports not to have, if it has another one. */
function offeredSources(
  sourceFreshness: ListFreshness['sourceFreshness'],
): readonly (readonly [SourceId, Freshness])[] {
  const all = [...sourceFreshness];
  const offered = all.filter(([, { error }]) => error?.kind !== 'no-tasks');
  return offered.length === 0 ? all : offered;
}

/** Whether the server has chats; false until it is known. */
export const hasChats = ({ sourceFreshness }: ListFreshness): boolean =>
  sourceFreshness.has(CHATS) && sourceFreshness.get(CHATS)?.error?.kind !== 'no-tasks';

/** Whether the server has Chats and nothing else. */
export const hasOnlyChats = ({ sourceFreshness }: ListFreshness): boolean =>
  sourceFreshness.size > 1 &&
  offeredSources(sourceFreshness).every(([source, { error }]) => source === CHATS && error === null);

/** Whether each source has answered, so that a task that is in no list does not exist in this scope. */
export const isListComplete = ({ sourceFreshness }: ListFreshness): boolean =>
  sourceFreshness.size > 0 &&
  offeredSources(sourceFreshness).every(([, freshness]) => hasAnswered(freshness));

/** Whether the first answer of a source is still to come, and it has not failed. */
export function isAwaited({ sourceFreshness, listFreshness }: ListFreshness, source: SourceId): boolean {
  const freshness = sourceFreshness.get(source) ?? listFreshness;
  return freshness.error === null && !hasAnswered(freshness);
}

/** Whether a source has answered. Rows from disk, or from an earlier visit to the scope, have no refresh time. */
export const hasAnswered = ({ requestedAt, refreshMs }: Freshness): boolean =>
  requestedAt !== null && refreshMs > 0;

/** The freshness of the last list that a source answered; that of the whole list before the first answer. */
export function newestList({ sourceFreshness, listFreshness }: ListFreshness): Freshness {
  let newest = listFreshness;
  for (const freshness of sourceFreshness.values())
    if (hasAnswered(freshness) && (freshness.requestedAt ?? 0) > (newest.requestedAt ?? 0))
      newest = freshness;
  return newest;
}

/** The freshness of a task's row. */
export const freshnessOf = ({ sourceFreshness, listFreshness }: ListFreshness, { source }: Task): Freshness =>
  sourceFreshness.get(source) ?? listFreshness;

/** The sources that fail while others do not, in the words of their ids; empty when all fail or none does. */
export function failedSources({ sourceFreshness }: ListFreshness): readonly SourceId[] {
  const all = offeredSources(sourceFreshness);
  const failed = all.filter(([, { error }]) => error !== null).map(([source]) => source);
  return failed.length === all.length ? [] : failed;
}
