import { type Beat, levelsOf, minuteOf, withSign } from '../domain/pulse.ts';
import { sinceWhen } from '../domain/since.ts';
import type { Task } from '../domain/task.ts';
import type { State } from './state.ts';

const MINUTE = 60_000;
const NONE: readonly Beat[] = [];

/** Takes signs of life; the map is copied once, however many there are. */
export function takeSigns(
  state: State,
  signs: readonly { readonly taskId: string; readonly at: number }[],
): State {
  const pulses = new Map(state.pulses);
  for (const { taskId, at } of signs) pulses.set(taskId, withSign(pulses.get(taskId) ?? NONE, at));
  return { ...state, pulses };
}

/**
 * How lively a task was in the last minutes, as levels; null where nothing is known. It moves on together with the age
 * of the task, so that a row is written once a minute at most.
 */
export function pulseOf({ pulses, now }: State, task: Task): readonly number[] | null {
  const beats = pulses.get(task.id);
  if (beats === undefined) return null;
  const since = Math.min(sinceWhen(task, now), now);
  const mark = since + Math.floor((now - since) / MINUTE) * MINUTE;
  return levelsOf(beats, minuteOf(mark));
}
