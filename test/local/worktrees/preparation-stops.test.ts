import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { workspaceIdOf } from '../../../src/local/agents/model-ids.ts';
import type { WireWorktree } from '../../../src/wire/local-extension.ts';
import { type GitRepository, repositoryWithCommit } from '../../support/git-repository.ts';
import { taggedProcesses } from '../../support/tagged-processes.ts';
import { waitUntil } from '../test-client.ts';
import { untilFile, type WorktreeServer, worktreeServer } from './worktree-server.ts';

/** A repository whose checkouts wait until `go` exists in its directory, while they have written `begun`. */
function slowRepository(kind: 'filter' | 'hook'): GitRepository {
  const repository = repositoryWithCommit();
  const home = path.dirname(repository.root);
  const wait = `touch '${home}/begun'; until test -e '${home}/go'; do sleep 0.05; done`;
  if (kind === 'hook') {
    writeFileSync(path.join(repository.root, '.git/hooks/post-checkout'), `#!/bin/sh\n${wait}\n`, {
      mode: 0o755,
    });
    return repository;
  }
  repository.git('config', 'filter.slow.smudge', `${wait}; cat`);
  repository.commit({ '.gitattributes': 'z.slow filter=slow\n', 'z.slow': 'slow\n' });
  return repository;
}

const interrupt = (server: WorktreeServer, id: string) => server.chats('POST', `/${id}/interrupt`);

/** No process of the chat runs, and a worktree is complete or not there at all. */
async function expectNothingHalf(repository: GitRepository, id: string): Promise<void> {
  await waitUntil('no process', () => taggedProcesses(id).length === 0);
  expect(repository.git('worktree', 'list', '--porcelain')).not.toContain('locked');
}

/** The next message runs in a complete worktree. */
async function expectGoesOn(server: WorktreeServer, repository: GitRepository, id: string): Promise<void> {
  expect((await server.send(id)).status).toBe(200);
  const directory = await server.turn(id);
  const inside = repository.in(directory);
  expect(inside.git('status', '--porcelain')).toBe('');
  expect(inside.git('symbolic-ref', '--short', 'HEAD')).toBe((await server.worktree(id)).branch);
  expect(readFileSync(path.join(directory, 'kept.txt'), 'utf8')).toBe('one\ntwo\n');
  expect(server.turnsOf(id)).toBe(1);
}

const go = ({ root }: GitRepository): void => writeFileSync(path.join(root, '../go'), '');

describe('a turn that is interrupted while', () => {
  test.each(['filter', 'hook'] as const)(
    'a %s of the checkout runs leaves nothing half made',
    async (kind) => {
      const repository = slowRepository(kind);
      const server = await worktreeServer(repository);
      const id = await server.createIn();
      await server.untilStage(id, 'Creating the worktree');
      await untilFile(repository.root, '../begun');
      await interrupt(server, id);
      await server.until(id, 'waiting');
      await expectNothingHalf(repository, id);
      go(repository);
      await expectGoesOn(server, repository, id);
    },
  );

  test('the set-up asks, or runs', async () => {
    const repository = repositoryWithCommit();
    repository.commit({
      '.taskdeck/setup': '#!/bin/sh\ntouch ran; sleep 1000\n',
      '.gitignore': 'ran\n',
    });
    const server = await worktreeServer(repository);
    const id = await server.createIn();
    await server.until(id, 'requires_action');
    const request = await server.request(id);
    await interrupt(server, id);
    await server.until(id, 'waiting');
    expect((await server.answer(id, request, 'run')).status).toBe(409);
    await server.send(id);
    await server.until(id, 'requires_action');
    await server.answer(id, await server.request(id), 'run');
    await untilFile((await server.worktree(id)).path, 'ran');
    await interrupt(server, id);
    await server.until(id, 'waiting');
    await expectNothingHalf(repository, id);
    expect(server.turnsOf(id)).toBe(0);
  });
});

test('a chat that is archived and deleted before its worktree is made leaves no row and no process', async () => {
  const repository = slowRepository('filter');
  const server = await worktreeServer(repository);
  const id = await server.createIn();
  await untilFile(repository.root, '../begun');
  await interrupt(server, id);
  await server.until(id, 'waiting');
  await server.chats('PATCH', `/${id}`, { archived: true });
  expect((await server.chats('DELETE', `/${id}`)).status).toBe(204);
  await expectNothingHalf(repository, id);
  const database = new DatabaseSync(path.join(server.server.stateDir, 'local.db'), { readOnly: true });
  expect(database.prepare('SELECT * FROM worktrees').all()).toEqual([]);
  database.close();
});

