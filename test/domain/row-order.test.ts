import { describe, expect, it } from 'vitest';
import {
  isSort,
  nextSort,
  SORT_KEYS,
  type SortableRow,
  sortedIds,
  stableOrder,
} from '../../src/domain/row-order.ts';
import { MINUTE, NOON } from './builders.ts';

const row = (id: string, about: Partial<SortableRow> = {}): SortableRow => ({
  id,
  title: id,
  since: NOON,
  createdAt: NOON,
  group: 'inactive',
  pinOrder: 0,
  ...about,
});

describe('a sort', () => {
  const rows = [
    row('a', { title: 'task 10', since: NOON - MINUTE, createdAt: NOON, group: 'working' }),
    row('b', { title: 'Task 9', since: NOON, createdAt: NOON - 2 * MINUTE }),
    row('c', { title: 'alpha', since: NOON - 3 * MINUTE, createdAt: NOON - MINUTE, group: 'needs-you' }),
    row('d', { title: 'zeta', since: NOON - 2 * MINUTE, createdAt: NOON - 3 * MINUTE, group: 'needs-you' }),
  ];

  it.each([
    ['activity', 'badc'],
    ['name', 'cbad'],
    ['age', 'acbd'],
    ['phase', 'dcab'],
  ] as const)('by %s', (sort, order) => {
    expect(sortedIds(rows, sort).join('')).toBe(order);
  });

  it.each(SORT_KEYS)('by %s keeps the order of equal rows', (sort) => {
    const equal = ['x', 'a', 'm'].map((id) => row(id, { title: 'same' }));
    expect(sortedIds(equal, sort)).toEqual(['x', 'a', 'm']);
  });

  it('by activity has pinned rows first, in their own order; other sorts ignore pins', () => {
    const pinned = [
      rows[0],
      { ...rows[3], pinOrder: 2 },
      rows[1],
      { ...rows[2], pinOrder: 1 },
    ] as SortableRow[];
    expect(sortedIds(pinned, 'activity').join('')).toBe('cdba');
    expect(sortedIds(pinned, 'name').join('')).toBe('cbad');
  });

  it('cycles with one key', () => {
    expect(SORT_KEYS.map(nextSort)).toEqual(['name', 'age', 'phase', 'activity']);
  });

  it('accepts only its own names', () => {
    expect(['age', 'AGE', null, 3, 'size'].map(isSort)).toEqual([true, false, false, false, false]);
  });
});

describe('the stable order', () => {
  const noTask = () => false;

  it('is the same object while the tasks are the same', () => {
    const order = ['a', 'b', 'c'];
    expect(stableOrder(order, ['c', 'a', 'b'], noTask)).toBe(order);
  });

  it('has new tasks at the end', () => {
    expect(stableOrder(['a', 'b'], ['new', 'a', 'newer', 'b'], noTask)).toEqual(['a', 'b', 'new', 'newer']);
  });

  it('has tasks created here on top', () => {
    expect(stableOrder(['a', 'b'], ['mine', 'other', 'a', 'b'], (id) => id === 'mine')).toEqual([
      'mine',
      'a',
      'b',
      'other',
    ]);
  });

  it('loses only removed tasks', () => {
    expect(stableOrder(['a', 'b', 'c'], ['c', 'a'], noTask)).toEqual(['a', 'c']);
    expect(stableOrder(['a'], [], noTask)).toEqual([]);
  });
});
