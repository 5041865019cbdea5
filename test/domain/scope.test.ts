import { describe, expect, it } from 'vitest';
import {
  EVERYONE,
  holds,
  isSameScope,
  MINE,
  ownedBy,
  ownerOf,
  type Scope,
  scopeFrom,
  scopeKey,
} from '../../src/domain/scope.ts';
import { makeTask } from './make.ts';

const bobs: Scope = ownedBy('Bob');
const adas = makeTask({ ownerName: 'ada' });

describe('whose tasks a list holds', () => {
  it.each<readonly [string, Scope, string | null, boolean | null]>([
    ['everybody’s', EVERYONE, null, true],
    ['one’s own', MINE, 'Ada', true],
    ['not those of others', MINE, 'bob', false],
    ['nobody knows before it is known who one is', MINE, null, null],
    ['not those of another owner', bobs, 'ada', false],
    ['those of the owner', ownedBy('ADA'), null, true],
  ])('%s', (_, scope, me, expected) => {
    expect(holds(scope, adas, me)).toBe(expected);
  });

  it('is what the server is asked for', () => {
    expect([MINE, EVERYONE, bobs, ownedBy('me')].map(ownerOf)).toEqual(['me', null, 'Bob', 'me']);
  });
});

describe('a scope as it is kept', () => {
  it.each([MINE, EVERYONE, ownedBy('bob')])('comes back: %o', (scope) => {
    expect(scopeFrom(scopeKey(scope))).toEqual(scope);
  });

  it.each([undefined, null, '', 'owner:', 'nobody', 7, {}])('is one’s own for anything else: %o', (kept) => {
    expect(scopeFrom(kept)).toEqual(MINE);
  });

  it('is the same however the name is written', () => {
    expect(isSameScope(bobs, ownedBy('bob'))).toBe(true);
    expect(isSameScope(bobs, ownedBy('bobby'))).toBe(false);
    // A user may be called as a scope is.
    expect(isSameScope(ownedBy('everyone'), EVERYONE)).toBe(false);
    expect(isSameScope(ownedBy('mine'), MINE)).toBe(false);
  });
});
