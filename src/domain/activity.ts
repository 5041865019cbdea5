/** The activity of a task in one minute: reports, build changes and growth of its transcript. */
export interface ActivityMinute {
  /** Minutes since 1970. */
  readonly minute: number;
  readonly signs: number;
}

/** The number of minutes that are stored and shown. */
export const ACTIVITY_MINUTES = 10;
const MINUTE = 60_000;

export const minuteOf = (at: number): number => Math.floor(at / MINUTE);

/**
 * Counts one sign of activity at `at`, Unix ms. Returns the minutes oldest first, without those too old to be shown.
 */
export function addActivity(minutes: readonly ActivityMinute[], at: number): readonly ActivityMinute[] {
  const minute = minuteOf(at);
  const signs = (minutes.find((entry) => entry.minute === minute)?.signs ?? 0) + 1;
  const newest = Math.max(minute, minutes.at(-1)?.minute ?? minute);
  return [...minutes.filter((entry) => entry.minute !== minute), { minute, signs }]
    .filter((entry) => entry.minute > newest - ACTIVITY_MINUTES - 1)
    .sort((a, b) => a.minute - b.minute);
}

/** The highest level of a sparkline; 0 means no activity. */
const MAX_LEVEL = 7;

/**
 * The activity level (0 to 7) of each of the last minutes up to `minute`, oldest first; null without any activity. Each
 * level stands for twice the signs of the one below, so that one report shows and sixty a minute still fit.
 */
export function activityLevels(minutes: readonly ActivityMinute[], minute: number): readonly number[] | null {
  const levels = Array.from({ length: ACTIVITY_MINUTES }, () => 0);
  for (const entry of minutes) {
    // Signs newer than `minute` count for the last minute.
    const index = ACTIVITY_MINUTES - 1 - Math.max(0, minute - entry.minute);
    if (index < 0) continue;
    levels[index] = Math.max(levels[index] ?? 0, Math.min(MAX_LEVEL, 1 + Math.floor(Math.log2(entry.signs))));
  }
  return levels.some((level) => level > 0) ? levels : null;
}
