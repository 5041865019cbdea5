import { titleOf, worktreeOf } from '../../domain/task.ts';
import { exactDuration } from '../../domain/text/age.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { padOrTruncate } from '../../domain/text/width.ts';
import { choiceTitle, progressWords, type WorktreeChoice } from '../../domain/worktree-choice.ts';
import type { State } from '../../store/state.ts';
import { knownTask } from '../../store/task-index.ts';
import { FRAME_SIZE } from '../layout/geometry.ts';
import { screenLayout } from '../layout/screen-layout.ts';
import type { Style, Theme } from '../theme.ts';
import { questionRowsOf, type WorktreeRow, worktreeRows } from './worktree-rows.ts';

/** The visible part of the overlay about a worktree, or of the question before an action on it. */
export interface WorktreeWindow {
  readonly kind: 'worktree' | 'confirm-worktree';
  readonly taskId: string;
  readonly title: string;
  readonly rows: readonly WorktreeRow[];
  /** The choices with their rows, from `start` to before `end`; none in a question. */
  readonly items: readonly WorktreeItem[];
  /** The index of the selected item; -1 without items. */
  readonly selected: number;
  readonly top: number;
  readonly height: number;
  readonly width: number;
  /** The state of the requests, in a few words; empty at rest. */
  readonly activity: string;
}

interface WorktreeItem {
  readonly choice: WorktreeChoice;
  readonly start: number;
  readonly end: number;
}

/** The pointer, and a blank at either side. */
const MARGIN_COLUMNS = 4;

/** Null when neither overlay is open, or the screen is too small. */
export function worktreeWindow(state: State): WorktreeWindow | null {
  const where = screenLayout(state);
  const { overlay } = state.view;
  if (where.kind === 'tiny' || (overlay?.kind !== 'worktree' && overlay?.kind !== 'confirm-worktree'))
    return null;
  const { taskId } = overlay;
  const width = where.body.width - FRAME_SIZE - MARGIN_COLUMNS;
  const height = where.body.height - FRAME_SIZE;
  const rows =
    overlay.kind === 'worktree'
      ? worktreeRows(state, taskId, width)
      : questionRowsOf(state, taskId, overlay.choice, width);
  const items = overlay.kind === 'worktree' ? itemsOf(rows) : [];
  const at = overlay.kind === 'worktree' ? items.findIndex(({ choice }) => choice === overlay.selected) : -1;
  return {
    kind: overlay.kind,
    taskId,
    title: titleOfWindow(state),
    rows,
    items,
    selected: Math.min(Math.max(0, at), items.length - 1),
    top: Math.max(0, Math.min(overlay.top, rows.length - height)),
    height,
    width,
    activity: activityOf(state, taskId),
  };
}

function titleOfWindow(state: State): string {
  const { overlay } = state.view;
  if (overlay?.kind !== 'worktree' && overlay?.kind !== 'confirm-worktree') return '';
  const task = knownTask(state, overlay.taskId);
  const worktree = task && worktreeOf(task);
  if (task === null || worktree === null) return 'Worktree';
  return overlay.kind === 'worktree'
    ? `Worktree of ${sanitiseLine(titleOf(task))}`
    : `${choiceTitle(overlay.choice, worktree)}?`;
}

function itemsOf(rows: readonly WorktreeRow[]): readonly WorktreeItem[] {
  const items: WorktreeItem[] = [];
  for (const [index, { choice }] of rows.entries()) {
    const last = items.at(-1);
    if (choice === null) continue;
    if (last?.choice === choice) items[items.length - 1] = { ...last, end: index + 1 };
    else items.push({ choice, start: index, end: index + 1 });
  }
  return items;
}

/** The index of the item, and the first visible row, after a step with an arrow key. Long items scroll first. */
export function stepInWorktree(window: WorktreeWindow, step: -1 | 1): { selected: number; top: number } {
  const { items, selected, top, height, rows } = window;
  const item = items[selected];
  const lastTop = Math.max(0, rows.length - height);
  if (item === undefined) return { selected, top: Math.max(0, Math.min(lastTop, top + step)) };
  if (step === 1 && item.end > top + height) return { selected, top: top + 1 };
  if (step === -1 && item.start < top) return { selected, top: top - 1 };
  const next = items[selected + step];
  if (next === undefined) return { selected, top: step === 1 ? lastTop : 0 };
  return { selected: selected + step, top: topThatShows(next, window, step) };
}

/** The top that shows as much of the item as fits: its start when it is reached from above, else its end. */
function topThatShows(item: WorktreeItem, { items, top, height }: WorktreeWindow, step: -1 | 1): number {
  // The facts above the first choice come with it.
  const start = item === items[0] && item.end <= height ? 0 : item.start;
  if (item.end - start > height) return step === 1 ? item.start : item.end - height;
  return Math.max(Math.min(top, start), item.end - height);
}

/** The index of the item, and the first visible row, after scrolling by `step` rows. */
export function scrolledWorktree(window: WorktreeWindow, step: number): { selected: number; top: number } {
  const { items, selected, height, rows } = window;
  const top = Math.max(0, Math.min(Math.max(0, rows.length - height), window.top + step));
  const isVisible = ({ start, end }: WorktreeItem): boolean => end > top && start < top + height;
  const item = items[selected];
  if (item === undefined || isVisible(item)) return { selected, top };
  const visible = step > 0 ? items.findIndex(isVisible) : items.findLastIndex(isVisible);
  return { selected: visible === -1 ? selected : visible, top };
}

/** The visible rows, with the pointer at the selected choice. */
export function worktreeLines(window: WorktreeWindow, theme: Theme): string[] {
  const { rows, items, selected, top, height, width } = window;
  const item = items[selected];
  return rows.slice(top, top + height).map((row, at) => {
    const index = top + at;
    if (index === item?.start)
      return theme.selected(padOrTruncate(`${theme.glyphs.pointer} ${row.text}`, width + MARGIN_COLUMNS));
    return `  ${styleOf(row, theme)(row.text)}`;
  });
}

function styleOf({ kind }: WorktreeRow, theme: Theme): Style {
  switch (kind) {
    case 'strong':
      return theme.strong;
    case 'good':
      return theme.accent;
    case 'bad':
      return theme.bad;
    case 'dim':
      return theme.dim;
    case 'plain':
      return (text) => text;
  }
}

/** The activity and the position, the latter if not all fits on the screen. */
export function worktreeStatus({ top, height, rows, activity }: WorktreeWindow): string[] {
  const place =
    rows.length <= height ? '' : `${top + 1}–${Math.min(rows.length, top + height)} of ${rows.length}`;
  return [[activity, place].filter(Boolean).join(' · '), activity || place].filter(Boolean);
}

/** The action that runs, since the rows that say so can be scrolled away. */
function activityOf(state: State, taskId: string): string {
  const opened = state.openedWorktrees.get(taskId);
  const task = knownTask(state, taskId);
  const worktree = task && worktreeOf(task);
  if (opened?.running != null && worktree !== null)
    return `${progressWords(opened.running.action, worktree)}, ${exactDuration(state.now - opened.running.startedAt)}`;
  if (opened?.isLoading === true) return 'loading';
  return '';
}
