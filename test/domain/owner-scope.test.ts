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

describe('the tasks of a list', () => {
  it.each<readonly [string, OwnerScope, string | null, boolean | null]>([
    ['everybody’s', EVERYONE, null, true],
    ['one’s own', MINE, 'Ada', true],
    ['not those of others', MINE, 'bob', false],
    ['is unknown until the user is known', MINE, null, null],
    ['not those of another owner', bobs, 'ada', false],
    ['those of the owner', scopeOfOwner('ADA'), null, true],
  ])('%s', (_, scope, me, expected) => {
    expect(scopeIncludes(scope, adas, me)).toBe(expected);
  });

  it('gives the owner parameter of a request', () => {
    expect([MINE, EVERYONE, bobs, scopeOfOwner('me')].map(ownerParameter)).toEqual(['me', null, 'Bob', 'me']);
  });
});

describe('a stored scope', () => {
  it.each([MINE, EVERYONE, scopeOfOwner('bob')])('is restored: %o', (scope) => {
    expect(parseScopeKey(scopeKey(scope))).toEqual(scope);
  });

  it.each([undefined, null, '', 'owner:', 'nobody', 7, {}])(
    'is the user’s own for anything else: %o',
    (stored) => {
      expect(parseScopeKey(stored)).toEqual(MINE);
    },
  );

  it('ignores the case of the name', () => {
    expect(isSameScope(bobs, scopeOfOwner('bob'))).toBe(true);
    expect(isSameScope(bobs, scopeOfOwner('bobby'))).toBe(false);
    // A user name may equal a scope kind.
    expect(isSameScope(scopeOfOwner('everyone'), EVERYONE)).toBe(false);
    expect(isSameScope(scopeOfOwner('mine'), MINE)).toBe(false);
  });
});