describe('the server that ends while', () => {
  test.each(['filter', 'hook'] as const)(
    'a %s of the checkout runs leaves nothing half made',
    async (kind) => {
      const repository = slowRepository(kind);
      const first = await worktreeServer(repository);
      const id = await first.createIn();
      await untilFile(repository.root, '../begun');
      await first.server.close();
      await expectNothingHalf(repository, id);
      go(repository);
      const second = await worktreeServer(repository, {}, { stateDir: first.server.stateDir });
      expect(await second.chat(id)).toMatchObject({ status: 'error' });
      await expectGoesOn(second, repository, id);
    },
  );

  test('the set-up runs ends it, and the next server runs it again', async () => {
    const repository = repositoryWithCommit();
    repository.commit({ '.gitignore': 'count\n' });
    const setUp = 'echo x >> count; test $(wc -l < count) -gt 1 || sleep 1000';
    const first = await worktreeServer(repository, { setUp });
    const id = await first.createIn();
    const { path: directory } = await first.worktree(id);
    await untilFile(directory, 'count');
    await first.server.close();
    await expectNothingHalf(repository, id);
    const second = await worktreeServer(repository, { setUp }, { stateDir: first.server.stateDir });
    await expectGoesOn(second, repository, id);
    expect(readFileSync(path.join(directory, 'count'), 'utf8')).toBe('x\nx\n');
  });
});

