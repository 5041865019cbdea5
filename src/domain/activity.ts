/** Signs of life of a task in one minute: a report, a change of its build, a transcript that grew. */
export interface ActivityMinute {
  /** Minutes since 1970. */
  readonly minute: number;
  readonly signs: number;
}

/** So many minutes are kept and shown. */
export const ACTIVITY_MINUTES = 10;
const MINUTE = 60_000;

export const minuteOf = (at: number): number => Math.floor(at / MINUTE);

/** The beats, oldest first, with one more sign at `at`, Unix ms; what is too old to be shown is let go. */
export function addActivity(minutes: readonly ActivityMinute[], at: number): readonly ActivityMinute[] {
  const minute = minuteOf(at);
  const signs = (minutes.find((beat) => beat.minute === minute)?.signs ?? 0) + 1;
  const newest = Math.max(minute, minutes.at(-1)?.minute ?? minute);
  return [...minutes.filter((beat) => beat.minute !== minute), { minute, signs }]
    .filter((beat) => beat.minute > newest - ACTIVITY_MINUTES - 1)
    .sort((a, b) => a.minute - b.minute);
}

/** The highest level of a sparkline; 0 is none. */
const MAX_LEVEL = 7;

/**
 * How lively a task was in each of the last minutes up to `minute`, oldest first, from 0 to 7; null where nothing is
 * known. Each level is twice the signs of the one below: one report counts, and sixty a minute still fit.
 */
export function activityLevels(minutes: readonly ActivityMinute[], minute: number): readonly number[] | null {
  const levels = Array.from({ length: ACTIVITY_MINUTES }, () => 0);
  for (const beat of minutes) {
    // What came after the last mark belongs to the newest minute that is shown.
    const place = ACTIVITY_MINUTES - 1 - Math.max(0, minute - beat.minute);
    if (place < 0) continue;
    levels[place] = Math.max(levels[place] ?? 0, Math.min(MAX_LEVEL, 1 + Math.floor(Math.log2(beat.signs))));
  }
  return levels.some((level) => level > 0) ? levels : null;
}
