import { hunkFrom } from '../domain/diff-hunks.ts';
import type { DiffCursor } from '../store/slices/diff.ts';
import type { State } from '../store/state.ts';
import {
  commentFrom,
  type DiffPlace,
  type DiffRoom,
  jumpTo,
  scrolledPlace,
  stepCursor,
} from '../view/diff/diff-cursor.ts';
import { visibleRows } from '../view/diff/diff-rows.ts';
import { type DiffWindow, diffWindow } from '../view/diff/diff-window.ts';
import type { Command, CommandContext } from './command.ts';

/** A diff with changes on screen. */
type FullWindow = DiffWindow & DiffRoom;

const fullWindow = (state: State): FullWindow | null => {
  const window = diffWindow(state);
  return window === null || window.document === null ? null : { ...window, document: window.document };
};

/** Moves to the place that `move` returns; shows its notice if that is a text. */
const moving =
  (move: (window: FullWindow) => DiffPlace | string) =>
  ({ store, clock }: CommandContext): void => {
    const window = fullWindow(store.getState());
    if (window === null) return;
    const place = move(window);
    if (typeof place === 'string')
      store.dispatch({ type: 'notice-changed', notice: { tone: 'plain', text: place, at: clock.now() } });
    else store.dispatch({ type: 'diff-scrolled', anchor: place.anchor, cursor: place.cursor });
  };

/** Scrolls by rows, as the wheel does. */
export const scrollDiff = (context: CommandContext, rows: number): void =>
  moving((window) => scrolledPlace(window, window, rows))(context);

/** Moves the cursor to the line or comment on a row of the screen. */
export const clickDiff = (context: CommandContext, row: number): void =>
  moving((window) => {
    const { document, anchor, layout, height, cursor } = window;
    const clicked = visibleRows(document, anchor, layout, height)[row];
    const isStop = clicked !== undefined && document.lines[clicked.line]?.kind !== 'blank';
    return { anchor, cursor: isStop ? { line: clicked.line, comment: clicked.comment } : cursor };
  })(context);

/** Scrolls a page; at the edge the cursor goes to the first or the last line. */
const page = (step: -1 | 1) =>
  moving((window) => {
    const { document, anchor, height } = window;
    const place = scrolledPlace(window, window, step * Math.max(1, height - 1));
    const isAtEdge = place.anchor.line === anchor.line && place.anchor.row === anchor.row;
    return isAtEdge ? { anchor, cursor: edge(document.lines.length, step) } : place;
  });

const toEdge = (step: -1 | 1) =>
  moving((window) => ({
    anchor: scrolledPlace(window, window, step * Number.POSITIVE_INFINITY).anchor,
    cursor: edge(window.document.lines.length, step),
  }));

const edge = (length: number, step: -1 | 1): DiffCursor => ({
  line: step === 1 ? Math.max(0, length - 1) : 0,
  comment: 0,
});

/** Shows the heading of the next file, or of this one and the one before it. */
const goToFile = (step: -1 | 1) =>
  moving(({ document: { files }, cursor }) => {
    const target =
      step === 1
        ? files.find(({ start }) => start > cursor.line)?.start
        : files.findLast(({ start }) => start < cursor.line)?.start;
    if (target === undefined && step === 1) return 'This is the last file.';
    const line = target ?? 0;
    return { anchor: { line, row: 0 }, cursor: { line, comment: 0 } };
  });

const goToHunk = (step: -1 | 1) =>
  moving((window) => {
    const { document, anchor, cursor } = window;
    const hunk = hunkFrom(document, cursor.line, step);
    if (hunk === null) return step === 1 ? 'This is the last hunk.' : 'This is the first hunk.';
    const { start, end, change } = hunk;
    const top = document.lines[start - 1]?.kind === 'file' ? start - 1 : start;
    return jumpTo(window, anchor, { start, end, top, line: change });
  });

const goToComment = (step: -1 | 1) =>
  moving((window) => {
    const { layout, cursor, anchor, comments } = window;
    const found = commentFrom(layout, cursor, step);
    if (found === null)
      return comments.length === 0
        ? 'No comments.'
        : step === 1
          ? 'This is the last comment.'
          : 'This is the first comment.';
    const { line } = found;
    return {
      anchor: jumpTo(window, anchor, { start: line, end: line + 1, top: line, line }).anchor,
      cursor: found,
    };
  });

export const hasChanges = (state: State) => fullWindow(state) !== null || 'There are no changes on screen.';

export const diffCursorCommands: readonly Command[] = [
  {
    id: 'diff-down',
    title: 'Down a line of the diff',
    keys: ['down', 'j'],
    keyContext: 'diff',
    run: moving((window) => stepCursor(window, window, 1)),
  },
  {
    id: 'diff-up',
    title: 'Up a line of the diff',
    keys: ['up', 'k'],
    keyContext: 'diff',
    run: moving((window) => stepCursor(window, window, -1)),
  },
  {
    id: 'diff-page-down',
    title: 'Scroll the diff down a page',
    keys: ['pagedown', 'space', 'ctrl+d'],
    keyContext: 'diff',
    run: page(1),
  },
  {
    id: 'diff-page-up',
    title: 'Scroll the diff up a page',
    keys: ['pageup', 'ctrl+u'],
    keyContext: 'diff',
    run: page(-1),
  },
  {
    id: 'diff-top',
    title: 'To the beginning of the diff',
    keys: ['g', 'home'],
    keyContext: 'diff',
    run: toEdge(-1),
  },
  {
    id: 'diff-end',
    title: 'To the end of the diff',
    keys: ['G', 'end'],
    keyContext: 'diff',
    run: toEdge(1),
  },
  {
    id: 'next-hunk',
    title: 'Next hunk',
    hint: 'next hunk',
    shortHint: 'hunk',
    keys: ['}'],
    keyContext: 'diff',
    enabled: hasChanges,
    run: goToHunk(1),
  },
  {
    id: 'previous-hunk',
    title: 'Previous hunk',
    keys: ['{'],
    keyContext: 'diff',
    enabled: hasChanges,
    run: goToHunk(-1),
  },
  {
    id: 'next-file',
    title: 'Next file',
    hint: 'next file',
    shortHint: 'file',
    keys: [']'],
    keyContext: 'diff',
    enabled: hasChanges,
    run: goToFile(1),
  },
  {
    id: 'previous-file',
    title: 'Previous file',
    keys: ['['],
    keyContext: 'diff',
    enabled: hasChanges,
    run: goToFile(-1),
  },
  {
    id: 'next-comment',
    title: 'Next comment',
    keys: [')'],
    keyContext: 'diff',
    enabled: hasChanges,
    run: goToComment(1),
  },
  {
    id: 'previous-comment',
    title: 'Previous comment',
    keys: ['('],
    keyContext: 'diff',
    enabled: hasChanges,
    run: goToComment(-1),
  },
];
