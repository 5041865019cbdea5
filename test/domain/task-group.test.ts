import { describe, expect, it } from 'vitest';
import { PHASES } from '../../src/domain/phase.ts';
import { repositoryOf, workPlaceOf } from '../../src/domain/repository.ts';
import { groupKeyOf, groupLabel, PHASES_BY_URGENCY, sortedGroupKeys } from '../../src/domain/task-group.ts';
import { makeChat, makeExtension, makeReport, makeTask, makeWorktree } from './builders.ts';

const task = makeTask({ templateName: 'docker', templateDisplayName: 'Docker', ownerName: 'ada' });

describe('the group of a task', () => {
  it.each([
    ['phase', 'phase idle', 'idle'],
    ['owner', 'owner ada', 'ada'],
    ['template', 'template Docker', 'Docker'],
    ['directory', 'directory ', 'No repository or directory'],
  ] as const)('by %s', (grouping, key, label) => {
    expect(groupKeyOf(task, 'idle', grouping)).toBe(key);
    expect(groupLabel(key)).toBe(label);
  });

  it('of a chat by agent is its program, or the service of Coder', () => {
    const local = makeChat({ extension: makeExtension({ agent: { name: 'Codex', version: '1' } }) });
    expect(groupLabel(groupKeyOf(local, 'idle', 'template'))).toBe('Codex');
    expect(groupLabel(groupKeyOf(makeChat(), 'idle', 'template'))).toBe('Coder Agents');
  });
});

describe('where a task works', () => {
  const link = (uri: string) => makeTask({ state: makeReport({ uri }) });

  it.each([
    ['https://github.com/acme/auth/pull/812', 'github.com/acme/auth'],
    ['https://gitlab.example.test/a/b/c/-/merge_requests/3', 'gitlab.example.test/a/b/c'],
    ['https://git.example.test/acme/auth/tree/main', 'git.example.test/acme/auth'],
    ['https://example.test/report.html', ''],
    ['https://example.test/pull/1', ''],
    ['file:///etc/passwd', ''],
    ['', ''],
  ])('is the repository of the page %s', (uri, expected) => {
    expect(repositoryOf(link(uri))).toBe(expected);
  });

  it('is the repository of a worktree before its directory, and a directory before a page', () => {
    const worktree = makeWorktree({ path: '/w/x', repository: '/src/app/' });
    const inWorktree = makeChat({ extension: makeExtension({ directory: '/w/x', worktree }) });
    expect(workPlaceOf(inWorktree)).toBe('/src/app');
    const inDirectory = makeTask({
      directory: { path: '/src/app', owned: false },
      state: makeReport({ uri: 'https://github.com/acme/auth/pull/812' }),
    });
    expect(workPlaceOf(inDirectory)).toBe('/src/app');
    expect(repositoryOf(inDirectory)).toBe('github.com/acme/auth');
  });

  it('is no directory that taskdeck made for this task alone', () => {
    expect(workPlaceOf(makeTask({ directory: { path: '/tmp/t1', owned: true } }))).toBe('');
  });
});

describe('the order of groups', () => {
  it('is by urgency for phases, of which none is missing', () => {
    expect(new Set(PHASES_BY_URGENCY)).toEqual(new Set(PHASES));
    expect(sortedGroupKeys(['phase paused', 'phase working', 'phase failed', 'phase idle'])).toEqual([
      'phase failed',
      'phase idle',
      'phase working',
      'phase paused',
    ]);
  });

  it('is by name for others, with tasks without one last', () => {
    expect(sortedGroupKeys(['owner bob', 'owner ', 'owner Ada', 'owner b10', 'owner b9'])).toEqual([
      'owner Ada',
      'owner b9',
      'owner b10',
      'owner bob',
      'owner ',
    ]);
  });
});
