import { countedTasks } from '../../domain/bulk-rules.ts';
import { shortTitle } from '../../domain/short-title.ts';
import type { SnoozeDuration } from '../../domain/sight.ts';
import type { Task } from '../../domain/task.ts';
import { isSnoozedIn, maySnooze } from '../../store/slices/attention.ts';
import type { State } from '../../store/state.ts';
import { tasksWithIds } from '../../store/task-index.ts';
import type { PickerItem } from './picker-rows.ts';

/** How long each choice snoozes; 0 wakes. By id, which is the digit of the choice. */
export const SNOOZE_CHOICES: ReadonlyMap<
  string,
  { readonly label: string; readonly duration: SnoozeDuration }
> = new Map([
  ['0', { label: 'Wake now', duration: 0 }],
  ['1', { label: '10 minutes', duration: 10 * 60_000 }],
  ['2', { label: '1 hour', duration: 60 * 60_000 }],
  ['3', { label: 'Until it changes', duration: null }],
]);

const ABOUT =
  'A snoozed task does not need you. It comes back when the time is over, and when it asks something new or its phase changes.';
const ABOUT_WAKING = 'It needs you again at once.';

/** Of these tasks, those that a snooze applies to. */
export const snoozableTasks = (state: State, taskIds: readonly string[]): readonly Task[] =>
  tasksWithIds(state.tasks, taskIds).filter((task) => maySnooze(state, task));

export function snoozeTitle(state: State, taskIds: readonly string[]): string {
  const tasks = snoozableTasks(state, taskIds);
  const [only, ...others] = tasks;
  const subject =
    only !== undefined && others.length === 0 ? `“${shortTitle(only)}”` : countedTasks(tasks.length);
  return `Snooze ${subject}`;
}

/** The choices; waking first, and only where one of the tasks is snoozed. */
export function snoozeItems(state: State, taskIds: readonly string[]): readonly PickerItem[] {
  const isAnySnoozed = tasksWithIds(state.tasks, taskIds).some((task) => isSnoozedIn(state, task));
  return [...SNOOZE_CHOICES]
    .filter(([, { duration }]) => duration !== 0 || isAnySnoozed)
    .map(([id, { label, duration }]) => ({
      id,
      label,
      keys: [id],
      about: duration === 0 ? ABOUT_WAKING : ABOUT,
      words: [id, label],
    }));
}
