/** Where the list is: left of the selected task, or above it. */
export type Arrangement = 'side' | 'stacked';

/** The setting `layout`: an arrangement for all sizes, or the one that suits the size. */
export type LayoutSetting = 'auto' | Arrangement;

/** Screens of up to 99 columns, and wider ones: each has an arrangement of its own. */
export type WidthClass = 'small' | 'large';

/** How the user divided the screen between the list and the selected task. */
export interface PaneLayout {
  /**
   * The pane that the user gave the whole area; null for both. With `list` each pane gets it while it has the focus; with
   * `transcript` both are back as soon as the list has the focus.
   */
  readonly alone: 'list' | 'transcript' | null;
  /** The choice of the user; null follows the setting. */
  readonly arrangement: Readonly<Record<WidthClass, Arrangement | null>>;
  /** The list's share of the columns, and of the rows, between 0 and 1; null for the default. */
  readonly share: Readonly<Record<Arrangement, number | null>>;
}

export const DEFAULT_PANES: PaneLayout = {
  alone: null,
  arrangement: { small: null, large: null },
  share: { side: null, stacked: null },
};

/** The layout once the list has the focus: a transcript that has the whole screen gives it back. */
export const withListShown = (panes: PaneLayout): PaneLayout =>
  panes.alone === 'transcript' ? { ...panes, alone: null } : panes;

/** Parses a stored layout; a missing or invalid field has its default. */
export function parsePaneLayout(stored: unknown): PaneLayout {
  const { alone, arrangement, share } = recordOf(stored);
  const { side, stacked } = recordOf(share);
  const { small, large } = recordOf(arrangement);
  return {
    alone: alone === 'list' || alone === 'transcript' ? alone : null,
    arrangement: { small: parseArrangement(small), large: parseArrangement(large) },
    share: { side: parseShare(side), stacked: parseShare(stacked) },
  };
}

const parseArrangement = (value: unknown): Arrangement | null =>
  value === 'side' || value === 'stacked' ? value : null;

const parseShare = (value: unknown): number | null =>
  typeof value === 'number' && value > 0 && value < 1 ? value : null;

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};
