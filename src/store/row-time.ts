import { activityLevels, minuteOf } from '../domain/activity.ts';
import { creationTime, phaseSince } from '../domain/phase-since.ts';
import type { Task } from '../domain/task.ts';
import type { State } from './state.ts';

/**
 * The time whose age the row of a task shows, Unix ms; 0 when unknown: its creation in a list that is sorted by that, else
 * when it entered its phase.
 */
export const rowTime = ({ view, now }: Pick<State, 'view' | 'now'>, task: Task): number =>
  view.sort === 'created' ? creationTime(task, now) : phaseSince(task, now);

const MINUTE = 60_000;

/** Levels of the last minutes; null without data. A row changes once a minute at most, together with the task's age. */
export function taskActivityLevels({ activity, now }: State, task: Task): readonly number[] | null {
  const minutes = activity.get(task.id);
  if (minutes === undefined) return null;
  const since = Math.min(phaseSince(task, now), now);
  const minuteMark = since + Math.floor((now - since) / MINUTE) * MINUTE;
  return activityLevels(minutes, minuteOf(minuteMark));
}
