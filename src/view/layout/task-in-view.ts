import type { Overlay, Pane } from '../../store/slices/screen.ts';
import type { State } from '../../store/state.ts';
import { geometry } from './geometry.ts';

/** Overlays that hide the task. */
const COVERING_OVERLAYS: ReadonlySet<Overlay['kind'] | undefined> = new Set([
  'help',
  'outbox',
  'places',
  'outcome',
  'texts',
  'confirm-bulk',
  'owners',
]);

/** The id of the task in the detail pane; null when there is none, and when the terminal window has no focus. */
export function taskInView(state: State): string | null {
  const { window, view, size } = state;
  const isCovered =
    view.openForm !== null || view.openDiff !== null || COVERING_OVERLAYS.has(view.overlay?.kind);
  if (window.focused === false || isCovered) return null;
  const isShown = view.focus === 'prompt' || view.overlay?.kind === 'options';
  const pane: Pane = isShown ? 'transcript' : view.pane;
  const layout = geometry(size, pane, 1, 0, view.zoomed);
  return layout.kind !== 'tiny' && layout.detail !== null ? view.selected : null;
}
