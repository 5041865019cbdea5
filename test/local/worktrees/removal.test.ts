import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { addRemote, addSubmodule, LOCAL_SUBMODULES } from '../../support/git-repository.ts';
import { exists, type WorktreeFixture, worktreeFixture } from './worktree-fixture.ts';

interface Situation {
  readonly name: string;
  readonly options?: Parameters<typeof worktreeFixture>[0];
  readonly arrange: (fixture: WorktreeFixture) => unknown;
  /** Parts of the refusal; missing: it is removed. */
  readonly refusal?: readonly (string | RegExp)[];
  readonly remarks?: readonly (string | RegExp)[];
  readonly deletesBranch?: boolean;
  readonly after?: (fixture: WorktreeFixture) => void;
}

const sleeper = async (directory: string): Promise<ChildProcess> => {
  const child = spawn('sleep', ['600'], { cwd: directory, stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await new Promise((resolve) => child.once('spawn', resolve));
  return child;
};

const SITUATIONS: readonly Situation[] = [
  {
    name: 'a clean one',
    arrange: () => undefined,
    remarks: ['The branch taskdeck/fix-it-1a2b stays.'],
    after: ({ row, repository, branch, worktree }) => {
      expect(row()).toMatchObject({ state: 'removed', branch, owns_branch: 1 });
      expect(repository.git('branch', '--list', branch)).toContain(branch);
      expect(repository.git('worktree', 'list')).not.toContain(worktree.root);
      expect(existsSync(path.dirname(path.dirname(worktree.root)))).toBe(true);
      expect(existsSync(path.dirname(worktree.root))).toBe(false);
    },
  },
  {
    name: 'changed, staged, renamed and deleted files',
    arrange: ({ worktree }) => {
      worktree.commit({ 'a b.txt': 'a\n', 'b.txt': 'b\n' });
      worktree.write('kept.txt', 'changed');
      worktree.write('staged.txt', 'new');
      worktree.git('add', 'staged.txt');
      worktree.git('mv', 'a b.txt', 'new name.txt');
      worktree.git('rm', '--quiet', 'b.txt');
      rmSync(path.join(worktree.root, 'gone.txt'));
    },
    refusal: [
      /^5 files have changes that are not committed: /mu,
      'kept.txt',
      'staged.txt',
      'new name.txt',
      'b.txt',
      'gone.txt',
    ],
  },
  {
    name: 'an untracked file, though a setting hides it from git status',
    arrange: ({ worktree }) => {
      worktree.git('config', 'status.showUntrackedFiles', 'no');
      worktree.write('notes/idea.txt', 'idea');
    },
    refusal: ['1 file is untracked: notes/idea.txt.'],
  },
  {
    name: 'ignored files',
    arrange: ({ worktree }) => {
      worktree.write('debug.log', 'log');
      worktree.write('out/a/b.js', 'b');
    },
    remarks: ['Deletes 2 ignored files and directories: debug.log, out/.'],
  },
  {
    name: 'changes of files that git does not look at',
    arrange: ({ worktree }) => {
      worktree.commit({ 'same.txt': 'same\n' });
      worktree.git('update-index', '--assume-unchanged', 'kept.txt', 'same.txt');
      worktree.git('update-index', '--skip-worktree', 'gone.txt');
      worktree.write('kept.txt', 'secret');
      worktree.write('gone.txt', 'secret');
    },
    refusal: ['2 changed files are hidden from git status: gone.txt, kept.txt.'],
  },
  {
    name: 'commits of a detached HEAD',
    arrange: ({ worktree }) => {
      worktree.git('checkout', '--quiet', '--detach');
      worktree.commit({ 'own.txt': 'own' }, 'Only here');
    },
    refusal: [/No branch, tag or remote branch has these commits: [0-9a-f]{10} Only here\./u],
  },
  {
    name: 'commits of a detached HEAD that was left again, by now only in the reflog',
    arrange: ({ worktree, branch }) => {
      worktree.git('checkout', '--quiet', '--detach');
      worktree.commit({ 'own.txt': 'own' }, 'Left behind');
      worktree.git('checkout', '--quiet', branch);
    },
    refusal: ['Left behind'],
  },
  {
    name: 'commits of a branch that the agent deleted',
    arrange: ({ worktree, branch }) => {
      worktree.git('checkout', '--quiet', '-b', 'try');
      worktree.commit({ 'own.txt': 'own' }, 'Tried');
      worktree.git('checkout', '--quiet', branch);
      worktree.git('branch', '--quiet', '-D', 'try');
    },
    refusal: ['Tried'],
  },
  {
    name: 'commits that were amended or rebased on the branch, whose reflog has them',
    arrange: ({ worktree, repository }) => {
      worktree.commit({ 'own.txt': 'own' }, 'Before');
      worktree.git('commit', '--quiet', '--amend', '-m', 'After');
      repository.commit({ 'base.txt': 'base' }, 'Base moves');
      worktree.git('rebase', '--quiet', 'main');
    },
  },
  {
    name: 'a detached HEAD on the commit of a tag',
    arrange: ({ worktree, branch, repository }) => {
      worktree.commit({ 'own.txt': 'own' }, 'Tagged');
      worktree.git('tag', 'kept');
      worktree.git('checkout', '--quiet', '--detach');
      repository.git('branch', '--quiet', '-D', branch);
    },
  },
  {
    name: 'a detached HEAD on the commit of a remote branch',
    options: { prepare: (repository) => void addRemote(repository) },
    arrange: ({ worktree, branch, repository }) => {
      worktree.commit({ 'own.txt': 'own' }, 'Pushed');
      worktree.git('push', '--quiet', 'origin', 'HEAD:refs/heads/elsewhere');
      worktree.git('checkout', '--quiet', '--detach');
      repository.git('branch', '--quiet', '-D', branch);
    },
  },
  {
    name: 'a stash, which the repository keeps',
    arrange: ({ worktree }) => {
      worktree.write('kept.txt', 'stashed');
      worktree.git('stash', '--quiet');
    },
    after: ({ repository }) => expect(repository.git('stash', 'list')).not.toBe(''),
  },
  {
    name: 'a lock',
    arrange: ({ worktree, repository }) =>
      repository.git('worktree', 'lock', '--reason', 'on a stick', worktree.root),
    refusal: ['The worktree is locked (on a stick). Unlock it with git worktree unlock.'],
  },
  {
    name: 'a submodule with its files',
    options: { prepare: (repository) => void addSubmodule(repository) },
    arrange: ({ worktree }) => worktree.git(...LOCAL_SUBMODULES, 'submodule', '--quiet', 'update', '--init'),
    refusal: ['It has submodules with repositories: library.'],
  },
  {
    name: 'a submodule without files',
    options: { prepare: (repository) => void addSubmodule(repository) },
    arrange: () => undefined,
  },
  {
    name: 'a process with its directory inside',
    arrange: ({ worktree }) => {
      mkdirSync(path.join(worktree.root, 'out'));
      return sleeper(path.join(worktree.root, 'out'));
    },
    refusal: [/Processes work in this directory: sleep \(pid \d+\)\. End them first\./u],
  },
  {
    name: 'a merge in progress',
    arrange: ({ worktree, repository }) => {
      worktree.commit({ 'kept.txt': 'ours\n' });
      repository.commit({ 'kept.txt': 'theirs\n' });
      expect(() => worktree.git('merge', '--quiet', 'main')).toThrow();
    },
    refusal: ['A merge is in progress.', 'kept.txt'],
  },
  {
    name: 'a bisection in progress',
    arrange: ({ worktree }) => worktree.git('bisect', 'start'),
    refusal: ['A bisect is in progress. Finish or abort it first.'],
  },
  {
    name: 'repositories and worktrees inside, ignored or not',
    arrange: ({ worktree }) => {
      worktree.git('init', '--quiet', 'out/deep/clone');
      worktree.git('worktree', 'add', '--quiet', '--detach', 'out/tree');
      worktree.git('init', '--quiet', 'nested');
      worktree.in(path.join(worktree.root, 'nested')).commit({ 'a.txt': 'a' });
    },
    refusal: ['1 file is untracked: nested/.', 'out/deep/clone', 'out/tree'],
  },
  {
    name: 'a directory that the user has deleted: only its entry goes',
    arrange: ({ worktree, repository }) => {
      const other = path.join(path.dirname(repository.root), 'other');
      repository.git('worktree', 'add', '--quiet', '--detach', other);
      rmSync(other, { recursive: true });
      rmSync(worktree.root, { recursive: true });
    },
    remarks: [/is gone\. Only git's entry of it is removed\./u],
    after: ({ row, repository, worktree }) => {
      expect(row().state).toBe('removed');
      const listed = repository.git('worktree', 'list');
      expect(listed).not.toContain(worktree.root);
      expect(listed).toContain('prunable');
    },
  },
  {
    name: 'a directory that the user has deleted, with commits that only git’s entry has',
    arrange: ({ worktree }) => {
      worktree.git('checkout', '--quiet', '--detach');
      worktree.commit({ 'own.txt': 'own' }, 'Only here');
      rmSync(worktree.root, { recursive: true });
    },
    refusal: [/is gone, and no branch has its commit [0-9a-f]{10} Only here/u],
  },
  {
    name: 'a worktree that the user has moved with git',
    arrange: ({ worktree, repository }) =>
      repository.git('worktree', 'move', worktree.root, path.join(path.dirname(repository.root), 'mine')),
    refusal: [/The worktree was moved to .*mine\. Use git there\./u],
  },
  {
    name: 'a worktree that the user has moved by hand: nothing of it is deleted',
    arrange: ({ worktree, repository }) => {
      worktree.write('new.txt', 'new');
      renameSync(worktree.root, path.join(path.dirname(repository.root), 'mine'));
    },
    after: ({ repository }) =>
      expect(readFileSync(path.join(path.dirname(repository.root), 'mine/new.txt'), 'utf8')).toBe('new'),
  },
  {
    name: 'a directory that the user has replaced with a clone',
    arrange: ({ worktree, repository }) => {
      rmSync(worktree.root, { recursive: true });
      cpSync(repository.root, worktree.root, { recursive: true });
    },
    refusal: [/is no longer a worktree of/u],
  },
  {
    name: 'a directory that the user has replaced with a symbolic link',
    arrange: ({ worktree, repository }) => {
      rmSync(worktree.root, { recursive: true });
      symlinkSync(repository.root, worktree.root);
    },
    refusal: [/is no longer the directory that taskdeck made/u],
    after: ({ repository }) => expect(existsSync(path.join(repository.root, 'kept.txt'))).toBe(true),
  },
  {
    name: 'a worktree whose repository was moved',
    arrange: ({ repository }) => {
      renameSync(repository.root, `${repository.root}-moved`);
      mkdirSync(path.join(repository.root, '.git/worktrees/fix-it-1a2b'), { recursive: true });
    },
    refusal: [/git cannot read .*\. If the repository was moved, run git worktree repair .* there\./u],
  },
  {
    name: 'another branch, to which the agent switched',
    arrange: ({ worktree }) => {
      worktree.git('checkout', '--quiet', '-b', 'better');
      worktree.commit({ 'own.txt': 'own' });
    },
    remarks: ['The branch better stays, with 1 commit that main does not have.'],
    after: ({ row, repository }) => {
      expect(row()).toMatchObject({ branch: 'better', owns_branch: 0 });
      expect(repository.git('branch')).toContain('better');
    },
  },
  {
    name: 'a branch that the agent has renamed',
    arrange: ({ worktree }) => worktree.git('branch', '--move', 'better'),
    after: ({ row }) => expect(row()).toMatchObject({ branch: 'better', owns_branch: 0 }),
  },
  {
    name: 'a repository and a path with blanks, below a symbolic link',
    options: {
      name: 'my 仓库',
      parent: (repository) => {
        const target = path.join(path.dirname(repository.root), 'real state');
        const link = path.join(path.dirname(repository.root), 'state link');
        mkdirSync(target);
        symlinkSync(target, link);
        return link;
      },
    },
    arrange: () => undefined,
  },
  {
    name: 'its merged branch too',
    deletesBranch: true,
    arrange: ({ worktree, repository, branch }) => {
      worktree.commit({ 'own.txt': 'own' });
      repository.git('merge', '--quiet', branch);
      repository.git('config', `branch.${branch}.remote`, 'origin');
    },
    after: ({ repository, branch }) => {
      expect(repository.git('branch')).not.toContain(branch);
      expect(repository.git('config', '--list')).not.toContain(branch);
    },
  },
  {
    name: 'the branch of a squash merge, which its base does not have',
    deletesBranch: true,
    arrange: ({ worktree, repository, branch }) => {
      worktree.commit({ 'own.txt': 'own' });
      repository.git('merge', '--quiet', '--squash', branch);
      repository.git('commit', '--quiet', '-m', 'Squashed');
    },
    refusal: [/does not have all commits of the branch/u],
  },
  {
    name: 'a branch whose base was deleted',
    options: { base: 'side', prepare: (repository) => void repository.git('branch', 'side') },
    deletesBranch: true,
    arrange: ({ repository }) => repository.git('branch', '-D', 'side'),
    refusal: [/does not have all commits of the branch/u],
  },
  {
    name: 'a branch that taskdeck did not make',
    deletesBranch: true,
    arrange: ({ chats, chatId }) => chats.chats.worktrees.update(chatId, { owns_branch: 0 }),
    refusal: [/taskdeck did not make it/u],
  },
  {
    name: 'a worktree while a turn of its chat runs',
    arrange: ({ chats, chatId }) => chats.send(chatId, 'Go'),
    refusal: ['A turn of the chat is running.'],
  },
  {
    name: 'a worktree in which a turn of another chat runs',
    arrange: ({ chats, worktree }) => chats.create({ directory: worktree.root, title: 'Neighbour' }),
    refusal: [/Turns of other chats run there: Neighbour \(/u],
  },
];

describe('the user removes', () => {
  it.each(SITUATIONS)(
    '$name',
    async ({ options, arrange, refusal, remarks = [], deletesBranch = false, after }) => {
      const fixture = worktreeFixture(options);
      await arrange(fixture);
      const existed = exists(fixture);
      const offer = await fixture.offer('remove');
      for (const part of remarks) expect(offer.remarks).toMatch(part);
      const result = await fixture.finish('remove', { deletesBranch });
      if (refusal === undefined) {
        expect(offer.reasons).toBe('');
        expect(result).toMatch(/^Removed the worktree/u);
        expect(exists(fixture)).toBe(false);
      } else {
        for (const part of refusal) expect(result).toMatch(part);
        expect(fixture.row().state).toBe('made');
        expect(exists(fixture)).toBe(existed);
      }
      after?.(fixture);
    },
  );
});

describe('between the question and the answer', () => {
  it('a new file stops the removal', async () => {
    const fixture = worktreeFixture();
    expect((await fixture.offer('remove')).reasons).toBe('');
    fixture.worktree.write('late.txt', 'late');
    expect(await fixture.finish('remove')).toMatch('late.txt');
    expect(exists(fixture)).toBe(true);
  });

  it('a file that the closing agent writes stops the removal', async () => {
    const fixture = worktreeFixture();
    const { runtime } = fixture.chats;
    runtime.holdsCloses = true;
    const finished = fixture.finish('remove');
    await expect.poll(() => runtime.closes.length).toBe(1);
    fixture.worktree.write('last words.txt', 'bye');
    runtime.closes[0]?.();
    expect(await finished).toMatch('last words.txt');
  });

  it('a message waits until a removal that it stops has ended, then its turn begins', async () => {
    const fixture = worktreeFixture();
    const { chats, chatId } = fixture;
    chats.runtime.holdsCloses = true;
    const finished = fixture.finish('remove');
    await expect.poll(() => chats.runtime.closes.length).toBe(1);
    chats.send(chatId, 'Go on');
    expect(await fixture.finish('push')).toMatch('A turn of the chat is running.');
    expect(chats.runtime.turns).toHaveLength(0);
    chats.runtime.closes[0]?.();
    expect(await finished).toMatch('A turn of the chat is running.');
    expect(exists(fixture)).toBe(true);
    expect(chats.runtime.turns).toHaveLength(1);
  });
});

describe('the list of worktrees', () => {
  it('keeps those of archived and deleted chats, and forgets those whose directory is gone', async () => {
    const fixture = worktreeFixture();
    const { chats, chatId, finishing, worktree } = fixture;
    const { signal } = new AbortController();
    worktree.write('new.txt', 'new');
    chats.local.archive(chatId, true);
    expect(await finishing.entries(signal)).toMatchObject([{ chat_id: chatId, archived: true }]);
    await chats.local.remove(chatId, signal);
    await finishing.forgetVanished();
    expect(await finishing.entries(signal)).toMatchObject([
      { chat_id: null, archived: false, path: worktree.root, reasons: ['1 file is untracked: new.txt.'] },
    ]);
    rmSync(worktree.root, { recursive: true });
    expect(await finishing.entries(signal)).toEqual([]);
    await finishing.forgetVanished();
    expect(chats.chats.worktrees.all()).toEqual([]);
    expect(fixture.repository.git('worktree', 'list')).not.toContain(worktree.root);
  });
});
