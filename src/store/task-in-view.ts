import { geometry } from './geometry.ts';
import type { State } from './state.ts';
import type { Overlay, Pane } from './view-state.ts';

/** What stands in the place of the task. */
const COVERING_OVERLAYS: ReadonlySet<Overlay['kind'] | undefined> = new Set([
  'help',
  'outbox',
  'places',
  'outcome',
  'texts',
  'confirm-bulk',
  'owners',
]);

/** The task that is on screen with all that it says, unless the terminal has said that nobody is there; or null. */
export function taskInView(state: State): string | null {
  const { window, view, size } = state;
  if (window.focused === false || view.openForm !== null || COVERING_OVERLAYS.has(view.overlay?.kind))
    return null;
  const pane: Pane = view.focus === 'prompt' ? 'transcript' : view.pane;
  const where = geometry(size, pane, 1, 0, view.zoomed);
  return where.kind !== 'tiny' && where.detail !== null ? view.selected : null;
}

/** Whether the user has this task before their eyes, as far as a terminal can know. */
export const isTaskInView = (state: State, taskId: string): boolean =>
  state.window.focused === true && taskInView(state) === taskId;
