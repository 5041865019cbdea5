import { isPlausibleTime } from './plausible-time.ts';
import type { Task } from './task.ts';
import { parseDuration } from './text/duration.ts';

/** The time that `since:` names. */
export type Since =
  | { readonly kind: 'ago'; readonly ms: number }
  /** The beginning of a day, this many days before today. */
  | { readonly kind: 'day'; readonly daysAgo: number }
  /** Unix ms. */
  | { readonly kind: 'time'; readonly at: number };

const DAYS: Readonly<Record<string, number>> = { today: 0, yesterday: 1 };
const DATE = /^(\d{4})-(\d{2})-(\d{2})(?:t(\d{2}):(\d{2}))?$/u;
/** The beginning of a duration or a date. */
const BEGUN = /^[\d.]+$|^\d{4}-[\d-]*(?:t[\d:]*)?$/u;

/**
 * Parses `2h`, `today`, `yesterday`, `2026-11-30` or `2026-11-30T14:00`, the last ones in the local time zone. Null for the
 * beginning of one, and undefined for anything else. `value` is in lower case.
 */
export function parseSince(value: string): Since | null | undefined {
  const ms = parseDuration(value);
  if (ms !== null) return { kind: 'ago', ms };
  const daysAgo = DAYS[value];
  if (daysAgo !== undefined) return { kind: 'day', daysAgo };
  const [, ...fields] = DATE.exec(value) ?? [];
  if (fields.length > 0) {
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = fields.map((field) => Number(field ?? 0));
    const date = new Date(year, month - 1, day, hour, minute);
    const isDate = date.getMonth() === month - 1 && date.getDate() === day && hour < 24 && minute < 60;
    return isDate ? { kind: 'time', at: date.getTime() } : undefined;
  }
  return BEGUN.test(value) || Object.keys(DAYS).some((word) => word.startsWith(value)) ? null : undefined;
}

/** Unix ms. */
export function sinceTime(since: Since, now: number): number {
  switch (since.kind) {
    case 'ago':
      return now - since.ms;
    case 'time':
      return since.at;
    case 'day': {
      const today = new Date(now);
      return new Date(today.getFullYear(), today.getMonth(), today.getDate() - since.daysAgo).getTime();
    }
  }
}

/** When the server last changed the task, or its agent last reported; Unix ms, 0 when unknown. */
export const lastChange = ({ updatedAt, state }: Pick<Task, 'updatedAt' | 'state'>, now: number): number =>
  Math.max(0, ...[updatedAt, state?.at ?? 0].filter((at) => isPlausibleTime(at, now)));
