import type { DiffDocument } from '../../domain/diff-document.ts';
import type { DiffAnchor, DiffCursor } from '../../store/slices/diff.ts';
import { type DiffLayout, itemsOfLine, movedAnchor, rowsOfLine, visibleRows } from './diff-rows.ts';

/** The rows that show a diff. */
export interface DiffRoom {
  readonly document: DiffDocument;
  readonly layout: DiffLayout;
  readonly height: number;
}

/** A place in a diff: the first row on screen, and the cursor. */
export interface DiffPlace {
  readonly anchor: DiffAnchor;
  readonly cursor: DiffCursor;
}

/** The cursor, or the nearest place that exists. */
export function withinComments(
  { document, layout }: Pick<DiffRoom, 'document' | 'layout'>,
  { line, comment }: DiffCursor,
): DiffCursor {
  const last = document.lines.length - 1;
  if (line > last) return { line: Math.max(0, last), comment: 0 };
  return { line, comment: Math.min(comment, layout.comments.get(line)?.length ?? 0) };
}

/** The anchor; another one where it does not show the cursor. */
export function anchorShowing(room: DiffRoom, { anchor, cursor }: DiffPlace): DiffAnchor {
  const { from, to } = extentOf(room, cursor);
  const top = rowsBetween(room, anchor, { line: cursor.line, row: from });
  const bottom = top + to - from;
  return bottom > 0 && top < room.height ? anchor : revealed(room, { anchor, cursor });
}

/** Moves the cursor to the next item, or the one before it. An item that is longer than the screen scrolls first. */
export function stepCursor(room: DiffRoom, place: DiffPlace, step: -1 | 1): DiffPlace {
  const { anchor, cursor } = place;
  const { from, to } = extentOf(room, cursor);
  const top = rowsBetween(room, anchor, { line: cursor.line, row: from });
  const isCut = step === 1 ? top + to - from > room.height : top < 0;
  const next = neighbour(room, cursor, step);
  if (isCut || next === null)
    return { cursor, anchor: movedAnchor(room.document, anchor, step, room.layout, room.height) };
  return { cursor: next, anchor: revealed(room, { anchor, cursor: next }, step) };
}

/** The next line or comment; null at the end. Blank lines between files are no stop. */
function neighbour(
  { document, layout }: DiffRoom,
  { line, comment }: DiffCursor,
  step: -1 | 1,
): DiffCursor | null {
  const count = (at: number): number => layout.comments.get(at)?.length ?? 0;
  if (step === 1 && comment < count(line)) return { line, comment: comment + 1 };
  if (step === -1 && comment > 0) return { line, comment: comment - 1 };
  for (let at = line + step; at >= 0 && at < document.lines.length; at += step)
    if (document.lines[at]?.kind !== 'blank') return { line: at, comment: step === 1 ? 0 : count(at) };
  return null;
}

/** Scrolls by rows; the cursor goes along only as far as it would leave the screen. */
export function scrolledPlace(room: DiffRoom, { anchor, cursor }: DiffPlace, by: number): DiffPlace {
  const { document, layout, height } = room;
  const moved = movedAnchor(document, anchor, by, layout, height);
  return { anchor: moved, cursor: clampedCursor(room, moved, cursor) };
}

/** The cursor, or the item on screen that is nearest to it. */
function clampedCursor({ document, layout, height }: DiffRoom, anchor: DiffAnchor, cursor: DiffCursor) {
  const rows = visibleRows(document, anchor, layout, height).filter(
    ({ line }) => document.lines[line]?.kind !== 'blank',
  );
  const isVisible = rows.some(({ line, comment }) => line === cursor.line && comment === cursor.comment);
  if (isVisible) return cursor;
  const nearest = cursor.line <= anchor.line ? rows[0] : rows.at(-1);
  return nearest === undefined ? cursor : { line: nearest.line, comment: nearest.comment };
}

/**
 * The anchor that shows the whole item of the cursor, as near as possible to the one before. Of an item that is longer
 * than the screen it shows the end after a step up, else the beginning.
 */
function revealed(room: DiffRoom, { anchor, cursor }: DiffPlace, step: -1 | 1 = 1): DiffAnchor {
  const { document, layout, height } = room;
  const { from, to } = extentOf(room, cursor);
  const start = { line: cursor.line, row: from };
  const top = rowsBetween(room, anchor, start);
  const isLong = to - from > height;
  const end = { line: cursor.line, row: to - 1 };
  const atBottom = (): DiffAnchor => movedAnchor(document, end, 1 - height, layout, height);
  if (isLong) return step === 1 ? start : atBottom();
  if (top < 0) return start;
  return top + to - from > height ? atBottom() : anchor;
}

/** The anchor that shows the line of the cursor with all its comments, as near as possible to the one before. */
export function anchorShowingComments(room: DiffRoom, { anchor, cursor: { line } }: DiffPlace): DiffAnchor {
  const { document, layout, height } = room;
  const { length } = rowsOfLine(document, line, layout);
  if (rowsBetween(room, anchor, { line, row: length }) <= height) return anchor;
  return length > height
    ? { line, row: 0 }
    : movedAnchor(document, { line, row: length - 1 }, 1 - height, layout, height);
}

/** Puts the cursor on a line, and `top` at the upper edge unless the screen shows all from `start` to before `end`. */
export function jumpTo(
  room: DiffRoom,
  anchor: DiffAnchor,
  {
    start,
    end,
    top,
    line,
  }: { readonly start: number; readonly end: number; readonly top: number; readonly line: number },
): DiffPlace {
  const cursor = { line, comment: 0 };
  const before = rowsBetween(room, anchor, { line: start, row: 0 });
  const after = rowsBetween(room, anchor, { line: end, row: 0 });
  return before >= 0 && after <= room.height ? { anchor, cursor } : { anchor: { line: top, row: 0 }, cursor };
}

/** The rows of the item among those of its line: from the first on, to the one after the last. */
function extentOf({ document, layout }: DiffRoom, { line, comment }: DiffCursor) {
  const items = itemsOfLine(document, line, layout).map(({ length }) => length);
  const from = items.slice(0, comment).reduce((sum, length) => sum + length, 0);
  return { from, to: from + (items[comment] ?? 1) };
}

/** The rows from one place to another: negative when that is before it, and not exact beyond the height of the screen. */
function rowsBetween({ document, layout, height }: DiffRoom, from: DiffAnchor, to: DiffAnchor): number {
  if (to.line < from.line) return Number.NEGATIVE_INFINITY;
  let rows = to.row - from.row;
  for (let line = from.line; line < to.line && rows <= height + to.row; line++)
    rows += rowsOfLine(document, line, layout).length;
  return rows;
}

/** The next comment after the cursor, or the one before it; null for none. */
export function commentFrom(layout: DiffLayout, cursor: DiffCursor, step: -1 | 1): DiffCursor | null {
  const all = [...layout.comments]
    .sort(([one], [other]) => one - other)
    .flatMap(([line, comments]) => comments.map((_, index) => ({ line, comment: index + 1 })));
  const isBefore = (one: DiffCursor, other: DiffCursor): boolean =>
    one.line < other.line || (one.line === other.line && one.comment < other.comment);
  return (
    (step === 1
      ? all.find((each) => isBefore(cursor, each))
      : all.findLast((each) => isBefore(each, cursor))) ?? null
  );
}
