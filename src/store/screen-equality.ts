import { dataAge, nextTickAt } from './selectors.ts';
import type { FetchedTranscript, Freshness, State } from './state.ts';
import type { Store } from './store.ts';

/** What polls change although they bring nothing new: compared by what can be seen of it, or never drawn at all. */
const INVISIBLE_KEYS: ReadonlySet<keyof State> = new Set([
  'now',
  'listFreshness',
  'transcripts',
  'createdAtById',
  'fetchedAtById',
  'removedAtById',
  'viewedTaskId',
]);

/**
 * Whether `after` draws the very screen that `before` draws. It may say no where it does; it looks at times and
 * identities only, so that it costs the same however long lists and conversations are.
 */
export function isSameScreen(before: State, after: State): boolean {
  if (before === after) return true;
  const { now, listFreshness, transcripts, view } = after;
  // Ages and phases follow from the clock: nothing reads differently before the next tick. How late data is, is seen below.
  if (now < before.now || now >= nextTickAt({ ...before, listFreshness, transcripts })) return false;
  const keys = Object.keys(after) as (keyof State)[];
  if (keys.some((key) => !INVISIBLE_KEYS.has(key) && after[key] !== before[key])) return false;
  if (
    !isSameAge(before.listFreshness, listFreshness, before, after) ||
    before.transcripts.size !== transcripts.size
  )
    return false;
  for (const [id, entry] of transcripts) {
    const known = before.transcripts.get(id);
    if (known === undefined || (known !== entry && !isSameEntry(known, entry))) return false;
    if (id === view.selected && !isSameAge(known, entry, before, after)) return false;
  }
  return true;
}

const TIME_KEYS: ReadonlySet<keyof FetchedTranscript> = new Set(['requestedAt', 'refreshMs']);

/** All but when it was asked for. */
function isSameEntry(before: FetchedTranscript, after: FetchedTranscript): boolean {
  const keys = Object.keys(after) as (keyof FetchedTranscript)[];
  return keys.every((key) => TIME_KEYS.has(key) || before[key] === after[key]);
}

/** Of data that is on time the age is not shown. */
const isSameAge = (one: Freshness, other: Freshness, before: State, after: State): boolean =>
  (one === other && before.now === after.now) || (isLive(one, before) && isLive(other, after));

const isLive = (freshness: Freshness, { now }: State): boolean => dataAge(freshness, now).kind === 'live';

/** The store's state as far as a screen is concerned: the last one stays until another one would look different. */
export function visibleState(store: Store): () => State {
  let shown = store.getState();
  return () => {
    const state = store.getState();
    if (!isSameScreen(shown, state)) shown = state;
    return shown;
  };
}
