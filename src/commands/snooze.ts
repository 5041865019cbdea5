import type { Availability } from '../domain/rules.ts';
import { markedOrSelected } from '../store/marks.ts';
import { isSnoozedIn, maySnooze } from '../store/slices/attention.ts';
import type { State } from '../store/state.ts';
import { SNOOZE_CHOICES, snoozableTasks } from '../view/overlays/snooze-items.ts';
import type { Command, CommandContext } from './command.ts';

function availability(state: State): Availability {
  const tasks = markedOrSelected(state);
  if (tasks.length === 0) return 'No task is selected.';
  if (tasks.some((task) => maySnooze(state, task))) return true;
  return tasks.length === 1 ? 'It does not need you.' : 'None of the marked tasks needs you.';
}

/** Snoozes these tasks for the chosen time, or wakes those of them that are snoozed. */
export function chooseSnooze({ store, clock }: CommandContext, taskIds: readonly string[], id: string): void {
  store.dispatch({ type: 'overlay-closed' });
  const state = store.getState();
  const choice = SNOOZE_CHOICES.get(id);
  if (choice === undefined) return;
  const tasks = snoozableTasks(state, taskIds).filter(
    (task) => choice.duration !== 0 || isSnoozedIn(state, task),
  );
  const now = clock.now();
  store.dispatch(
    tasks.length === 0
      ? { type: 'notice-changed', notice: { tone: 'plain', text: 'It no longer needs you.', at: now } }
      : {
          type: 'tasks-snoozed',
          taskIds: tasks.map((task) => task.id),
          duration: choice.duration,
          now,
        },
  );
}

export const snoozeCommands: readonly Command[] = [
  {
    id: 'snooze',
    title: 'Snooze, or wake a snoozed task',
    hint: 'snooze',
    keys: ['Z'],
    keyContext: 'panes',
    enabled: availability,
    run({ store }) {
      const taskIds = markedOrSelected(store.getState()).map(({ id }) => id);
      store.dispatch({ type: 'overlay-opened', overlay: { kind: 'snooze', taskIds } });
    },
  },
];
