import { describe, expect, it } from 'vitest';
import {
  EVERYONE,
  isSameScope,
  MINE,
  type OwnerScope,
  ownerParameter,
  parseScopeKey,
  scopeIncludes,
  scopeKey,
  scopeOfOwner,
} from '../../src/domain/owner-scope.ts';
import { makeTask } from './builders.ts';

const bobs: OwnerScope = scopeOfOwner('Bob');
const adas = makeTask({ ownerName: 'ada' });

describe('whose tasks a list holds', () => {
  it.each<readonly [string, OwnerScope, string | null, boolean | null]>([
    ['everybody’s', EVERYONE, null, true],
    ['one’s own', MINE, 'Ada', true],
    ['not those of others', MINE, 'bob', false],
    ['nobody knows before it is known who one is', MINE, null, null],
    ['not those of another owner', bobs, 'ada', false],
    ['those of the owner', scopeOfOwner('ADA'), null, true],
  ])('%s', (_, scope, me, expected) => {
    expect(scopeIncludes(scope, adas, me)).toBe(expected);
  });

  it('is what the server is asked for', () => {
    expect([MINE, EVERYONE, bobs, scopeOfOwner('me')].map(ownerParameter)).toEqual(['me', null, 'Bob', 'me']);
  });
});

describe('a scope as it is kept', () => {
  it.each([MINE, EVERYONE, scopeOfOwner('bob')])('comes back: %o', (scope) => {
    expect(parseScopeKey(scopeKey(scope))).toEqual(scope);
  });

  it.each([undefined, null, '', 'owner:', 'nobody', 7, {}])('is one’s own for anything else: %o', (kept) => {
    expect(parseScopeKey(kept)).toEqual(MINE);
  });

  it('is the same however the name is written', () => {
    expect(isSameScope(bobs, scopeOfOwner('bob'))).toBe(true);
    expect(isSameScope(bobs, scopeOfOwner('bobby'))).toBe(false);
    // A user may be called as a scope is.
    expect(isSameScope(scopeOfOwner('everyone'), EVERYONE)).toBe(false);
    expect(isSameScope(scopeOfOwner('mine'), MINE)).toBe(false);
  });
});
