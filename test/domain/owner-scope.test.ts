import { describe, expect, it } from 'vitest';
import {
  EVERYONE,
  isSameScope,
  MINE,
  type OwnerScope,
  parseScopeKey,
  queryOfScope,
  SHARED,
  scopeIncludes,
  scopeKey,
  scopeOfOwner,
  withArchived,
} from '../../src/domain/owner-scope.ts';
import { type ChatFields, makeChat, makeTask } from './builders.ts';

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

  it('are requested by a query', () => {
    expect(
      [MINE, EVERYONE, SHARED, bobs, scopeOfOwner('me'), withArchived(SHARED, true)].map(queryOfScope),
    ).toEqual([
      { owner: 'me' },
      { owner: null },
      { owner: 'me', shared: 'only' },
      { owner: 'Bob' },
      { owner: 'me' },
      { owner: 'me', shared: 'only', archived: true },
    ]);
  });

  it.each<readonly [string, OwnerScope, ChatFields, boolean | null]>([
    ['shared: of another owner', SHARED, { ownerName: 'bob' }, true],
    ['shared: not one’s own', SHARED, { ownerName: 'ada' }, false],
    ['archived: an archived one', withArchived(MINE, true), { archived: true }, true],
    ['archived: no other', withArchived(EVERYONE, true), {}, false],
    ['others: no archived one', EVERYONE, { archived: true }, false],
  ])('chats, %s', (_, scope, about, expected) => {
    expect(scopeIncludes(scope, makeChat(about), 'ada')).toBe(expected);
  });

  it('Tasks are neither shared nor archived', () => {
    expect(scopeIncludes(SHARED, makeTask({ ownerName: 'bob' }), 'ada')).toBe(false);
    expect(scopeIncludes(withArchived(EVERYONE, true), adas, 'ada')).toBe(false);
  });
});

describe('a stored scope', () => {
  it.each([MINE, EVERYONE, SHARED, scopeOfOwner('bob'), withArchived(scopeOfOwner('bob'), true)])(
    'is restored: %o',
    (scope) => {
      expect(parseScopeKey(scopeKey(scope))).toEqual(scope);
    },
  );

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
