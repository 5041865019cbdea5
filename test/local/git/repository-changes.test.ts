import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { diffStatusOf, repositoryChanges } from '../../../src/local/git/repository-changes.ts';
import { GitError } from '../../../src/local/git/run-git.ts';
import { neverAborted } from '../../api/api-fixture.ts';
import { emptyRepository, type GitRepository, repositoryWithCommit } from '../../support/git-repository.ts';
import { temporaryDirectory } from '../../support/local-server.ts';

const optionsOf = ({ root, env }: GitRepository) => ({ directory: root, env, signal: neverAborted() });

const objectsOf = ({ root }: GitRepository) =>
  readdirSync(path.join(root, '.git', 'objects'), { recursive: true }).toSorted();

describe('the uncommitted changes', () => {
  it('are those of tracked, staged, deleted and new files, and nothing is written', async () => {
    const made = repositoryWithCommit();
    made.write('kept.txt', 'one\nTWO\n');
    made.write('staged.txt', 'staged\n');
    made.git('add', 'staged.txt');
    rmSync(path.join(made.root, 'gone.txt'));
    made.write('new/a b\t".txt', 'new\n');
    made.write('ignored.log', 'no\n');
    made.write('.gitignore', '*.log\n');
    const before = [objectsOf(made), made.git('status', '--porcelain')];
    const changes = await repositoryChanges('uncommitted', optionsOf(made));
    expect(changes).toMatchObject({ root: made.root, branch: 'main', base: '', origin: '', isCut: false });
    expect(changes?.diff).toContain('-two\n+TWO\n');
    expect(changes?.diff).toContain('+staged\n');
    expect(changes?.diff).toContain('deleted file mode');
    expect(changes?.diff).toContain('+++ "b/new/a b\\t\\".txt"');
    expect(changes?.diff).not.toContain('ignored.log b/');
    expect([objectsOf(made), made.git('status', '--porcelain')]).toEqual(before);
  });

  it('are all files before the first commit', async () => {
    const made = emptyRepository();
    made.write('a.txt', 'a\n');
    const changes = await repositoryChanges('uncommitted', optionsOf(made));
    expect(changes?.diff).toContain('+++ b/a.txt\n');
  });

  it('are those of the whole working tree in a directory below', async () => {
    const made = repositoryWithCommit();
    made.write('kept.txt', 'three\n');
    made.write('below/new.txt', 'new\n');
    const directory = path.join(made.root, 'below');
    const changes = await repositoryChanges('uncommitted', { ...optionsOf(made), directory });
    expect(changes?.diff).toContain('+three\n');
    expect(changes?.diff).toContain('+++ b/below/new.txt\n');
  });

  it('end after a whole file when they are too long', async () => {
    const made = repositoryWithCommit();
    made.write('a.txt', 'a\n');
    made.write('b.txt', `${'long line\n'.repeat(400_000)}`);
    const changes = await repositoryChanges('uncommitted', optionsOf(made));
    expect(changes).toMatchObject({ isCut: true });
    expect(changes?.diff).toMatch(/\n\+a\n$/u);
  });
});

describe('the changes against the base', () => {
  it('are those since the branch began, committed or not', async () => {
    const made = repositoryWithCommit();
    made.git('checkout', '--quiet', '-b', 'fix');
    made.write('fixed.txt', 'fixed\n');
    made.git('add', '.');
    made.git('commit', '--quiet', '-m', 'Fix');
    made.write('kept.txt', 'one\nTWO\nthree\n');
    made.git('remote', 'add', 'origin', 'https://ada:secret@git.example/acme/auth.git');
    const changes = await repositoryChanges('base', optionsOf(made));
    expect(changes).toMatchObject({
      branch: 'fix',
      base: 'main',
      origin: 'https://git.example/acme/auth.git',
    });
    expect(changes?.diff).toContain('+fixed\n');
    expect(changes?.diff).toContain('+TWO\n');
    expect(await diffStatusOf(optionsOf(made), () => 7)).toEqual({
      branch: 'fix',
      base: 'main',
      additions: 3,
      deletions: 1,
      changedFiles: 2,
      ahead: 0,
      behind: 0,
      dirty: 1,
      untracked: 0,
      refreshedAt: 7,
    });
  });

  it('count renamed and binary files', async () => {
    const made = repositoryWithCommit();
    made.git('mv', 'kept.txt', 'moved\nfile.txt');
    made.write('image.bin', Buffer.from([0, 1, 2, 0]));
    expect(await diffStatusOf(optionsOf(made), () => 0)).toMatchObject({
      base: '',
      changedFiles: 2,
      additions: 0,
      deletions: 0,
    });
  });
});

it('is null outside of a repository', async () => {
  const directory = temporaryDirectory();
  onTestFinished(directory.remove);
  const options = {
    directory: directory.path,
    env: { ...process.env, GIT_CEILING_DIRECTORIES: path.dirname(directory.path) },
    signal: neverAborted(),
  };
  expect(await repositoryChanges('uncommitted', options)).toBeNull();
  expect(await diffStatusOf(options, () => 0)).toBeNull();
});

it('fails without git, and when it is aborted', async () => {
  const made = repositoryWithCommit();
  await expect(repositoryChanges('base', { ...optionsOf(made), env: { PATH: '/nowhere' } })).rejects.toThrow(
    GitError,
  );
  const signal = AbortSignal.abort(new Error('Stop.'));
  await expect(repositoryChanges('base', { ...optionsOf(made), signal })).rejects.toThrow('Stop.');
});
