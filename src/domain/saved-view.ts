/** A filter with a name, which `V` lists. */
export interface SavedView {
  readonly id: string;
  /** Untrusted text. */
  readonly name: string;
  /** See `parseTaskQuery`; empty shows all tasks. */
  readonly filter: string;
  /** Shows only tasks that need the user, as the attention filter does. */
  readonly needsYou: boolean;
  /** A key that applies it; null for none. */
  readonly key: string | null;
}

/** A view in the settings, by its id. Missing fields are those of the shipped view with this id. */
export interface ViewSetting {
  readonly name?: string;
  readonly filter?: string;
  readonly key?: string;
}

/** The view of all tasks. */
export const ALL_TASKS = 'all';
export const NEEDS_YOU = 'needs-you';

const shipped = (id: string, name: string, filter: string): SavedView => ({
  id,
  name,
  filter,
  needsYou: id === NEEDS_YOU,
  key: null,
});

const SHIPPED: readonly SavedView[] = [
  shipped(NEEDS_YOU, 'Needs you', ''),
  shipped('working', 'Working', 'phase:working,queued,starting,resuming,pausing'),
  shipped('resting', 'Resting', 'phase:idle,complete !is:needs-you'),
  shipped('failed', 'Failed', 'phase:failed,error'),
  shipped('paused', 'Paused', 'phase:paused'),
  shipped(ALL_TASKS, 'All', ''),
];

export const isShippedView = (id: string): boolean => SHIPPED.some((view) => view.id === id);

/** All views: the shipped ones, changed by the settings, then the others of the settings in their order. */
export function viewsFrom(settings: Readonly<Record<string, ViewSetting>>): readonly SavedView[] {
  const own = Object.entries(settings).filter(([id]) => !isShippedView(id));
  return [
    ...SHIPPED.map((view) => withSetting(view, settings[view.id])),
    ...own.map(([id, setting]) => withSetting(shipped(id, ownName(id, setting), ''), setting)),
  ];
}

/** A view that is named by a digit has its filter as its name. */
const ownName = (id: string, { filter = '' }: ViewSetting): string => (/^\d$/u.test(id) ? filter : id);

function withSetting(view: SavedView, setting: ViewSetting | undefined): SavedView {
  if (setting === undefined) return view;
  const { name = view.name, filter, key = view.key } = setting;
  // A shipped view with a filter of its own is no attention filter any more.
  return {
    ...view,
    name,
    filter: filter ?? view.filter,
    needsYou: view.needsYou && filter === undefined,
    key,
  };
}
