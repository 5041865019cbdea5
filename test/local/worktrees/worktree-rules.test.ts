import { describe, expect, it } from 'vitest';
import { overwrittenFiles } from '../../../src/local/worktrees/merge-facts.ts';
import { remoteOf } from '../../../src/local/worktrees/push-facts.ts';
import { named, shellWord } from '../../../src/local/worktrees/sentences.ts';

describe('files that new files of a merge would overwrite', () => {
  it.each([
    { name: 'the same file', added: ['a'], present: ['a'], overwritten: ['a'] },
    { name: 'no other file', added: ['a'], present: ['ab', 'b/a', 'c/'], overwritten: [] },
    { name: 'a file in place of a directory', added: ['a'], present: ['a/b/c'], overwritten: ['a/b/c'] },
    { name: 'a file in place of an ignored directory', added: ['a'], present: ['a/'], overwritten: ['a/'] },
    { name: 'a directory in place of a file', added: ['a/b/c'], present: ['a/b'], overwritten: ['a/b'] },
    {
      name: 'a file in an ignored directory',
      added: ['a/b/there'],
      present: ['a/'],
      overwritten: ['a/b/there'],
    },
    { name: 'no missing file in an ignored directory', added: ['a/b/new'], present: ['a/'], overwritten: [] },
  ])('$name', ({ added, present, overwritten }) => {
    expect(overwrittenFiles(added, present, (path) => path.endsWith('there'))).toEqual(overwritten);
  });
});

describe('the remote of a push', () => {
  const branch = { kind: 'branch', name: 'main' } as const;
  it.each([
    {
      name: 'is that of the base',
      base: branch,
      remotes: ['origin', 'team'],
      config: { 'branch.main.remote': 'team' },
      remote: 'team',
    },
    {
      name: 'is not the repository itself',
      base: branch,
      remotes: ['origin', 'team'],
      config: { 'branch.main.remote': '.' },
      remote: 'origin',
    },
    {
      name: 'is the one that the user prefers',
      base: branch,
      remotes: ['origin', 'fork'],
      config: { 'remote.pushdefault': 'fork' },
      remote: 'fork',
    },
    {
      name: 'is that of a remote branch, also with slashes',
      base: { kind: 'remote', name: 'my/team/main' } as const,
      remotes: ['my', 'my/team'],
      config: {},
      remote: 'my/team',
    },
    { name: 'is the only one', base: branch, remotes: ['team'], config: {}, remote: 'team' },
    { name: 'is unknown among others', base: branch, remotes: ['a', 'b'], config: {}, remote: null },
  ])('$name', ({ base, remotes, config, remote }) => {
    expect(remoteOf(base, remotes, new Map(Object.entries(config)))).toBe(remote);
  });
});

it('a sentence names 20 files, and the number of the others', () => {
  const names = Array.from({ length: 23 }, (_, index) => `f${index}`);
  expect(named(names)).toBe(`${names.slice(0, 20).join(', ')} and 3 more`);
});

it('commands are quoted as in a shell', () => {
  expect(['a-b/c.d', 'a b', "it's", ''].map(shellWord)).toEqual(['a-b/c.d', "'a b'", "'it'\\''s'", "''"]);
});
