import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { addRemote, type GitRepository } from '../../support/git-repository.ts';
import { failingHook, type WorktreeFixture, worktreeFixture } from './worktree-fixture.ts';

interface Situation {
  readonly name: string;
  readonly action: 'merge' | 'rebase';
  readonly options?: Parameters<typeof worktreeFixture>[0];
  readonly arrange: (fixture: WorktreeFixture) => unknown;
  /** Parts of the result. */
  readonly result: readonly (string | RegExp)[];
  /** Whether the reasons name it before. Default: what the result says. */
  readonly isForeseen?: boolean;
  /** Text that the result does not have. */
  readonly without?: string;
  readonly after?: (fixture: WorktreeFixture) => void;
}

/** All that a refused or aborted action must leave as it is. */
const stateOf = ({ repository, worktree }: WorktreeFixture) =>
  [repository, worktree].map((each) => [
    each.git('status', '--porcelain', '--branch', '--untracked-files=all'),
    each.id(),
    each.git('for-each-ref', 'refs/heads', 'refs/remotes'),
    each.git('stash', 'list'),
  ]);

const contentOf = ({ root }: GitRepository, name: string) => readFileSync(path.join(root, name), 'utf8');

const withCommit = ({ worktree }: WorktreeFixture) => worktree.commit({ 'own.txt': 'own' }, 'Own');

const withConflict = (fixture: WorktreeFixture) => {
  fixture.worktree.commit({ 'kept.txt': 'ours\n' });
  fixture.repository.commit({ 'kept.txt': 'theirs\n' });
};

const MERGED = 'Merged 1 commit of taskdeck/fix-it-1a2b into main in ';

