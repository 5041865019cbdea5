import { isKnownTime } from '../known-time.ts';

/** Hours and minutes where the user is, such as `09:30`; `--:--` for an unknown time. `at` is Unix time in ms. */
export function timeOfDay(at: number): string {
  if (!isKnownTime(at)) return '--:--';
  const date = new Date(at);
  return `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`;
}