describe('a turn finds', () => {
  /** Interrupts the first turn before its worktree is made, and changes things behind the server's back. */
  const planned = async (change: (worktree: WireWorktree, repository: GitRepository) => void) => {
    const repository = slowRepository('filter');
    const server = await worktreeServer(repository);
    const id = await server.createIn();
    await untilFile(repository.root, '../begun');
    await interrupt(server, id);
    await server.until(id, 'waiting');
    go(repository);
    change(await server.worktree(id), repository);
    return { repository, server, id };
  };
  const expectRefused = async (server: WorktreeServer, id: string, words: string): Promise<void> => {
    await server.send(id);
    await server.until(id, 'error');
    expect((await server.chat(id)).last_error).toMatchObject({
      message: 'The worktree of the chat is not ready.',
      detail: expect.stringContaining(words),
    });
    expect(server.turnsOf(id)).toBe(0);
  };

  test.each<[string, (worktree: WireWorktree, repository: GitRepository) => void]>([
    ['only the branch', () => undefined],
    ['no branch', ({ branch }, { git }) => void git('branch', '-D', branch)],
    ['an empty directory', ({ path: directory }) => void mkdirSync(directory, { recursive: true })],
    [
      'a complete worktree that is not stored',
      ({ path: directory, branch }, { git }) => void git('worktree', 'add', '--quiet', directory, branch),
    ],
    [
      'a worktree that git had begun to fill',
      ({ path: directory, branch }, { git, root }) => {
        git('worktree', 'add', '--quiet', '--no-checkout', directory, branch);
        writeFileSync(path.join(directory, 'kept.txt'), 'o');
        const own = path.join(root, '.git/worktrees', path.basename(directory));
        writeFileSync(path.join(own, 'locked'), 'initializing');
        writeFileSync(path.join(own, 'index.lock'), '');
      },
    ],
    [
      'a worktree that git had not begun to fill',
      ({ path: directory }, { git, root }) => {
        git('worktree', 'add', '--quiet', '--no-checkout', '--detach', directory);
        const own = path.join(root, '.git/worktrees', path.basename(directory));
        writeFileSync(path.join(own, 'locked'), 'initializing');
        writeFileSync(path.join(own, 'HEAD'), `${'0'.repeat(40)}\n`);
      },
    ],
    [
      'an entry of git without its directory',
      ({ path: directory, branch }, { git }) => {
        git('worktree', 'add', '--quiet', directory, branch);
        rmSync(directory, { recursive: true });
      },
    ],
  ])('%s, and goes on', async (_what, change) => {
    const { repository, server, id } = await planned(change);
    await expectGoesOn(server, repository, id);
  });

  test('files of a worktree that git has forgotten: it keeps them aside', async () => {
    const { repository, server, id } = await planned(({ path: directory, branch }, { git, root }) => {
      git('worktree', 'add', '--quiet', directory, branch);
      writeFileSync(path.join(directory, 'mine.txt'), 'mine');
      rmSync(path.join(root, '.git/worktrees', path.basename(directory)), { recursive: true });
    });
    await expectGoesOn(server, repository, id);
    const { path: directory } = await server.worktree(id);
    expect(readFileSync(`${directory}-unfinished/mine.txt`, 'utf8')).toBe('mine');
    await waitUntil('notice', async () =>
      JSON.stringify(await server.parts(id)).includes(`${directory}-unfinished`),
    );
  });

  test.each<[string, (worktree: WireWorktree, repository: GitRepository) => void, string]>([
    [
      'files of another program in its place',
      ({ path: directory }) => {
        mkdirSync(directory, { recursive: true });
        writeFileSync(path.join(directory, 'mine.txt'), 'mine');
      },
      'exists, and is no worktree of this chat. Move it away',
    ],
    [
      'its branch checked out elsewhere',
      ({ branch }, { git }) => void git('checkout', '--quiet', branch),
      'is checked out in',
    ],
    [
      'its branch at another commit',
      ({ branch }, { git }) => void git('branch', '--force', branch, 'HEAD~1'),
      'was made by another program meanwhile',
    ],
    [
      'its repository gone',
      (_worktree, { root }) => renameSync(root, `${root}-away`),
      'Bring it back, then send the message again.',
    ],
  ])('%s, and says so without a change', async (_what, change, words) => {
    const { server, id } = await planned(change);
    await expectRefused(server, id, words);
  });

  test('that the user removed a finished worktree: it makes it again from its branch, and says so', async () => {
    const repository = repositoryWithCommit();
    const server = await worktreeServer(repository, { setUp: 'echo set up' });
    const id = await server.createIn();
    const inside = repository.in(await server.turn(id));
    const commit = inside.commit({ 'new.txt': 'new' });
    server.agent(id).finish();
    await server.until(id, 'waiting');
    rmSync(inside.root, { recursive: true });
    await server.send(id);
    await server.turn(id, 2);
    expect(inside.id()).toBe(commit);
    await waitUntil('answer', async () =>
      (await server.parts(id)).some(({ type }) => type === 'hook-notice'),
    );
    const parts = await server.parts(id);
    expect(parts).toContainEqual({ type: 'hook-notice', text: expect.stringContaining('It was made again') });
    await waitUntil(
      'set-up',
      async () => (await server.parts(id)).filter(({ type }) => type === 'tool-call').length === 2,
    );
    // Its chat stays in it.
    const home = workspaceIdOf(repository.root);
    server.agent(id).finish();
    await server.until(id, 'waiting');
    await server.create('Elsewhere', { directory: repository.root });
    const moved = await server.chats('PATCH', `/${id}`, { workspace_id: home });
    expect(moved).toMatchObject({
      status: 409,
      body: { message: 'Cannot change the directory of a chat with a worktree.' },
    });
    await server.send(id);
    await server.turn(id, 3);
    // The agent left it on another branch: the work goes on there.
    inside.git('checkout', '--quiet', '-b', 'other');
    const last = inside.commit({ 'other.txt': 'other' });
    server.agent(id).finish();
    await server.until(id, 'waiting');
    rmSync(inside.root, { recursive: true });
    await server.send(id);
    await server.turn(id, 4);
    expect([inside.git('symbolic-ref', '--short', 'HEAD'), inside.id()]).toEqual(['other', last]);
    // Commits that only the lost directory knew: git's entry of it stays.
    inside.git('checkout', '--quiet', '--detach');
    const detached = inside.commit({ 'lost.txt': 'lost' });
    server.agent(id).finish();
    await server.until(id, 'waiting');
    rmSync(inside.root, { recursive: true });
    await server.send(id);
    await server.until(id, 'error');
    expect((await server.chat(id)).last_error.detail).toContain(detached.slice(0, 7));
    repository.git('branch', 'found', detached);
    await server.send(id);
    await server.turn(id, 5);
    expect(inside.git('symbolic-ref', '--short', 'HEAD')).toBe('other');
    // Without its branch there is nothing to go on from.
    server.agent(id).finish();
    await server.until(id, 'waiting');
    repository.git('worktree', 'remove', inside.root);
    repository.git('branch', '-D', 'other');
    await server.send(id);
    await server.until(id, 'error');
    expect((await server.chat(id)).last_error.detail).toContain('Make the branch again in');
  });
});