const SITUATIONS: readonly Situation[] = [
  {
    name: 'into a base that has moved, in its working tree, beside files that are not in the way',
    action: 'merge',
    arrange: (fixture) => {
      withCommit(fixture);
      fixture.repository.commit({ 'base.txt': 'base' });
      fixture.repository.write('notes.txt', 'notes');
      fixture.repository.write('debug.log', 'log');
    },
    result: [MERGED],
    after: ({ repository }) => {
      expect(contentOf(repository, 'own.txt')).toBe('own');
      expect(contentOf(repository, 'notes.txt')).toBe('notes');
    },
  },
  {
    name: 'though the user’s settings stop each merge before its commit',
    action: 'merge',
    arrange: (fixture) => {
      withCommit(fixture);
      fixture.repository.commit({ 'base.txt': 'base' });
      fixture.repository.git('config', 'branch.main.mergeOptions', '--no-commit');
    },
    result: [MERGED],
    after: ({ repository }) => expect(repository.git('status', '--porcelain')).toBe(''),
  },
  {
    name: 'by name, while files are not committed',
    action: 'merge',
    arrange: (fixture) => {
      withCommit(fixture);
      fixture.worktree.write('kept.txt', 'changed');
      fixture.worktree.write('new.txt', 'new');
    },
    result: ['1 file has changes that are not committed: kept.txt.', '1 file is untracked: new.txt.'],
  },
  {
    name: 'a base whose working tree is dirty',
    action: 'merge',
    arrange: (fixture) => {
      withCommit(fixture);
      fixture.repository.write('gone.txt', 'changed');
    },
    result: [/main is checked out in .*work, which has changes that are not committed: gone\.txt\./u],
  },
  {
    name: 'with a conflict, which is aborted and said',
    action: 'merge',
    arrange: withConflict,
    result: [
      'The branch was not merged.',
      /Conflicts in kept\.txt\. The merge was aborted; .* is as before\./u,
    ],
    isForeseen: false,
  },
  {
    name: 'with a hook that fails, and its words',
    action: 'merge',
    arrange: (fixture) => {
      withCommit(fixture);
      fixture.repository.commit({ 'base.txt': 'base' });
      failingHook(fixture, 'pre-merge-commit');
    },
    result: ['The merge was aborted', 'The hook pre-merge-commit says no.'],
    isForeseen: false,
  },
  {
    name: 'over an ignored file of the user, which git would overwrite',
    action: 'merge',
    arrange: ({ worktree, repository }) => {
      worktree.write('secret.log', 'of the agent');
      worktree.git('add', '--force', 'secret.log');
      worktree.git('commit', '--quiet', '-m', 'Add it');
      repository.write('secret.log', 'of the user');
    },
    result: [/would overwrite files in .*work that are not tracked: secret\.log\./u],
    after: ({ repository }) => expect(contentOf(repository, 'secret.log')).toBe('of the user'),
  },
  {
    name: 'over an untracked file of the user',
    action: 'merge',
    arrange: (fixture) => {
      withCommit(fixture);
      fixture.repository.write('own.txt', 'of the user');
    },
    result: ['own.txt'],
  },
  {
    name: 'a base that is checked out nowhere, by a fast-forward',
    action: 'merge',
    arrange: (fixture) => {
      withCommit(fixture);
      fixture.repository.git('checkout', '--quiet', '-b', 'other');
    },
    result: [MERGED],
    after: ({ repository, worktree }) => {
      expect(repository.id('main')).toBe(worktree.id());
      expect(existsSync(path.join(repository.root, 'own.txt'))).toBe(false);
    },
  },
  {
    name: 'a base that is checked out nowhere and has moved',
    action: 'merge',
    arrange: (fixture) => {
      withCommit(fixture);
      fixture.repository.commit({ 'base.txt': 'base' });
      fixture.repository.git('checkout', '--quiet', '-b', 'other');
    },
    result: ['main is checked out nowhere, and has 1 commit of its own. Rebase first, or check it out.'],
  },
  {
    name: 'a base that was deleted',
    action: 'merge',
    options: { base: 'side', prepare: (repository) => void repository.git('branch', 'side') },
    arrange: (fixture) => {
      withCommit(fixture);
      fixture.repository.git('branch', '-D', 'side');
    },
    result: ['The base side does not exist any more.'],
  },
  {
    name: 'a base that is a remote branch',
    action: 'merge',
    options: { base: 'origin/main', prepare: (repository) => void addRemote(repository) },
    arrange: withCommit,
    result: ['The base origin/main is no local branch.'],
  },
  {
    name: 'a branch without commits of its own',
    action: 'merge',
    arrange: () => undefined,
    result: ['main has all commits of taskdeck/fix-it-1a2b already.'],
  },
  {
    name: 'a detached HEAD',
    action: 'merge',
    arrange: (fixture) => {
      fixture.worktree.git('checkout', '--quiet', '--detach');
      withCommit(fixture);
    },
    result: ['HEAD of the worktree is on no branch.'],
  },
  {
    name: 'while the base has a merge in progress',
    action: 'merge',
    arrange: (fixture) => {
      withCommit(fixture);
      const { repository } = fixture;
      repository.git('checkout', '--quiet', '-b', 'other', 'HEAD~1');
      repository.commit({ 'other.txt': 'other' });
      repository.git('checkout', '--quiet', 'main');
      repository.git('merge', '--quiet', '--no-commit', 'other');
    },
    result: [/A merge is in progress in .*work\./u],
  },
  {
    name: 'while an agent works in the working tree of the base',
    action: 'merge',
    arrange: (fixture) => {
      withCommit(fixture);
      fixture.chats.create({ directory: fixture.repository.root, title: 'Neighbour' });
    },
    result: ['Turns of other chats run there: Neighbour'],
  },
  {
    name: 'the branch to which the agent switched',
    action: 'merge',
    arrange: (fixture) => {
      fixture.worktree.git('checkout', '--quiet', '-b', 'better');
      withCommit(fixture);
    },
    result: ['Merged 1 commit of better into main'],
  },
  {
    name: 'onto a base that has moved',
    action: 'rebase',
    arrange: (fixture) => {
      withCommit(fixture);
      fixture.worktree.write('debug.log', 'log');
      fixture.repository.commit({ 'base.txt': 'base' });
    },
    result: ['Rebased 1 commit of taskdeck/fix-it-1a2b onto main.'],
    after: ({ worktree, repository }) => {
      expect(worktree.id('HEAD~1')).toBe(repository.id('main'));
      expect(contentOf(worktree, 'debug.log')).toBe('log');
    },
  },
  {
    name: 'onto a remote branch',
    action: 'rebase',
    options: { base: 'origin/main', prepare: (repository) => void addRemote(repository) },
    arrange: (fixture) => {
      withCommit(fixture);
      fixture.repository.commit({ 'base.txt': 'base' });
      fixture.repository.git('push', '--quiet');
    },
    result: ['Rebased 1 commit of taskdeck/fix-it-1a2b onto origin/main.'],
  },
  {
    name: 'with a conflict, which is aborted and said',
    action: 'rebase',
    arrange: withConflict,
    result: [
      'The branch was not rebased.',
      /Conflicts in kept\.txt\. The rebase was aborted; .* is as before\./u,
    ],
    isForeseen: false,
  },
  {
    name: 'with a hook that fails',
    action: 'rebase',
    arrange: (fixture) => {
      withCommit(fixture);
      fixture.repository.commit({ 'base.txt': 'base' });
      failingHook(fixture, 'pre-rebase');
    },
    result: ['The hook pre-rebase says no.'],
    isForeseen: false,
  },
  {
    name: 'over an ignored file, which git would overwrite',
    action: 'rebase',
    arrange: (fixture) => {
      withCommit(fixture);
      fixture.worktree.write('secret.log', 'of the agent');
      fixture.repository.write('secret.log', 'of the base');
      fixture.repository.git('add', '--force', 'secret.log');
      fixture.repository.git('commit', '--quiet', '-m', 'Add it');
    },
    result: ['The rebase would overwrite ignored files: secret.log.'],
    after: ({ worktree }) => expect(contentOf(worktree, 'secret.log')).toBe('of the agent'),
  },
  {
    name: 'while files are not committed, though a setting would stash them',
    action: 'rebase',
    arrange: (fixture) => {
      withCommit(fixture);
      fixture.repository.commit({ 'base.txt': 'base' });
      fixture.repository.git('config', 'rebase.autoStash', 'true');
      fixture.worktree.write('kept.txt', 'changed');
    },
    result: ['1 file has changes that are not committed: kept.txt.'],
  },
  {
    name: 'a branch that has all of its base',
    action: 'rebase',
    arrange: withCommit,
    result: ['taskdeck/fix-it-1a2b has all commits of main already.'],
  },
  {
    name: 'when the directory is gone',
    action: 'rebase',
    arrange: (fixture) => rmSync(fixture.worktree.root, { recursive: true }),
    result: [/is gone\. The next turn makes it again\./u],
  },
];

