import { symlinkSync } from 'node:fs';
import path from 'node:path';
import {
  addFilter,
  addRemote,
  addSubmodule,
  type GitRepository,
  repositoryWithCommit,
} from '../../support/git-repository.ts';

/** A chat to create, in a new repository. */
export interface Situation {
  readonly repository: GitRepository;
  /** Default: the root of the repository. */
  readonly directory?: string;
  readonly worktree?: unknown;
  readonly prompt?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** What the first turn of a row has made. Default: from `main`, of a branch with the words of the prompt. */
interface Made {
  readonly base?: string;
  /** The revision that the branch begins at. Default: the base. */
  readonly at?: string;
  readonly branch?: string | RegExp;
  /** The directory of the agent below the worktree. */
  readonly below?: string;
  /** Contents of files; null: it is not there. */
  readonly files?: Readonly<Record<string, string | null>>;
}

const FILES = { 'kept.txt': 'one\ntwo\n' };

/** Directories in which a chat gets a worktree. */
export const WORKS: readonly (readonly [
  situation: string,
  arrange: () => Situation & { readonly made?: Made },
])[] = [
  [
    'the root of a repository: from its branch, with the words of the prompt',
    () => ({ repository: repositoryWithCommit(), made: { files: FILES } }),
  ],
  [
    'a directory below: the agent is in the same one',
    () => {
      const repository = repositoryWithCommit();
      repository.commit({ 'below/deep/a.txt': 'a\n' });
      const directory = path.join(repository.root, 'below/deep');
      return { repository, directory, made: { below: 'below/deep' } };
    },
  ],
  [
    'a path through a symbolic link',
    () => {
      const repository = repositoryWithCommit();
      const link = path.join(path.dirname(repository.root), 'link');
      symlinkSync(repository.root, link);
      return { repository, directory: link };
    },
  ],
  ['blanks and CJK in the path', () => ({ repository: repositoryWithCommit({ name: 'my 仓库 (1)' }) })],
  [
    'another branch than main: HEAD counts, not the default of the remote',
    () => {
      const repository = repositoryWithCommit();
      addRemote(repository);
      repository.git('remote', 'set-head', 'origin', 'main');
      repository.git('checkout', '--quiet', '-b', 'feature/login');
      repository.commit({ 'login.txt': 'x\n' });
      return { repository, made: { base: 'feature/login', files: { 'login.txt': 'x\n' } } };
    },
  ],
  [
    'a detached HEAD: its commit is the base',
    () => {
      const repository = repositoryWithCommit();
      const first = repository.id();
      repository.commit({ 'second.txt': '2\n' });
      repository.git('checkout', '--quiet', '--detach', first);
      return { repository, made: { base: first, at: first, files: { 'second.txt': null } } };
    },
  ],
  [
    'changes that are not committed: they stay where they are',
    () => {
      const repository = repositoryWithCommit();
      repository.write('kept.txt', 'changed\n');
      repository.write('staged.txt', 'staged\n');
      repository.git('add', 'staged.txt');
      repository.write('untracked.txt', 'new\n');
      return {
        repository,
        made: { files: { ...FILES, 'staged.txt': null, 'untracked.txt': null } },
      };
    },
  ],
  [
    'a merge in progress',
    () => {
      const repository = repositoryWithCommit();
      repository.git('checkout', '--quiet', '-b', 'other');
      repository.commit({ 'other.txt': 'x\n' });
      repository.git('checkout', '--quiet', 'main');
      repository.git('merge', '--quiet', '--no-commit', '--no-ff', 'other');
      return { repository, made: { files: { 'other.txt': null } } };
    },
  ],
  [
    'a linked worktree of the user: its HEAD is the base',
    () => {
      const repository = repositoryWithCommit();
      const linked = path.join(path.dirname(repository.root), 'linked');
      repository.git('worktree', 'add', '--quiet', '-b', 'linked', linked);
      repository.in(linked).commit({ 'linked.txt': 'x\n' });
      return {
        repository: repository.in(linked),
        made: { base: 'linked', files: { 'linked.txt': 'x\n' } },
      };
    },
  ],
  [
    'a repository inside another one: only the inner one counts',
    () => {
      const outer = repositoryWithCommit();
      const inner = repositoryWithCommit({
        parent: outer.root,
        name: 'inner',
        home: String(outer.env.HOME),
      });
      return { repository: inner, made: { files: FILES } };
    },
  ],
  [
    'a repository with another one inside: that one is not taken along',
    () => {
      const repository = repositoryWithCommit();
      repositoryWithCommit({ parent: repository.root, name: 'inner', home: String(repository.env.HOME) });
      return { repository, made: { files: { ...FILES, 'inner/kept.txt': null } } };
    },
  ],
  [
    'submodules: their directories are empty',
    () => {
      const repository = repositoryWithCommit();
      addSubmodule(repository);
      return { repository, made: { files: { ...FILES, 'library/kept.txt': null } } };
    },
  ],
  [
    'inside a submodule: its own repository counts',
    () => {
      const repository = repositoryWithCommit();
      addSubmodule(repository);
      return { repository: repository.in(path.join(repository.root, 'library')), made: { files: FILES } };
    },
  ],
  [
    'files that git stores through a filter',
    () => {
      const repository = repositoryWithCommit();
      const content = addFilter(repository);
      return { repository, made: { files: { 'large.bin': content } } };
    },
  ],
  [
    'a prompt without a letter of ASCII',
    () => ({
      repository: repositoryWithCommit(),
      prompt: '修复登录测试',
      made: { branch: /^taskdeck\/(?:[\w-]+-)?[0-9a-f]{4}$/u },
    }),
  ],
  [
    'a prompt that looks like a path and an option',
    () => ({
      repository: repositoryWithCommit(),
      prompt: '--force ../../etc/passwd.lock @{1} ~^:?*[\\',
      made: { branch: /^taskdeck\/force-etc-passwd[\w-]*-[0-9a-f]{4}$/u },
    }),
  ],
  [
    'a very long prompt',
    () => ({
      repository: repositoryWithCommit(),
      prompt: 'word'.repeat(2_000),
      made: { branch: /^taskdeck\/[\w-]{1,80}-[0-9a-f]{4}$/u },
    }),
  ],
  [
    'a branch with a name of its own: no prefix',
    () => ({
      repository: repositoryWithCommit(),
      worktree: { branch: 'fix/日本-login' },
      made: { branch: 'fix/日本-login' },
    }),
  ],
  [
    'an environment of a git hook, which names another repository',
    () => {
      const repository = repositoryWithCommit();
      const other = repositoryWithCommit();
      const env = {
        GIT_DIR: path.join(other.root, '.git'),
        GIT_WORK_TREE: other.root,
        GIT_INDEX_FILE: 'x',
      };
      return { repository, env, made: { files: FILES } };
    },
  ],
  ...(
    [
      ['a branch', 'other', 'other'],
      ['a tag', 'v1', 'v1'],
      ['a branch of a remote', 'origin/other', 'origin/other'],
    ] as const
  ).map(
    ([what, base, at]) =>
      [
        `${what} as the base`,
        () => {
          const repository = repositoryWithCommit();
          repository.git('checkout', '--quiet', '-b', 'other');
          repository.commit({ 'other.txt': 'x\n' });
          repository.git('tag', '-a', '-m', 'One', 'v1');
          addRemote(repository);
          repository.git('checkout', '--quiet', 'main');
          // Git would track the remote's branch, and push to it.
          repository.git('config', 'branch.autoSetupMerge', 'always');
          return { repository, worktree: { base }, made: { base, at, files: { 'other.txt': 'x\n' } } };
        },
      ] as const,
  ),
  [
    'the beginning of a commit id as the base',
    () => {
      const repository = repositoryWithCommit();
      const first = repository.id();
      repository.commit({ 'second.txt': '2\n' });
      return {
        repository,
        worktree: { base: first.slice(0, 10) },
        made: { base: first, at: first, files: { 'second.txt': null } },
      };
    },
  ],
];
