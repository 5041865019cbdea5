import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { addRemote, type GitRepository } from '../../support/git-repository.ts';
import { failingHook, type WorktreeFixture, worktreeFixture } from './worktree-fixture.ts';

interface Situation {
  readonly name: string;
  readonly action: 'push' | 'pull-request';
  readonly options?: Parameters<typeof worktreeFixture>[0];
  readonly arrange?: (fixture: WorktreeFixture) => unknown;
  readonly result: readonly (string | RegExp)[];
  readonly remarks?: string;
  readonly after?: (fixture: WorktreeFixture) => void;
}

const withRemote = { prepare: (repository: GitRepository) => void addRemote(repository) };

const remoteIn = ({ repository }: WorktreeFixture, name = 'origin') =>
  repository.in(path.join(path.dirname(repository.root), `${name}.git`));

const isPushed = (fixture: WorktreeFixture, remote = 'origin') =>
  remoteIn(fixture, remote).git('for-each-ref', `refs/heads/${fixture.branch}`) !== '';

/** Puts a program `gh` on the PATH of the chat; it records its arguments. */
const withGh = ({ repository, script }: WorktreeFixture, end: string): void => {
  const directory = path.dirname(repository.root);
  script(path.join(directory, 'bin/gh'), `printf '%s\n' "$@" > '${directory}/gh.txt'\n${end}`);
  Object.assign(repository.env, { PATH: `${directory}/bin:${repository.env.PATH}` });
};

const SITUATIONS: readonly Situation[] = [
  {
    name: 'to origin, and the branch follows it',
    action: 'push',
    options: withRemote,
    arrange: ({ worktree }) => worktree.write('new.txt', 'new'),
    remarks: 'Does not push 1 file with changes that are not committed: new.txt.',
    result: ['Pushed taskdeck/fix-it-1a2b.'],
    after: (fixture) => {
      expect(isPushed(fixture)).toBe(true);
      expect(fixture.worktree.git('rev-parse', '--abbrev-ref', '@{upstream}')).toBe(
        'origin/taskdeck/fix-it-1a2b',
      );
    },
  },
  {
    name: 'to the remote of the base',
    action: 'push',
    options: {
      prepare: (repository) => {
        addRemote(repository, 'origin');
        addRemote(repository, 'team');
      },
    },
    result: ['Pushed'],
    after: (fixture) => expect([isPushed(fixture, 'team'), isPushed(fixture)]).toEqual([true, false]),
  },
  {
    name: 'to the remote that a setting of git names',
    action: 'push',
    options: {
      prepare: (repository) => {
        addRemote(repository, 'fork');
        addRemote(repository, 'origin');
        repository.git('config', 'remote.pushDefault', 'fork');
      },
    },
    result: ['Pushed'],
    after: (fixture) => expect([isPushed(fixture, 'fork'), isPushed(fixture)]).toEqual([true, false]),
  },
  {
    name: 'without a remote',
    action: 'push',
    result: ['The branch was not pushed.', 'The repository has no remote.'],
  },
  {
    name: 'with two remotes, of which none is the one',
    action: 'push',
    options: {
      prepare: (repository) => {
        addRemote(repository, 'one');
        addRemote(repository, 'two');
        repository.git('branch', '--unset-upstream');
      },
    },
    result: ['The repository has no origin, but one, two. Set remote.pushDefault.'],
  },
  {
    name: 'and the server refuses it',
    action: 'push',
    options: withRemote,
    arrange: (fixture) => {
      fixture.worktree.git('push', '--quiet', 'origin', 'HEAD');
      fixture.worktree.git('commit', '--quiet', '--allow-empty', '--amend', '-m', 'Other');
      remoteIn(fixture).git('config', 'receive.denyNonFastForwards', 'true');
    },
    result: ['The branch was not pushed.', '(non-fast-forward)'],
  },
  {
    name: 'and a hook fails',
    action: 'push',
    options: withRemote,
    arrange: (fixture) => failingHook(fixture, 'pre-push'),
    result: ['The branch was not pushed.', 'The hook pre-push says no.'],
    after: (fixture) => expect(isPushed(fixture)).toBe(false),
  },
  {
    name: 'from a detached HEAD',
    action: 'push',
    options: withRemote,
    arrange: ({ worktree }) => worktree.git('checkout', '--quiet', '--detach'),
    result: ['HEAD of the worktree is on no branch.'],
  },
  {
    name: 'and gets its URL',
    action: 'pull-request',
    options: withRemote,
    arrange: (fixture) => {
      fixture.worktree.commit({ 'own.txt': 'own' });
      withGh(fixture, 'echo "Creating" >&2; echo https://git.example/acme/auth/pull/7');
    },
    result: [/^Created the pull request https:\/\/git\.example\/acme\/auth\/pull\/7$/u],
    after: (fixture) => {
      expect(isPushed(fixture)).toBe(true);
      const recorded = path.join(path.dirname(fixture.repository.root), 'gh.txt');
      expect(readFileSync(recorded, 'utf8').split('\n').slice(0, -1)).toEqual([
        ...['pr', 'create', '--fill', '--head', 'taskdeck/fix-it-1a2b', '--base', 'main'],
      ]);
    },
  },
  {
    name: 'to the branch of a remote base',
    action: 'pull-request',
    options: { ...withRemote, base: 'origin/main' },
    arrange: (fixture) => {
      fixture.worktree.commit({ 'own.txt': 'own' });
      withGh(fixture, '[ "$7" = main ] && echo https://git.example/8');
    },
    result: ['https://git.example/8'],
  },
  {
    name: 'and gh fails after the push',
    action: 'pull-request',
    options: withRemote,
    arrange: (fixture) => {
      fixture.worktree.commit({ 'own.txt': 'own' });
      withGh(fixture, 'echo "a pull request exists" >&2; exit 1');
    },
    result: [
      'The pull request was not created.',
      'This step was done: git push --set-upstream origin taskdeck/fix-it-1a2b',
      'a pull request exists',
    ],
  },
  {
    name: 'without gh',
    action: 'pull-request',
    options: withRemote,
    arrange: ({ worktree, repository }) => {
      worktree.commit({ 'own.txt': 'own' });
      const only = path.join(path.dirname(repository.root), 'git-only');
      mkdirSync(only);
      symlinkSync(execFileSync('which', ['git'], { encoding: 'utf8' }).trim(), path.join(only, 'git'));
      Object.assign(repository.env, { PATH: only });
    },
    result: ['gh is not on the PATH of this chat. Install GitHub CLI.'],
    after: (fixture) => expect(isPushed(fixture)).toBe(false),
  },
  {
    name: 'without commits',
    action: 'pull-request',
    options: withRemote,
    arrange: (fixture) => withGh(fixture, 'exit 1'),
    result: ['main has all commits of taskdeck/fix-it-1a2b already.'],
    after: (fixture) => expect(isPushed(fixture)).toBe(false),
  },
];

describe.each(['push', 'pull-request'] as const)('the user asks for a %s', (action) => {
  it.each(SITUATIONS.filter((each) => each.action === action))(
    '$name',
    async ({ options, arrange, result, remarks = '', after }) => {
      const fixture = worktreeFixture(options);
      arrange?.(fixture);
      expect((await fixture.offer(action)).remarks).toMatch(remarks);
      const answer = await fixture.finish(action);
      for (const part of result) expect(answer).toMatch(part);
      after?.(fixture);
    },
  );
});
