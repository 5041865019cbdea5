import { type ActivityMinute, activityLevels, addActivity, minuteOf } from '../domain/activity.ts';
import { phaseSince } from '../domain/phase-since.ts';
import type { Task } from '../domain/task.ts';
import type { State } from './state.ts';

const MINUTE = 60_000;
const NO_ACTIVITY: readonly ActivityMinute[] = [];

/** Takes signs of life; the map is copied once, however many there are. */
export function receiveActivity(
  state: State,
  activity: readonly { readonly taskId: string; readonly at: number }[],
): State {
  const pulses = new Map(state.activity);
  for (const { taskId, at } of activity)
    pulses.set(taskId, addActivity(pulses.get(taskId) ?? NO_ACTIVITY, at));
  return { ...state, activity: pulses };
}

/**
 * How lively a task was in the last minutes, as levels; null where nothing is known. It moves on together with the age
 * of the task, so that a row is written once a minute at most.
 */
export function taskActivityLevels({ activity, now }: State, task: Task): readonly number[] | null {
  const beats = activity.get(task.id);
  if (beats === undefined) return null;
  const since = Math.min(phaseSince(task, now), now);
  const mark = since + Math.floor((now - since) / MINUTE) * MINUTE;
  return activityLevels(beats, minuteOf(mark));
}
