import { keyFor } from '../domain/key-placeholder.ts';
import { type Arrangement, DEFAULT_PANES, type PaneLayout } from '../domain/pane-layout.ts';
import type { Availability } from '../domain/rules.ts';
import type { StoreEvent } from '../store/event.ts';
import { selectedTask } from '../store/selectors.ts';
import type { Size } from '../store/slices/screen.ts';
import type { State } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import { scrollAfterResize } from '../view/detail/scroll-positions.ts';
import { arrangementOf, resizedShare, widthClass } from '../view/layout/geometry.ts';
import { layoutSetting } from '../view/layout/screen-layout.ts';
import type { Command, CommandContext } from './command.ts';

/** Columns, or rows, per key. */
const STEP: Readonly<Record<Arrangement, number>> = { side: 4, stacked: 2 };

const NO_PANES = 'A screen reader reads both panes.';
const NO_ROOM = 'This terminal has room for one pane only.';

/** How both panes are arranged, or would be; null where there is room for one only, and for a screen reader. */
function arrangementIn(state: State): Arrangement | null {
  const layout = layoutSetting(state);
  return layout === null ? null : arrangementOf(state.size, state.view.panes, layout);
}

function hasRoomForBoth(state: State): Availability {
  if (!state.hasPanes) return NO_PANES;
  return arrangementIn(state) !== null || NO_ROOM;
}

/** Dispatches an event that changes the width of the transcript; its first visible text stays in its place. */
const keepingScroll = (store: Store, event: StoreEvent): void =>
  store.batch(() => {
    const before = store.getState();
    store.dispatch(event);
    const scrolled = scrollAfterResize(before, store.getState());
    if (scrolled !== null) store.dispatch(scrolled);
  });

export const resizeTerminal = (store: Store, size: Size): void =>
  keepingScroll(store, { type: 'terminal-resized', size });

const changePanes = (store: Store, change: Partial<PaneLayout>): void =>
  keepingScroll(store, { type: 'panes-changed', change });

/** The list's share after a step in this direction; null if the list cannot get smaller or larger. */
function shareAfter(state: State, direction: -1 | 1): readonly [Arrangement, number] | null {
  const arrangement = arrangementIn(state);
  if (arrangement === null) return null;
  const share = resizedShare(
    state.size,
    arrangement,
    state.view.panes.share[arrangement],
    direction * STEP[arrangement],
  );
  return share === null ? null : [arrangement, share];
}

const mayResize =
  (direction: -1 | 1) =>
  (state: State): Availability => {
    const hasRoom = hasRoomForBoth(state);
    if (hasRoom !== true) return hasRoom;
    if (state.view.panes.alone !== null) return `One pane is hidden. ${keyFor('one-pane')} shows both.`;
    if (shareAfter(state, direction) !== null) return true;
    return direction < 0 ? 'The list cannot get smaller.' : 'The list cannot get larger.';
  };

const resize =
  (direction: -1 | 1) =>
  ({ store }: CommandContext): void => {
    const state = store.getState();
    const after = shareAfter(state, direction);
    if (after === null) return;
    const [arrangement, share] = after;
    changePanes(store, { share: { ...state.view.panes.share, [arrangement]: share } });
  };

/** Gives the whole area to a pane, or shows both again. */
function toggleAlone({ store }: CommandContext, pane: 'list' | 'transcript'): void {
  changePanes(store, { alone: store.getState().view.panes.alone === null ? pane : null });
}

const otherArrangement = (state: State): Arrangement =>
  arrangementIn(state) === 'stacked' ? 'side' : 'stacked';

function mayRearrange(state: State): Availability {
  if (!state.hasPanes) return NO_PANES;
  const other = otherArrangement(state);
  const change = withArrangement(state, other);
  return (
    arrangementOf(state.size, change, state.settings.layout) === other ||
    'The terminal is too small for that.'
  );
}

/** The choice for screens of this width. */
const withArrangement = (
  { size, view }: State,
  chosen: Arrangement | null,
): Pick<PaneLayout, 'arrangement'> => ({
  arrangement: { ...view.panes.arrangement, [widthClass(size)]: chosen },
});

function rearrange({ store }: CommandContext): void {
  const state = store.getState();
  const arrangement = otherArrangement(state);
  // Where the setting gives the same, it decides again at other sizes, too.
  const bySetting = arrangementOf(state.size, withArrangement(state, null), state.settings.layout);
  const chosen = bySetting === arrangement ? null : arrangement;
  changePanes(store, { alone: null, ...withArrangement(state, chosen) });
}

export const paneCommands: readonly Command[] = [
  {
    id: 'smaller-list',
    title: 'Smaller list, larger task',
    keys: ['<'],
    keyContext: 'panes',
    enabled: mayResize(-1),
    run: resize(-1),
  },
  {
    id: 'larger-list',
    title: 'Larger list, smaller task',
    keys: ['>'],
    keyContext: 'panes',
    enabled: mayResize(1),
    run: resize(1),
  },
  {
    id: 'one-pane',
    title: 'Hide the other pane, or show both',
    hint: ({ view }) => (view.panes.alone === null ? 'one pane' : 'both panes'),
    keys: ['-'],
    keyContext: 'panes',
    enabled: hasRoomForBoth,
    run: (context) => toggleAlone(context, context.store.getState().view.pane),
  },
  {
    id: 'zoom',
    title: 'Full-screen transcript on or off',
    hint: 'full screen',
    shortHint: 'zoom',
    keys: ['z'],
    keyContext: 'transcript',
    enabled: (state) => (selectedTask(state) === null ? 'No transcript shown.' : hasRoomForBoth(state)),
    run: (context) => toggleAlone(context, 'transcript'),
  },
  {
    id: 'arrange-panes',
    title: 'List beside the task, or above it',
    keys: [],
    keyContext: 'panes',
    enabled: mayRearrange,
    run: rearrange,
  },
  {
    id: 'reset-panes',
    title: 'Panes as in the settings',
    keys: [],
    keyContext: 'panes',
    enabled: ({ hasPanes }) => hasPanes || NO_PANES,
    run: ({ store }) => changePanes(store, DEFAULT_PANES),
  },
];
