import type { Overlay } from '../../store/slices/screen.ts';
import type { State } from '../../store/state.ts';
import { layoutSetting, paneGeometry, visiblePane } from './screen-layout.ts';

/** Overlays that hide the task. */
const COVERING_OVERLAYS: ReadonlySet<Overlay['kind'] | undefined> = new Set([
  'help',
  'outbox',
  'places',
  'outcome',
  'texts',
  'requests',
  'confirm-bulk',
  'owners',
]);

/** The id of the task in the detail pane; null when there is none, and when the terminal window has no focus. */
export function taskInView(state: State): string | null {
  const { window, view, size } = state;
  const isCovered =
    view.openForm !== null || view.openDiff !== null || COVERING_OVERLAYS.has(view.overlay?.kind);
  if (window.focused === false || isCovered) return null;
  // The peek shows its message and its question over the panes.
  if (view.overlay?.kind === 'peek') return view.selected;
  const where = paneGeometry(size, visiblePane(state), 1, 0, view.panes, layoutSetting(state));
  return where.kind !== 'tiny' && where.detail !== null ? view.selected : null;
}
