import { type DiffDocument, samePlace } from '../../domain/diff-document.ts';
import type { Cost, DiffOf } from '../../domain/ports/source.ts';
import { followLine } from '../../domain/review/place-comments.ts';
import { withEntry } from '../immutable-map.ts';
import type { SliceReducer } from './slice.ts';

/** The changes that the user reads over the whole screen, and the costs of chats. */
export interface DiffState {
  /** By task id. */
  readonly costs: ReadonlyMap<string, Cost>;
  readonly view: {
    readonly openDiff: OpenDiff | null;
  };
}

export interface OpenDiff {
  readonly taskId: string;
  readonly of: DiffOf;
  readonly base: LoadedDiff;
  readonly uncommitted: LoadedDiff;
  /** Long lines are wrapped; otherwise they are cut, and `column` is the first visible one. */
  readonly wrap: boolean;
  readonly column: number;
  readonly search: DiffSearch | null;
}

/** One of the two diffs of a task, with the user's position in it. */
export interface LoadedDiff {
  /** Null before the first answer. */
  readonly document: DiffDocument | null;
  readonly isLoading: boolean;
  /** Why the last request failed, in sentences; empty if it did not. Untrusted text. */
  readonly error: string;
  readonly anchor: DiffAnchor;
  readonly cursor: DiffCursor;
}

/** The first row on screen: a line of the document, and its row when it is wrapped. Valid at every width. */
export interface DiffAnchor {
  readonly line: number;
  readonly row: number;
}

/** The line of the document that the keys are about, or a comment below it. */
export interface DiffCursor {
  readonly line: number;
  /** 0 for the line, n for its nth comment. */
  readonly comment: number;
}

export interface DiffSearch {
  readonly text: string;
  /** The current hit: a line, and its offset in the text of the line; null without hits. */
  readonly hit: { readonly line: number; readonly start: number } | null;
}

const NOT_LOADED: LoadedDiff = {
  document: null,
  isLoading: false,
  error: '',
  anchor: { line: 0, row: 0 },
  cursor: { line: 0, comment: 0 },
};

export const INITIAL_DIFF: DiffState = { costs: new Map(), view: { openDiff: null } };

/** The diff of the kind that is on screen. */
export const shownDiff = (open: OpenDiff): LoadedDiff => open[open.of];

export type DiffEvent =
  | { readonly type: 'diff-opened'; readonly taskId: string; readonly of: DiffOf }
  | { readonly type: 'diff-closed' }
  /** Ignored, as the next two, when the diff of another task is open. */
  | { readonly type: 'diff-requested'; readonly taskId: string; readonly of: DiffOf }
  /** Keeps the place in the diff. */
  | { readonly type: 'diff-received'; readonly taskId: string; readonly document: DiffDocument }
  | { readonly type: 'diff-failed'; readonly taskId: string; readonly of: DiffOf; readonly error: string }
  /** Shows the other diff, which ends the search. */
  | { readonly type: 'diff-switched'; readonly of: DiffOf }
  /** Without a cursor, that is at the line of the anchor. */
  | { readonly type: 'diff-scrolled'; readonly anchor: DiffAnchor; readonly cursor?: DiffCursor }
  | { readonly type: 'diff-layout-changed'; readonly wrap: boolean; readonly column: number }
  | { readonly type: 'diff-search-changed'; readonly search: DiffSearch | null }
  | { readonly type: 'cost-received'; readonly taskId: string; readonly cost: Cost };

export const diffReducer = {
  'diff-opened': (_, { taskId, of }) => ({
    view: {
      openDiff: {
        taskId,
        of,
        base: NOT_LOADED,
        uncommitted: NOT_LOADED,
        wrap: true,
        column: 0,
        search: null,
      },
    },
  }),
  'diff-closed': () => ({ view: { openDiff: null } }),
  'diff-requested': (state, { taskId, of }) =>
    changeLoaded(state, taskId, of, (loaded) => ({ ...loaded, isLoading: true, error: '' })),
  'diff-received': (state, { taskId, document }) =>
    changeLoaded(state, taskId, document.of, ({ document: before, anchor, cursor }) => ({
      document,
      isLoading: false,
      error: '',
      anchor: before === null ? anchor : { line: samePlace(before, document, anchor.line), row: anchor.row },
      cursor:
        before === null
          ? cursor
          : { line: followLine(before, document, cursor.line), comment: cursor.comment },
    })),
  'diff-failed': (state, { taskId, of, error }) =>
    changeLoaded(state, taskId, of, (loaded) => ({ ...loaded, isLoading: false, error })),
  'diff-switched': (state, { of }) => changeOpen(state, (open) => ({ ...open, of, column: 0, search: null })),
  'diff-scrolled': (state, { anchor, cursor = { line: anchor.line, comment: 0 } }) =>
    changeOpen(state, (open) => ({ ...open, [open.of]: { ...shownDiff(open), anchor, cursor } })),
  'diff-layout-changed': (state, { wrap, column }) =>
    changeOpen(state, (open) => ({ ...open, wrap, column })),
  'diff-search-changed': (state, { search }) => changeOpen(state, (open) => ({ ...open, search })),
  'cost-received': ({ costs }, { taskId, cost }) => ({ costs: withEntry(costs, taskId, cost) }),
} satisfies SliceReducer<DiffState, DiffEvent>;

const changeOpen = ({ view: { openDiff } }: DiffState, change: (open: OpenDiff) => OpenDiff) =>
  openDiff === null ? {} : { view: { openDiff: change(openDiff) } };

const changeLoaded = (
  state: DiffState,
  taskId: string,
  of: DiffOf,
  change: (loaded: LoadedDiff) => LoadedDiff,
) =>
  state.view.openDiff?.taskId === taskId
    ? changeOpen(state, (open) => ({ ...open, [of]: change(open[of]) }))
    : {};
