import { isPlausibleTime } from '../domain/plausible-time.ts';
import { type ConversationEntry, messageOf } from '../domain/stored-conversation.ts';
import { endOfDay } from '../domain/text/time-of-day.ts';

/** A line before the first message of a later day. */
export interface DaySeparator {
  readonly kind: 'day';
  /** The end of the day in the local time zone, Unix ms. */
  readonly end: number;
  /** A time on that day, Unix ms. */
  readonly at: number;
}

/**
 * Inserts a separator before the first entry of each later day, and before a `new` line in front of it. Ignores unknown
 * times and times before the current day, so that no day appears twice.
 */
export function withDaySeparators(
  entries: readonly (ConversationEntry | 'new')[],
): readonly (ConversationEntry | 'new' | DaySeparator)[] {
  const all: (ConversationEntry | 'new' | DaySeparator)[] = [];
  let end = Number.NaN;
  for (const each of entries) {
    const at = each === 'new' ? Number.NaN : timeOf(each);
    if (isPlausibleTime(at) && !(at < end)) {
      const isLater = at >= end;
      end = endOfDay(at);
      if (isLater) all.splice(all.at(-1) === 'new' ? -1 : all.length, 0, separatorOf(end, at));
    }
    all.push(each);
  }
  return all;
}

const timeOf = (entry: ConversationEntry): number =>
  entry.kind === 'restart' || entry.kind === 'gap' ? entry.at : (messageOf(entry)?.at ?? Number.NaN);

/** By end of day. The same object for the same day, since caches use it as a key. */
const separators = new Map<number, DaySeparator>();
const MAX_SEPARATORS = 1_000;

function separatorOf(end: number, at: number): DaySeparator {
  const known = separators.get(end);
  if (known !== undefined) return known;
  if (separators.size >= MAX_SEPARATORS) separators.clear();
  const separator: DaySeparator = { kind: 'day', end, at };
  separators.set(end, separator);
  return separator;
}
