import { type Sight, snoozeFingerprint, statusFingerprint } from './needs-attention.ts';
import type { Task } from './task.ts';

/** How long a task is snoozed, ms; null: until its status changes. */
export type SnoozeDuration = number | null;

const ACKNOWLEDGED = ' acknowledged';
/** `from` and `until`, as written; `-` without an end. */
const SNOOZED = / snoozed (\d+) (\d+|-)$/u;

/** The sight of a status that the user saw. Stored between runs, as those below, so the formats must not change. */
export const seenSight = statusFingerprint;

export const acknowledgedSight = (task: Task): string => `${statusFingerprint(task)}${ACKNOWLEDGED}`;

/** `from`: Unix ms. */
export const snoozedSight = (task: Task, from: number, duration: SnoozeDuration): string =>
  `${snoozeFingerprint(task)} snoozed ${from} ${duration === null ? '-' : from + duration}`;

/**
 * The meaning of a stored sight for the task as it is now: one of another status has none. `now`: Unix ms. A snooze that
 * begins after it was written before the clock was set back, and is over: no change of the clock makes a snooze longer.
 */
export function sightOf(stored: string | undefined, task: Task, now: number): Sight {
  if (stored === undefined || stored === '') return 'unseen';
  const snooze = parseSnooze(stored);
  if (snooze !== null) {
    if (snooze.fingerprint !== snoozeFingerprint(task)) return 'unseen';
    return snooze.from <= now && now < snooze.until ? 'snoozed' : 'due';
  }
  const seen = seenSight(task);
  if (stored === seen) return 'seen';
  return stored.endsWith(ACKNOWLEDGED) && stored === `${seen}${ACKNOWLEDGED}` ? 'acknowledged' : 'unseen';
}

interface Snooze {
  readonly fingerprint: string;
  /** Unix ms. */
  readonly from: number;
  /** Unix ms; Infinity without an end. */
  readonly until: number;
}

/** Null for a sight that is no snooze. */
export function parseSnooze(stored: string): Snooze | null {
  // Most sights are none.
  if (!stored.includes(' snoozed ')) return null;
  const [suffix, from, until] = SNOOZED.exec(stored) ?? [];
  if (suffix === undefined) return null;
  return {
    fingerprint: stored.slice(0, -suffix.length),
    from: Number(from),
    until: until === '-' ? Number.POSITIVE_INFINITY : Number(until),
  };
}

/** The sights with the times of snoozes moved by `ms`: between the time of this run and that of the machine. */
export function withShiftedSnoozes(
  sights: ReadonlyMap<string, string>,
  ms: number,
): ReadonlyMap<string, string> {
  if (ms === 0) return sights;
  return new Map([...sights].map(([id, stored]) => [id, shifted(stored, ms)]));
}

function shifted(stored: string, ms: number): string {
  const snooze = parseSnooze(stored);
  if (snooze === null) return stored;
  const until = snooze.until === Number.POSITIVE_INFINITY ? '-' : snooze.until + ms;
  return `${snooze.fingerprint} snoozed ${snooze.from + ms} ${until}`;
}
