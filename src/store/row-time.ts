import { creationTime, phaseSince } from '../domain/phase-since.ts';
import type { Task } from '../domain/task.ts';
import type { State } from './state.ts';

/**
 * The time whose age the row of a task shows, Unix ms; 0 when unknown: its creation in a list that is sorted by that, else
 * when it entered its phase.
 */
export const rowTime = ({ view, now }: Pick<State, 'view' | 'now'>, task: Task): number =>
  view.sort === 'created' ? creationTime(task, now) : phaseSince(task, now);
