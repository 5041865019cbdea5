import { isHeading, type ListItem } from '../../store/list-items.ts';

/** The items of the list with the lines that each takes. */
export interface ListHeights {
  readonly items: readonly ListItem[];
  /** Lines of a task; a heading has one. */
  readonly rowHeight: number;
  /** Lines of the row after the last item; 0 without one. */
  readonly more: 0 | 1;
}

const linesOf = (item: ListItem, rowHeight: number): number => (isHeading(item) ? 1 : rowHeight);

/** The lines of the item at `index`, of which the one after the last item is the row below the list. */
function linesAt({ items, rowHeight, more }: ListHeights, index: number): number {
  const item = items[index];
  return item === undefined ? more : linesOf(item, rowHeight);
}

/**
 * The first item of the window of `height` lines that ends with the item at `index`, all of it visible. Looks only at
 * the items in that window, as all functions here: the list may be long.
 */
function topThatEndsWith(heights: ListHeights, index: number, height: number): number {
  let top = index;
  let lines = linesAt(heights, index);
  while (top > 0 && lines + linesAt(heights, top - 1) <= height) {
    top--;
    lines += linesAt(heights, top);
  }
  return Math.max(0, top);
}

/** The largest index of a first visible item: the window then ends with the list. */
export const lastTopOf = (heights: ListHeights, height: number): number =>
  topThatEndsWith(heights, heights.items.length - 1 + heights.more, height);

/** The first item of the window of `height` lines that contains the item at `index`, with the smallest move from `top`. */
export function topFor(heights: ListHeights, top: number, index: number, height: number): number {
  const last = lastTopOf(heights, height);
  if (index < 0) return Math.min(top, last);
  // The heading above the first task of a group says what it is.
  const above = heights.items[index - 1];
  const first = above !== undefined && isHeading(above) && height > heights.rowHeight ? index - 1 : index;
  // The row below the list comes into view with the last item.
  const end = index === heights.items.length - 1 ? index + heights.more : index;
  if (first < top) return Math.min(first, last);
  return Math.min(Math.max(top, topThatEndsWith(heights, end, height)), last);
}

/** The first visible item after the wheel moved the window by `lines`, at least by one item. */
export function scrolledTop(heights: ListHeights, top: number, lines: number, height: number): number {
  const step = Math.sign(lines);
  let next = top;
  for (let rest = Math.abs(lines); rest > 0; next += step) {
    const passed = step > 0 ? linesAt(heights, next) : linesAt(heights, next - 1);
    if (passed === 0) break;
    rest -= passed;
  }
  return Math.max(0, Math.min(next, lastTopOf(heights, height)));
}

/** The item at a line of the window that begins with the item at `top`, from 0; undefined below the last one. */
export function itemAtLine(heights: ListHeights, top: number, line: number): ListItem | undefined {
  let below = line;
  for (let index = top; index < heights.items.length; index++) {
    below -= linesAt(heights, index);
    if (below < 0) return heights.items[index];
  }
  return undefined;
}

/** The items of which a window of `height` lines from `top` on shows at least one line. */
export function itemsInWindow(heights: ListHeights, top: number, height: number): readonly ListItem[] {
  let end = top;
  for (let lines = 0; lines < height && end < heights.items.length; end++) lines += linesAt(heights, end);
  return heights.items.slice(top, end);
}

/** The index of the item one page, less one item, below (1) or above (-1) the one at `index`; within the list. */
export function pageFrom(heights: ListHeights, index: number, step: 1 | -1, height: number): number {
  const last = heights.items.length - 1;
  let target = Math.max(0, index);
  for (let lines = linesAt(heights, target); target + step >= 0 && target + step <= last; target += step) {
    lines += linesAt(heights, target + step);
    if (lines > height) break;
  }
  // At least one item, on the smallest screen, too.
  return target === index ? Math.max(0, Math.min(last, index + step)) : target;
}

/** Whether the items take more lines than the window has. */
export const isScrollable = (heights: ListHeights, height: number): boolean => lastTopOf(heights, height) > 0;
