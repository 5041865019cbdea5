import type { Task } from '../../domain/task.ts';
import { timeOfDay } from '../../domain/text/time-of-day.ts';
import { snoozedUntil } from '../../store/slices/attention.ts';
import type { State } from '../../store/state.ts';

/** The word of a snoozed task in its row, in at most eight columns: `z 14:32`, the time of its end; null for another task. */
export function snoozedWord(state: State, task: Task): string | null {
  const until = snoozedUntil(state, task);
  if (until === null) return null;
  return Number.isFinite(until) ? `z ${timeOfDay(until)}` : 'snoozed';
}

/** `snoozed until 14:32`, or `snoozed until it changes`; empty for a task that is not snoozed. */
export function snoozeWords(state: State, task: Task): string {
  const until = snoozedUntil(state, task);
  if (until === null) return '';
  return `snoozed until ${Number.isFinite(until) ? timeOfDay(until) : 'it changes'}`;
}
