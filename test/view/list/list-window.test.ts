import { describe, expect, it } from 'vitest';
import type { GroupHeading } from '../../../src/store/list-items.ts';
import {
  itemAtLine,
  itemsInWindow,
  type ListHeights,
  lastTopOf,
  pageFrom,
  scrolledTop,
  topFor,
} from '../../../src/view/list/list-window.ts';
import { makeTask } from '../../domain/builders.ts';

const heading = (key: string): GroupHeading => ({
  kind: 'group',
  key,
  label: key,
  count: 2,
  needYou: 0,
  moved: 0,
  isCollapsed: false,
});
const task = (id: string) => makeTask({ id });

/** Lines: A 0, a 1 2, b 3 4, B 5, c 6 7, d 8 9. */
const items = [heading('A'), task('a'), task('b'), heading('B'), task('c'), task('d')];
const heights: ListHeights = { items, rowHeight: 2, more: 0 };

describe('a window over headings of one line and tasks of two', () => {
  it('contains the selected item, with the smallest move', () => {
    expect(topFor(heights, 0, 2, 5)).toBe(0);
    expect(topFor(heights, 0, 5, 5)).toBe(3);
    expect(topFor(heights, 0, 5, 4)).toBe(4);
    expect(topFor(heights, 5, 2, 4)).toBe(2);
  });

  it('shows the heading above the first task of a group', () => {
    expect(topFor(heights, 4, 4, 4)).toBe(3);
    expect(topFor(heights, 2, 1, 5)).toBe(0);
    // Where the task alone has room, it comes first.
    expect(topFor(heights, 5, 4, 2)).toBe(4);
  });

  it('ends with the list', () => {
    expect(lastTopOf(heights, 100)).toBe(0);
    expect(lastTopOf(heights, 5)).toBe(3);
    expect(topFor(heights, 99, -1, 5)).toBe(3);
    expect(topFor({ ...heights, more: 1 }, 0, 5, 5)).toBe(4);
  });

  it('knows what is drawn at a line', () => {
    expect([0, 1, 2, 3, 4, 5].map((line) => itemAtLine(heights, 2, line))).toEqual([
      items[2],
      items[2],
      items[3],
      items[4],
      items[4],
      items[5],
    ]);
    expect(itemAtLine(heights, 5, 2)).toBeUndefined();
    expect(itemsInWindow(heights, 1, 5)).toEqual(items.slice(1, 4));
    expect(itemsInWindow(heights, 1, 6)).toEqual(items.slice(1, 5));
  });

  it('is turned by the wheel by lines', () => {
    expect(scrolledTop(heights, 0, 3, 4)).toBe(2);
    expect(scrolledTop(heights, 2, -3, 4)).toBe(0);
    expect(scrolledTop(heights, 0, 1, 4)).toBe(1);
    expect(scrolledTop(heights, 3, 3, 4)).toBe(4);
  });

  it('has pages of lines', () => {
    expect(pageFrom(heights, 0, 1, 5)).toBe(2);
    expect(pageFrom(heights, 5, -1, 5)).toBe(3);
    expect(pageFrom(heights, 1, 1, 1)).toBe(2);
    expect(pageFrom(heights, 5, 1, 5)).toBe(5);
    expect(pageFrom(heights, 0, -1, 5)).toBe(0);
  });
});