describe.each(['merge', 'rebase'] as const)('the user asks for a %s', (action) => {
  it.each(SITUATIONS.filter((each) => each.action === action))(
    '$name',
    async ({ options, arrange, result, isForeseen = true, without, after }) => {
      const fixture = worktreeFixture(options);
      arrange(fixture);
      const isGone = !existsSync(fixture.worktree.root);
      const before = isGone ? null : stateOf(fixture);
      const { reasons } = await fixture.offer(action);
      const answer = await fixture.finish(action);
      for (const part of result) expect(answer).toMatch(part);
      if (without !== undefined) expect(answer).not.toMatch(without);
      const isRefused = answer.startsWith('The branch was not');
      expect(reasons !== '').toBe(isRefused && isForeseen);
      if (isRefused && isForeseen) for (const part of result) expect(reasons).toMatch(part);
      if (isRefused && !isGone) expect(stateOf(fixture)).toEqual(before);
      after?.(fixture);
    },
  );
});

it('the commands are shown with their directories before they run', async () => {
  const { finishing, chatId, repository, worktree } = worktreeFixture({
    name: 'my work',
    prepare: (made) => void addRemote(made),
  });
  worktree.commit({ 'own.txt': 'own' });
  const { actions } = await finishing.actions(chatId, new AbortController().signal);
  const shown = actions.map(({ steps }) => steps.map(({ command, directory }) => `${directory}: ${command}`));
  const [here, there] = [worktree.root, repository.root];
  const push = `${here}: git push --set-upstream origin taskdeck/fix-it-1a2b`;
  expect(shown).toEqual([
    [`${there}: git merge taskdeck/fix-it-1a2b`],
    [`${here}: git rebase main`],
    [push],
    [push, `${here}: gh pr create --fill --head taskdeck/fix-it-1a2b --base main`],
    [`${there}: git worktree remove '${here}'`],
  ]);
});
