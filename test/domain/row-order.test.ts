import { describe, expect, it } from 'vitest';
import {
  nextSort,
  parseSort,
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
  phase: 'paused',
  needsYou: false,
  pinOrder: 0,
  ...about,
});

describe('a sort', () => {
  const rows = [
    row('a', { title: 'task 10', since: NOON - MINUTE, createdAt: NOON, phase: 'working' }),
    row('b', { title: 'Task 9', since: NOON, createdAt: NOON - 2 * MINUTE }),
    row('c', { title: 'alpha', since: NOON - 3 * MINUTE, createdAt: NOON - MINUTE, needsYou: true }),
    row('d', { title: 'zeta', since: NOON - 2 * MINUTE, createdAt: NOON - 3 * MINUTE, needsYou: true }),
  ];

  it.each([
    ['activity', 'badc'],
    ['name', 'cbad'],
    ['created', 'acbd'],
    ['phase', 'dcab'],
  ] as const)('by %s', (sort, order) => {
    expect(sortedIds(rows, sort).join('')).toBe(order);
  });

  it.each(SORT_KEYS)('by %s keeps the order of equal rows', (sort) => {
    const equal = ['x', 'a', 'm'].map((id) => row(id, { title: 'same' }));
    expect(sortedIds(equal, sort)).toEqual(['x', 'a', 'm']);
  });

  it.each([
    ['activity', 'cdab'],
    ['name', 'dabc'],
    ['created', 'dbca'],
    ['phase', 'badc'],
  ] as const)('by %s the other way round', (sort, order) => {
    expect(sortedIds(rows, sort, true).join('')).toBe(order);
  });

  it('has unknown times last in both directions', () => {
    const unknown = [row('x', { since: 0, createdAt: 0 }), ...rows];
    for (const isReversed of [false, true])
      for (const sort of ['activity', 'created'] as const)
        expect(sortedIds(unknown, sort, isReversed).at(-1)).toBe('x');
  });

  it('by phase has those that need the user first, then those that work, then the others by urgency', () => {
    const phases = [
      row('p', { phase: 'paused' }),
      row('f', { phase: 'failed' }),
      row('q', { phase: 'queued' }),
      row('w', { phase: 'working' }),
      row('n', { phase: 'idle', needsYou: true }),
      row('i', { phase: 'idle' }),
    ];
    expect(sortedIds(phases, 'phase').join('')).toBe('nwqfip');
  });

  it('by activity has pinned rows first, in their own order; other sorts ignore pins', () => {
    const pinned = [
      rows[0],
      { ...rows[3], pinOrder: 2 },
      rows[1],
      { ...rows[2], pinOrder: 1 },
    ] as SortableRow[];
    expect(sortedIds(pinned, 'activity').join('')).toBe('cdba');
    expect(sortedIds(pinned, 'activity', true).join('')).toBe('cdab');
    expect(sortedIds(pinned, 'name').join('')).toBe('cbad');
  });

  it('cycles with one key', () => {
    expect(SORT_KEYS.map(nextSort)).toEqual(['name', 'created', 'phase', 'activity']);
  });

  it('accepts only its own names', () => {
    expect(['name', 'AGE', null, 3, 'size'].map(parseSort)).toEqual(['name', ...Array(4)]);
  });

  it('reads the earlier name of a stored one', () => {
    expect(parseSort('age')).toBe('created');
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
