import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { bareRepository, emptyRepository, repositoryWithCommit } from '../../support/git-repository.ts';
import type { Situation } from './worktree-situations.ts';

const asBase = (base: unknown) => ({ repository: repositoryWithCommit(), worktree: { base } });
const asBranch = (branch: unknown) => ({ repository: repositoryWithCommit(), worktree: { branch } });

/** Worktrees that are refused, the field of the request that is named, and the detail. */
export const REFUSED: readonly (readonly [
  situation: string,
  field: 'worktree' | 'base' | 'branch',
  detail: RegExp,
  arrange: () => Situation,
])[] = [
  [
    'outside of a repository',
    'worktree',
    /is in no git repository/u,
    () => {
      const repository = repositoryWithCommit();
      const directory = path.join(path.dirname(repository.root), 'outside');
      mkdirSync(directory);
      return { repository, directory };
    },
  ],
  [
    'a bare repository',
    'worktree',
    /is a bare repository/u,
    () => {
      const repository = repositoryWithCommit();
      return { repository, directory: bareRepository(repository).root };
    },
  ],
  [
    'the directory of git in a repository',
    'worktree',
    /belongs to git itself/u,
    () => {
      const repository = repositoryWithCommit();
      return { repository, directory: path.join(repository.root, '.git') };
    },
  ],
  [
    'a repository without a commit',
    'worktree',
    /without commits/u,
    () => ({ repository: emptyRepository() }),
  ],
  [
    'without git',
    'worktree',
    /Cannot find git/u,
    () => ({ repository: repositoryWithCommit(), env: { PATH: '/nowhere' } }),
  ],
  [
    'a repository of another user',
    'worktree',
    /dubious ownership/u,
    () => ({ repository: repositoryWithCommit(), env: { GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' } }),
  ],
  [
    'a directory that the base does not have',
    'worktree',
    /no directory new/u,
    () => {
      const repository = repositoryWithCommit();
      repository.write('new/a.txt', 'a\n');
      return { repository, directory: path.join(repository.root, 'new') };
    },
  ],
  ['a number', 'worktree', /./u, () => ({ repository: repositoryWithCommit(), worktree: 7 })],
  ['an unknown base', 'base', /nowhere/u, () => asBase('nowhere')],
  ['a base like an option', 'base', /--force/u, () => asBase('--force')],
  ['a base that is a directory', 'base', /HEAD:/u, () => asBase('HEAD:')],
  ['a base that is a range', 'base', /main\.\.main/u, () => asBase('main..main')],
  ['a base that is a number', 'worktree', /./u, () => asBase(7)],
  ['a branch that exists', 'branch', /branch main exists/u, () => asBranch('main')],
  [
    'a branch that exists and is checked out nowhere',
    'branch',
    /branch old exists/u,
    () => {
      const repository = repositoryWithCommit();
      repository.git('branch', 'old');
      return { repository, worktree: { branch: 'old' } };
    },
  ],
  ['a branch below one that exists', 'branch', /branch main exists/u, () => asBranch('main/below')],
  [
    'a branch above one that exists',
    'branch',
    /branch fix\/one exists/u,
    () => {
      const repository = repositoryWithCommit();
      repository.git('branch', 'fix/one');
      return { repository, worktree: { branch: 'fix' } };
    },
  ],
  [
    'a branch of the user with the name of the prefix',
    'branch',
    /branch taskdeck exists/u,
    () => {
      const repository = repositoryWithCommit();
      repository.git('branch', 'taskdeck');
      return { repository };
    },
  ],
  ...[
    'a..b',
    '-x',
    '--force',
    'a b',
    'a\nb',
    'HEAD',
    '@',
    'a.lock',
    '/a',
    'a//b',
    '../../a',
    '@{-1}',
    '\u0000',
  ].map(
    (name) =>
      [
        `the branch ${JSON.stringify(name)}`,
        'branch',
        /branch name|git allows no branch/u,
        () => asBranch(name),
      ] as const,
  ),
  ['a branch that is a number', 'worktree', /./u, () => asBranch(7)],
];
