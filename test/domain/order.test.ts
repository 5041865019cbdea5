import { describe, expect, it } from 'vitest';
import { isSort, keptOrder, type Ranked, SORTS, sortAfter, sorted } from '../../src/domain/order.ts';
import { MINUTE, NOON } from './make.ts';

const row = (id: string, about: Partial<Ranked> = {}): Ranked => ({
  id,
  title: id,
  since: NOON,
  createdAt: NOON,
  group: 'resting',
  ...about,
});

describe('the order that is asked for', () => {
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
    expect(sorted(rows, sort).join('')).toBe(order);
  });

  it.each(SORTS)('by %s leaves equal ones as they came', (sort) => {
    const equal = ['x', 'a', 'm'].map((id) => row(id, { title: 'same' }));
    expect(sorted(equal, sort)).toEqual(['x', 'a', 'm']);
  });

  it('goes round with one key', () => {
    expect(SORTS.map(sortAfter)).toEqual(['name', 'age', 'phase', 'activity']);
  });

  it('knows its own words alone', () => {
    expect(['age', 'AGE', null, 3, 'size'].map(isSort)).toEqual([true, false, false, false, false]);
  });
});

describe('the order while somebody looks', () => {
  const nobody = () => false;

  it('is the very same while the tasks are, however the server lists them', () => {
    const order = ['a', 'b', 'c'];
    expect(keptOrder(order, ['c', 'a', 'b'], nobody)).toBe(order);
  });

  it('has what is new at its end, where it moves nothing', () => {
    expect(keptOrder(['a', 'b'], ['new', 'a', 'newer', 'b'], nobody)).toEqual(['a', 'b', 'new', 'newer']);
  });

  it('has what was made here on top', () => {
    expect(keptOrder(['a', 'b'], ['mine', 'other', 'a', 'b'], (id) => id === 'mine')).toEqual([
      'mine',
      'a',
      'b',
      'other',
    ]);
  });

  it('loses what is gone, and nothing else', () => {
    expect(keptOrder(['a', 'b', 'c'], ['c', 'a'], nobody)).toEqual(['a', 'c']);
    expect(keptOrder(['a'], [], nobody)).toEqual([]);
  });
});
