import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { ChatChanges, Task } from '../../../src/domain/task.ts';
import { displayWidth } from '../../../src/domain/text/width.ts';
import type { State } from '../../../src/store/state.ts';
import { signsToAscii } from '../../../src/terminal/ascii.ts';
import { headingLines } from '../../../src/view/detail/detail-lines.ts';
import { headingOf } from '../../../src/view/detail/heading.ts';
import { listLines } from '../../../src/view/list/list-lines.ts';
import { taskWords } from '../../../src/view/list/list-words.ts';
import { makeChat, makeExtension, makeWorktree, NOON } from '../../domain/builders.ts';
import { applyEvents, chatsReceived, emptyState } from '../../store/state-builders.ts';
import { plain } from '../themes.ts';

const LINES: ChatChanges = { url: '', pullRequest: null, additions: 41, deletions: 12, files: 3 };

type Worktree = ReturnType<typeof makeWorktree>;

const AT_REST: Partial<Worktree> = {
  repository: '/home/ada/auth',
  branch: 'taskdeck/fix-the-login-0a1b',
  ahead: 0,
  behind: 0,
  dirty: 0,
  untracked: 0,
};

const inWorktree = (about: Partial<Worktree> = {}, changes: ChatChanges | null = LINES): Task =>
  makeChat({
    id: 'a',
    displayName: 'Fix the login',
    state: null,
    updatedAt: NOON - 60_000,
    changes,
    extension: makeExtension({ worktree: makeWorktree({ ...AT_REST, ...about }) }),
  });

const listed = (task: Task): State => applyEvents(emptyState(), chatsReceived([task]));
const bare = (line: string | undefined): string => stripVTControlCharacters(line ?? '');
const row = (task: Task, width: number): string =>
  bare(listLines(listed(task), plain, width, 5, 0)[0]).replace(/ +complete +1m $/u, '');
const heading = (task: Task, width: number): string =>
  bare(headingLines(headingOf(listed(task), task, width, 20), plain, width)[1]).trimEnd();

const BUSY = { ahead: 2, behind: 1, dirty: 2, untracked: 1 };

describe('the row of a chat in a worktree', () => {
  it.each([
    [32, BUSY, /^▌✔ Fix the … ↑2 ↓1$/u],
    [44, BUSY, /^▌✔ Fix the login ↑2 ↓1 \+41 -12$/u],
    [56, BUSY, /^▌✔ Fix the login +↑2 ↓1 \+41 -12$/u],
    [80, BUSY, /^▌✔ Fix the login +↑2 ↓1 \+41 -12 3 uncommitted/u],
    [120, BUSY, /^▌✔ Fix the login +taskdeck\/fix-the-login-0a1b ↑2 ↓1 \+41 -12 3 uncommitted/u],
    [60, {}, /^▌✔ Fix the login +\+41 -12/u],
    [60, { state: 'removed' }, /^▌✔ Fix the login +\+41 -12 worktree removed$/u],
    [120, { state: 'planned' }, /taskdeck\/fix-the-login-0a1b \+41 -12 worktree planned/u],
  ] as const)('at %d columns has as much of %j as fits', (width, about, shown) => {
    expect(row(inWorktree(about), width)).toMatch(shown);
  });

  it.each([32, 44, 60, 80, 120])('is %d columns wide with any branch', (width) => {
    for (const branch of [
      '修复/登录页面的错误'.repeat(4),
      '👩‍👩‍👧‍👦/x',
      'a'.repeat(300),
      'evil\u001b[2J\u202e\n\u0007name',
    ])
      for (const about of [BUSY, { state: 'removed' }, { ahead: 12_345 }]) {
        const [line = ''] = listLines(listed(inWorktree({ ...about, branch })), plain, width, 5, 0);
        expect(displayWidth(line)).toBe(width);
        expect(bare(line)).not.toMatch(/[\u0000-\u001f\u007f\u202e]/u);
      }
  });
});

describe('the heading of a chat in a worktree', () => {
  it('has branch, commits, changes and files, then the repository', () => {
    const task = inWorktree(BUSY);
    expect(heading(task, 150)).toBe(
      'taskdeck/fix-the-login-0a1b ↑2 ↓1 · +41 -12 in 3 files · 2 modified, 1 untracked · asks first · Fake Agent (1.2.3) · worktree of /home/ada/auth',
    );
    expect(heading(task, 70)).toBe('…x-the-login-0a1b ↑2 ↓1 · +41 -12 in 3 files · 2 modified, 1 untracked');
    expect(heading(task, 44)).toBe('…x-the-login-0a1b ↑2 ↓1 · +41 -12 in 3 files');
    expect(heading(task, 50)).toBe('…eck/fix-the-login-0a1b ↑2 ↓1 · +41 -12 in 3 files');
    expect(signsToAscii(heading(task, 44))).toBe('.x-the-login-0a1b ^2 v1 - +41 -12 in 3 files');
  });

  it('has room for the branch beside its state', () => {
    expect(heading(inWorktree({ state: 'planned' }, null), 40)).toBe(
      'worktree planned · …k/fix-the-login-0a1b',
    );
  });

  it.each([
    ['planned', 'worktree planned'],
    ['removed', 'worktree removed'],
    ['later\u001b[31m', 'worktree later'],
  ])('begins with the state %s', (state, words) => {
    expect(heading(inWorktree({ state }, null), 120)).toMatch(new RegExp(`^${words} · taskdeck/`, 'u'));
  });

  it('shows no control characters of a branch', () => {
    const shown = heading(inWorktree({ branch: 'evil\u001b[2J\u009b31m\nname' }), 120);
    expect(shown).toContain('name');
    expect(shown).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/u);
  });
});

describe('the screen reader', () => {
  it('says the same in words', () => {
    const task = inWorktree(BUSY);
    expect(taskWords(listed(task), task)).toContain(
      'branch taskdeck/fix-the-login-0a1b, 2 commits ahead of main, 1 behind, +41 -12 in 3 files, 2 modified, 1 untracked',
    );
    const behind = inWorktree({ behind: 1, base: '1a2b3c4d5e6f708192a3b4c5d6e7f80912a3b4c5' });
    expect(taskWords(listed(behind), behind)).toContain('1 commit behind 1a2b3c4,');
    const removed = inWorktree({ state: 'removed' });
    expect(taskWords(listed(removed), removed)).toContain('worktree removed, branch ');
  });
});
