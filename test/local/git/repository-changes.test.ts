import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { diffStatusOf, repositoryChanges } from '../../../src/local/git/repository-changes.ts';
import { GitError } from '../../../src/local/git/run-git.ts';
import { neverAborted } from '../../api/api-fixture.ts';
import { temporaryDirectory } from '../../support/local-server.ts';

interface Repository {
  readonly root: string;
  readonly git: (...args: readonly string[]) => string;
  readonly write: (name: string, text: string | Buffer) => void;
  readonly options: { directory: string; env: NodeJS.ProcessEnv; signal: AbortSignal };
}

/** An empty repository on the branch `main`, until the current test ends. */
function repository(): Repository {
  const directory = temporaryDirectory();
  onTestFinished(directory.remove);
  const root = path.join(directory.path, 'work');
  mkdirSync(root);
  const env = {
    PATH: process.env.PATH,
    HOME: directory.path,
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.com',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@example.com',
  };
  const git = (...args: readonly string[]) => execFileSync('git', args, { cwd: root, env, encoding: 'utf8' });
  git('init', '--quiet', '--initial-branch=main');
  return {
    root,
    git,
    write: (name, text) => {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), text);
    },
    options: { directory: root, env, signal: neverAborted() },
  };
}

function withCommit(): Repository {
  const made = repository();
  made.write('kept.txt', 'one\ntwo\n');
  made.write('gone.txt', 'bye\n');
  made.git('add', '.');
  made.git('commit', '--quiet', '-m', 'First');
  return made;
}

const objectsOf = ({ root }: Repository) =>
  readdirSync(path.join(root, '.git', 'objects'), { recursive: true }).toSorted();

describe('the uncommitted changes', () => {
  it('are those of tracked, staged, deleted and new files, and nothing is written', async () => {
    const made = withCommit();
    made.write('kept.txt', 'one\nTWO\n');
    made.write('staged.txt', 'staged\n');
    made.git('add', 'staged.txt');
    rmSync(path.join(made.root, 'gone.txt'));
    made.write('new/a b\t".txt', 'new\n');
    made.write('ignored.log', 'no\n');
    made.write('.gitignore', '*.log\n');
    const before = [objectsOf(made), made.git('status', '--porcelain')];
    const changes = await repositoryChanges('uncommitted', made.options);
    expect(changes).toMatchObject({ root: made.root, branch: 'main', base: '', origin: '', isCut: false });
    expect(changes?.diff).toContain('-two\n+TWO\n');
    expect(changes?.diff).toContain('+staged\n');
    expect(changes?.diff).toContain('deleted file mode');
    expect(changes?.diff).toContain('+++ "b/new/a b\\t\\".txt"');
    expect(changes?.diff).not.toContain('ignored.log b/');
    expect([objectsOf(made), made.git('status', '--porcelain')]).toEqual(before);
  });

  it('are all files before the first commit', async () => {
    const made = repository();
    made.write('a.txt', 'a\n');
    const changes = await repositoryChanges('uncommitted', made.options);
    expect(changes?.diff).toContain('+++ b/a.txt\n');
  });

  it('are those of the whole working tree in a directory below', async () => {
    const made = withCommit();
    made.write('kept.txt', 'three\n');
    made.write('below/new.txt', 'new\n');
    const directory = path.join(made.root, 'below');
    const changes = await repositoryChanges('uncommitted', { ...made.options, directory });
    expect(changes?.diff).toContain('+three\n');
    expect(changes?.diff).toContain('+++ b/below/new.txt\n');
  });

  it('end after a whole file when they are too long', async () => {
    const made = withCommit();
    made.write('a.txt', 'a\n');
    made.write('b.txt', `${'long line\n'.repeat(400_000)}`);
    const changes = await repositoryChanges('uncommitted', made.options);
    expect(changes).toMatchObject({ isCut: true });
    expect(changes?.diff).toMatch(/\n\+a\n$/u);
  });
});

describe('the changes against the base', () => {
  it('are those since the branch began, committed or not', async () => {
    const made = withCommit();
    made.git('checkout', '--quiet', '-b', 'fix');
    made.write('fixed.txt', 'fixed\n');
    made.git('add', '.');
    made.git('commit', '--quiet', '-m', 'Fix');
    made.write('kept.txt', 'one\nTWO\nthree\n');
    made.git('remote', 'add', 'origin', 'https://ada:secret@git.example/acme/auth.git');
    const changes = await repositoryChanges('base', made.options);
    expect(changes).toMatchObject({
      branch: 'fix',
      base: 'main',
      origin: 'https://git.example/acme/auth.git',
    });
    expect(changes?.diff).toContain('+fixed\n');
    expect(changes?.diff).toContain('+TWO\n');
    expect(await diffStatusOf(made.options, () => 7)).toEqual({
      branch: 'fix',
      base: 'main',
      additions: 3,
      deletions: 1,
      changedFiles: 2,
      refreshedAt: 7,
    });
  });

  it('count renamed and binary files', async () => {
    const made = withCommit();
    made.git('mv', 'kept.txt', 'moved\nfile.txt');
    made.write('image.bin', Buffer.from([0, 1, 2, 0]));
    expect(await diffStatusOf(made.options, () => 0)).toMatchObject({
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
  const made = withCommit();
  await expect(repositoryChanges('base', { ...made.options, env: { PATH: '/nowhere' } })).rejects.toThrow(
    GitError,
  );
  const signal = AbortSignal.abort(new Error('Stop.'));
  await expect(repositoryChanges('base', { ...made.options, signal })).rejects.toThrow('Stop.');
});
