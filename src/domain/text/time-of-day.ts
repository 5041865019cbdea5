import { isPlausibleTime } from '../plausible-time.ts';

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** The local date, such as `Thu 1 Jan 2026`. `at` is Unix ms. */
export function localDate(at: number): string {
  const date = new Date(at);
  return `${WEEKDAYS[date.getDay()]} ${date.getDate()} ${MONTHS[date.getMonth()]} ${date.getFullYear()}`;
}

/** A time in at most 8 columns: `09:30` today, `3 Jan` in this year, else `Jan 2025`; empty for an unknown time. Unix ms. */
export function shortTime(at: number, now: number): string {
  if (!isPlausibleTime(at)) return '';
  const [date, today] = [new Date(at), new Date(now)];
  const month = MONTHS[date.getMonth()] ?? '';
  if (date.getFullYear() !== today.getFullYear()) return `${month} ${date.getFullYear()}`;
  return endOfDay(at) === endOfDay(now) ? timeOfDay(at) : `${date.getDate()} ${month}`;
}

/** The end of the local day; both Unix ms. Days with a clock change are shorter or longer. */
export function endOfDay(at: number): number {
  const date = new Date(at);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime();
}

/** The local time, such as `09:30`; `--:--` for an unknown time. `at` is Unix ms. */
export function timeOfDay(at: number): string {
  if (!isPlausibleTime(at)) return '--:--';
  const date = new Date(at);
  return `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`;
}

/**
 * A local date in at most six columns: the time on the day of `now`, `12 Nov` in its year, else the year. Both Unix ms; empty
 * for an unknown time.
 */
export function shortDate(at: number, now: number): string {
  if (!isPlausibleTime(at)) return '';
  const [date, today] = [new Date(at), new Date(now)];
  if (date.toDateString() === today.toDateString()) return timeOfDay(at);
  if (date.getFullYear() !== today.getFullYear()) return String(date.getFullYear());
  return `${date.getDate()} ${MONTHS[date.getMonth()]}`;
}
