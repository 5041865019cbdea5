import { type Entry, messageOf } from '../domain/history.ts';
import { isKnownTime } from '../domain/known-time.ts';
import { endOfDay } from '../domain/text/time-of-day.ts';

/** Stands between two messages of different days, before the later one. */
export interface DayMark {
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
export function withDays(shown: readonly (Entry | 'new')[]): readonly (Entry | 'new' | DayMark)[] {
  const all: (Entry | 'new' | DayMark)[] = [];
  let end = Number.NaN;
  for (const each of shown) {
    const at = each === 'new' ? Number.NaN : timeOf(each);
    if (isKnownTime(at) && !(at < end)) {
      const isLater = at >= end;
      end = endOfDay(at);
      if (isLater) all.splice(all.at(-1) === 'new' ? -1 : all.length, 0, markOf(end, at));
    }
    all.push(each);
  }
  return all;
}

const timeOf = (entry: Entry): number =>
  entry.kind === 'restart' || entry.kind === 'gap' ? entry.at : (messageOf(entry)?.at ?? Number.NaN);

/** The same object for the same day: what is derived from it is found again. */
const marks = new Map<number, DayMark>();
const MOST_MARKS = 1_000;

function markOf(end: number, at: number): DayMark {
  const known = marks.get(end);
  if (known !== undefined) return known;
  if (marks.size >= MOST_MARKS) marks.clear();
  const mark: DayMark = { kind: 'day', end, at };
  marks.set(end, mark);
  return mark;
}
