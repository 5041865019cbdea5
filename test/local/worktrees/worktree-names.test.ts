import { describe, expect, test } from 'vitest';
import {
  branchFor,
  branchNameFault,
  conflictingBranch,
  parentOf,
  slugOf,
  worktreeDirectoryName,
} from '../../../src/local/worktrees/worktree-names.ts';

describe('the branch of a prompt is named by its first words', () => {
  test.each([
    ['Fix the login', 'fix-the-login'],
    ['  Fix   the\n\nlogin page, please, and the sign-up', 'fix-the-login-page-please'],
    ['--force -rf /', 'force-rf'],
    ['Überprüfe Änderungen in Zürich', 'uberprufe-anderungen-in-zurich'],
    ["Don't break the user’s build", 'dont-break-the-users-build'],
    ['修复登录 page', 'page'],
    ['修复登录', 'chat'],
    ['', 'chat'],
    ['../../etc/passwd', 'etc-passwd'],
    ['a.lock', 'a-lock'],
    ['\u001b[31mred\u202e text', '31mred-text'],
    ['internationalisation of antidisestablishmentarianism', 'internationalisation-of'],
    ['x'.repeat(100_000), 'x'.repeat(40)],
    [`${'word '.repeat(50_000)}`, 'word-word-word-word-word'],
  ])('%j', (prompt, slug) => {
    expect(slugOf(prompt)).toBe(slug);
  });

  test('with the prefix of the settings and random digits', () => {
    expect(branchFor('me/', 'Fix it', '0a1b')).toBe('me/fix-it-0a1b');
    expect(branchFor('', 'Fix it', '0a1b')).toBe('fix-it-0a1b');
  });
});

describe('the directory of a worktree', () => {
  test.each([
    ['taskdeck/fix-it-0a1b', 1, 'fix-it-0a1b'],
    ['feature/login', 1, 'feature-login'],
    ['feature/login', 2, 'feature-login-2'],
    ['功能/登录', 1, 'branch'],
    ['.hidden', 1, 'hidden'],
    ['a b', 1, 'a-b'],
    ['x'.repeat(200), 1, 'x'.repeat(80)],
  ])('of the branch %j, name %i', (branch, number, name) => {
    expect(worktreeDirectoryName(branch, 'taskdeck/', number)).toBe(name);
  });

  test('is below one that belongs to the repository alone', () => {
    expect(parentOf('/w', '/home/me/my 仓库')).toMatch(/^\/w\/my-[0-9a-f]{8}$/u);
    expect(parentOf('/w', '/a/app')).not.toBe(parentOf('/w', '/b/app'));
  });
});

test.each([
  ['fix', null],
  ['feature/登录', null],
  ['', 'is empty'],
  ['-x', 'begins with a hyphen'],
  ['HEAD', 'is a word of git'],
  ['a\nb', 'contains a control character'],
  ['x'.repeat(300), 'is too long'],
  [`a/${'x'.repeat(210)}`, 'is too long'],
])('the branch name %j has the fault %j', (name, fault) => {
  expect(branchNameFault(name)).toBe(fault);
});

describe('a branch conflicts with', () => {
  test.each([
    ['fix', ['main', 'fix'], false, 'fix'],
    ['fix', ['main', 'fix2', 'prefix'], false, null],
    ['taskdeck/fix', ['taskdeck'], false, 'taskdeck'],
    ['a/b', ['a/b/c'], false, 'a/b/c'],
    ['Fix', ['fix'], false, null],
    ['Fix', ['fix'], true, 'fix'],
    ['A/b', ['a'], true, 'a'],
  ])('%j among %j (ignoring case: %j)', (branch, existing, ignoresCase, found) => {
    expect(conflictingBranch(branch, existing, ignoresCase)).toBe(found);
  });
});
