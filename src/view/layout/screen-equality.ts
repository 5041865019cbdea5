import type { Freshness } from '../../store/freshness.ts';
import { dataAge, nextTickAt } from '../../store/selectors.ts';
import type { FetchedTranscript } from '../../store/slices/conversations.ts';
import type { State } from '../../store/state.ts';
import type { Store } from '../../store/store.ts';

/** Fields that a poll changes even without news. They are compared by their visible effect, or never drawn. */
const INVISIBLE_KEYS: ReadonlySet<keyof State> = new Set([
  'now',
  'listFreshness',
  'sourceFreshness',
  'transcripts',
  'createdAtById',
  'fetchedAtById',
  'removedAtById',
  'viewedTaskId',
  'questionInReach',
  'answerKey',
]);

/**
 * Whether `after` draws the same screen as `before`. May return false for equal screens: it compares only times and
 * object identities, so its cost does not depend on the length of lists and transcripts.
 */
export function isSameScreen(before: State, after: State): boolean {
  if (before === after) return true;
  const { now, listFreshness, transcripts, view } = after;
  // Ages and phases stay the same until the next tick. The freshness of data is compared below.
  if (now < before.now || now >= nextTickAt({ ...before, listFreshness, transcripts })) return false;
  const keys = Object.keys(after) as (keyof State)[];
  if (keys.some((key) => !INVISIBLE_KEYS.has(key) && after[key] !== before[key])) return false;
  if (
    !isSameAge(before.listFreshness, listFreshness, before, after) ||
    !hasSameErrors(before.sourceFreshness, after.sourceFreshness) ||
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

const hasSameErrors = (before: State['sourceFreshness'], after: State['sourceFreshness']): boolean =>
  [...after].every(([source, { error }]) => error === (before.get(source)?.error ?? null));

const TIME_KEYS: ReadonlySet<keyof FetchedTranscript> = new Set(['requestedAt', 'refreshMs']);

function isSameEntry(before: FetchedTranscript, after: FetchedTranscript): boolean {
  const keys = Object.keys(after) as (keyof FetchedTranscript)[];
  return keys.every((key) => TIME_KEYS.has(key) || before[key] === after[key]);
}

/** The age of live data is not visible. */
const isSameAge = (one: Freshness, other: Freshness, before: State, after: State): boolean =>
  (one === other && before.now === after.now) || (isLive(one, before) && isLive(other, after));

const isLive = (freshness: Freshness, { now }: State): boolean => dataAge(freshness, now).kind === 'live';

/** Returns a getter of the state that keeps returning the same object while the screen would look the same. */
export function visibleState(store: Store): () => State {
  let visible = store.getState();
  return () => {
    const state = store.getState();
    if (!isSameScreen(visible, state)) visible = state;
    return visible;
  };
}
