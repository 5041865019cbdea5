import { screen } from './screen.ts';
import type { Overlay, State } from './state.ts';

/** What stands in the place of the task. */
const COVERS: ReadonlySet<Overlay['kind'] | undefined> = new Set(['help', 'outbox', 'templates', 'places']);

/** Whether the user has this task before their eyes, as far as a terminal can know. */
export function isLookedAt(state: State, taskId: string): boolean {
  const { window, view } = state;
  if (window.focused !== true || view.selected !== taskId || COVERS.has(view.overlay?.kind)) return false;
  const where = screen(state);
  return where.kind !== 'tiny' && where.detail !== null;
}
