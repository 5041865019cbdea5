import { expect, it } from 'vitest';
import type { Source } from '../../src/domain/ports/source.ts';
import type { WorktreeEntry } from '../../src/domain/worktree.ts';
import { worktreeChecks } from '../../src/script/worktree-checks.ts';
import { makeWorktree } from '../domain/builders.ts';
import { memorySource, unreachable } from '../support/memory-source.ts';

const { signal } = new AbortController();

const entry = (about: Partial<WorktreeEntry> = {}): WorktreeEntry => ({
  ...makeWorktree({ path: '/state/worktrees/auth/fix', ahead: 0 }),
  chatId: null,
  isArchived: false,
  reasons: [],
  ...about,
});

const sourceWith = (worktrees: NonNullable<Source['worktrees']>, directories = true): Source => ({
  ...memorySource('chats', []),
  capabilities: { directories },
  worktrees,
});

const checks = (...entries: readonly WorktreeEntry[]) =>
  worktreeChecks([sourceWith(async () => entries)], signal);

it.each<[string, WorktreeEntry, readonly string[]]>([
  [
    'of a deleted chat, with the command that removes it',
    entry({ path: "/state/it's here/fix", repository: '/home/ada/my auth' }),
    [
      "/state/it's here/fix: its chat is deleted; nothing that main does not have",
      "git -C '/home/ada/my auth' worktree remove '/state/it'\\''s here/fix'",
    ],
  ],
  [
    'of an archived chat, with what is in it',
    entry({ chatId: 'c', isArchived: true, dirty: 2, untracked: 1, ahead: 3 }),
    [
      '/state/worktrees/auth/fix: its chat is archived; 2 modified, 1 untracked, 3 commits ahead of main',
      'git -C /home/ada/auth worktree remove /state/worktrees/auth/fix',
    ],
  ],
  [
    'that would lose something, with the reasons instead of the command',
    entry({ dirty: 1, reasons: ['a.ts is not committed.', 'Process 7 (vim) works in it.'] }),
    [
      '/state/worktrees/auth/fix: its chat is deleted; 1 modified',
      'not safe to remove: a.ts is not committed. Process 7 (vim) works in it.',
    ],
  ],
  [
    'whose reasons are newer than its counts',
    entry({ reasons: ['a.ts is untracked.'] }),
    ['/state/worktrees/auth/fix: its chat is deleted', 'not safe to remove: a.ts is untracked.'],
  ],
])('lists a worktree %s', async (_, worktree, values) => {
  const rows = await checks(worktree);
  expect(rows.map(({ value }) => value)).toEqual(values);
  // It is no fault: the exit code stays.
  expect(rows.every(({ ok, topic }) => ok === null && topic === 'worktrees')).toBe(true);
});

it('leaves out worktrees in use', async () => {
  expect(await checks(entry({ chatId: 'c' }))).toEqual([]);
});

it('asks no server of a deployment', async () => {
  const remote = sourceWith(() => Promise.reject(new Error('It was asked.')), false);
  expect(await worktreeChecks([remote, memorySource('tasks', [])], signal)).toEqual([]);
});

it('reports why they cannot be listed', async () => {
  expect(await worktreeChecks([sourceWith(() => Promise.reject(unreachable()))], signal)).toEqual([
    { topic: 'worktrees', name: 'list', value: 'No route to the chats.', ok: false },
  ]);
});
