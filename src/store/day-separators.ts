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
 * The separator before an entry of a later day than the last one, which ends at `dayEnd`; null when none is due. Unknown
 * times and times before the current day have none, so that no day appears twice.
 */
export function separatorBefore(entry: ConversationEntry, dayEnd: number): DaySeparator | null {
  const at = timeOf(entry);
  return isPlausibleTime(at) && at >= dayEnd ? separatorOf(endOfDay(at), at) : null;
}

/** The end of the last day after an entry, Unix ms; `dayEnd` before it, NaN for none. */
export function endOfLastDay(entry: ConversationEntry, dayEnd: number): number {
  const at = timeOf(entry);
  return isPlausibleTime(at) && !(at < dayEnd) ? endOfDay(at) : dayEnd;
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
