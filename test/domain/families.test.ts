import { expect, it } from 'vitest';
import { arrangeRows, familiesOf, NO_FAMILIES, reuseUnchangedFamilies } from '../../src/domain/families.ts';
import { makeChat, makeTask } from './builders.ts';

const chat = (id: string, parentId: string | null = null) => makeChat({ id, parentId });
const tasks = [chat('c', 'a'), chat('b'), chat('d', 'a'), makeTask({ id: 't' }), chat('a'), chat('e', 'd')];
const families = familiesOf(tasks);

it('a sub-agent belongs to its topmost listed parent', () => {
  expect(Object.fromEntries(families.rootIds)).toEqual({ c: 'a', d: 'a', e: 'a' });
  expect(Object.fromEntries(families.childIds)).toEqual({ a: ['c', 'd', 'e'] });
});

it.each([
  ['no sub-agents', [chat('a'), makeTask({ id: 't' })]],
  ['a parent that is not listed', [chat('a', 'gone')]],
  ['its own parent', [chat('a', 'a'), chat('b')]],
  ['a cycle', [chat('a', 'b'), chat('b', 'c'), chat('c', 'b')]],
])('%s: no families', (_, listed) => {
  expect(familiesOf(listed)).toBe(NO_FAMILIES);
});

it.each([
  ['folded', ['c', 'b', 't', 'a', 'd', 'e'], new Set<string>(), 'bta'],
  ['unfolded, in the order of the rows', ['d', 'b', 't', 'a', 'e', 'c'], new Set(['a']), 'btadec'],
  ['others unfolded', ['a', 'c', 'b'], new Set(['b']), 'ab'],
  ['matches: the parent of a match has a row where its first match is', ['b', 'd', 't', 'c'], null, 'badct'],
  ['matches: a matching parent decides about the place', ['c', 'b', 'a'], null, 'bac'],
])('rows as a tree: %s', (_, ids, unfolded, rows) => {
  expect(arrangeRows(ids, families, unfolded).join('')).toBe(rows);
});

it('equal families are the same object', () => {
  expect(reuseUnchangedFamilies(families, familiesOf([...tasks]))).toBe(families);
  const other = familiesOf(tasks.toSpliced(0, 1));
  expect(reuseUnchangedFamilies(families, other)).toBe(other);
});
