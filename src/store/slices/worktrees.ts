import type { WorktreeAction, WorktreeActions } from '../../domain/worktree.ts';
import { withEntry, withoutEntries } from '../immutable-map.ts';
import type { LoadResult } from './chat-options.ts';
import type { SliceReducer } from './slice.ts';

/** The choices for worktrees that the user opened, and the actions that run. */
export interface WorktreesState {
  /** By task id: the one that the user opened last, and those in which an action runs. */
  readonly openedWorktrees: ReadonlyMap<string, OpenedWorktree>;
}

export interface OpenedWorktree {
  /** Null before the first answer. Out of date while `isLoading`. */
  readonly offers: WorktreeActions | null;
  readonly isLoading: boolean;
  /** Why the last request failed, in sentences; empty if it did not. Untrusted text. */
  readonly error: string;
  /** The action that runs. `startedAt`: Unix ms. */
  readonly running: { readonly action: WorktreeAction; readonly startedAt: number } | null;
  /** The result of the last action. */
  readonly result: WorktreeResult | null;
}

export interface WorktreeResult {
  readonly action: WorktreeAction;
  readonly isFailure: boolean;
  /** Lines of sentences. Untrusted text. */
  readonly text: string;
}

const NOT_LOADED: OpenedWorktree = { offers: null, isLoading: false, error: '', running: null, result: null };

export const INITIAL_WORKTREES: WorktreesState = { openedWorktrees: new Map() };

export type WorktreesEvent =
  /** The user looks at the worktree: what was loaded before counts no more. */
  | { readonly type: 'worktree-opened'; readonly taskId: string }
  /** Ignored, as the next one, for a worktree that is not opened. */
  | { readonly type: 'worktree-requested'; readonly taskId: string }
  | {
      readonly type: 'worktree-loaded';
      readonly taskId: string;
      readonly result: LoadResult<WorktreeActions>;
    }
  | {
      readonly type: 'worktree-action-started';
      readonly taskId: string;
      readonly action: WorktreeAction;
      readonly now: number;
    }
  | { readonly type: 'worktree-action-ended'; readonly taskId: string; readonly result: WorktreeResult };

export const worktreesReducer = {
  'worktree-opened'({ openedWorktrees }, { taskId }) {
    const before = openedWorktrees.get(taskId) ?? NOT_LOADED;
    // The address of a pull request is still useful.
    const result = before.result?.action === 'pull-request' ? before.result : null;
    const others = withoutEntries(openedWorktrees, (_, { running }) => running === null);
    const opened = { ...before, offers: null, error: '', result };
    return { openedWorktrees: withEntry(others, taskId, opened) };
  },
  'worktree-requested': (state, { taskId }) =>
    changeOpened(state, taskId, (opened) => ({ ...opened, isLoading: true })),
  'worktree-loaded': (state, { taskId, result }) =>
    changeOpened(state, taskId, (opened) => ({
      ...opened,
      isLoading: false,
      ...('value' in result ? { offers: result.value, error: '' } : { offers: null, error: result.error }),
    })),
  'worktree-action-started': (state, { taskId, action, now }) =>
    changeOpened(state, taskId, (opened) => ({
      ...opened,
      running: { action, startedAt: now },
      result: null,
    })),
  'worktree-action-ended': (state, { taskId, result }) =>
    changeOpened(state, taskId, (opened) => ({ ...opened, running: null, result })),
} satisfies SliceReducer<WorktreesState, WorktreesEvent>;

function changeOpened(
  { openedWorktrees }: WorktreesState,
  taskId: string,
  change: (opened: OpenedWorktree) => OpenedWorktree,
): Partial<WorktreesState> {
  const opened = openedWorktrees.get(taskId);
  return opened === undefined ? {} : { openedWorktrees: withEntry(openedWorktrees, taskId, change(opened)) };
}
