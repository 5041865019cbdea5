import { isPlausibleTime } from '../domain/plausible-time.ts';
import { type ConversationEntry, messageOf } from '../domain/stored-conversation.ts';
import { endOfDay } from '../domain/text/time-of-day.ts';

/** Stands between two messages of different days, before the later one. */
export interface DaySeparator {
  readonly kind: 'day';
  /** When that day ends where the user is, Unix ms: the same for the same day. */
  readonly end: number;
  /** A time of that day, Unix ms. */
  readonly at: number;
}

/**
 * The entries with a mark before each that is the first of a later day; before the line that says what is new, where one
 * stands right there. Times only move forward here: an unknown or an earlier one changes nothing, so no day comes twice.
 */
export function withDaySeparators(
  shown: readonly (ConversationEntry | 'new')[],
): readonly (ConversationEntry | 'new' | DaySeparator)[] {
  const all: (ConversationEntry | 'new' | DaySeparator)[] = [];
  let end = Number.NaN;
  for (const each of shown) {
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

/** The same object for the same day: what is derived from it is found again. */
const separators = new Map<number, DaySeparator>();
const MAX_SEPARATORS = 1_000;

function separatorOf(end: number, at: number): DaySeparator {
  const known = separators.get(end);
  if (known !== undefined) return known;
  if (separators.size >= MAX_SEPARATORS) separators.clear();
  const mark: DaySeparator = { kind: 'day', end, at };
  separators.set(end, mark);
  return mark;
}
