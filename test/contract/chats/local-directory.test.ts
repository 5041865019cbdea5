import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyRepository } from '../../support/git-repository.ts';
import {
  idleChat,
  type LocalChatsServer,
  startLocalChats,
  words,
} from '../../support/local-chats/start-local-chats.ts';

const UNKNOWN = '6f0c1c1e-6f1b-4a38-9a55-0000000000ff';

describe('the directory', () => {
  it('is the real path of the given one, and the workspace of the chat', async () => {
    const server = await startLocalChats();
    const link = path.join(server.directory, 'link');
    const real = path.join(server.directory, 'real');
    mkdirSync(real);
    symlinkSync(real, link);
    const id = await server.create('Fix it', { directory: link });
    const chat = (await server.chats('GET', `/${id}`)).body;
    expect(chat.directory).toBe(real);
    expect(server.scripted.turns[0]?.directory).toBe(real);
    const workspace = `/api/v2/workspaces/${chat.workspace_id}`;
    expect((await server.call('GET', workspace)).body).toMatchObject({
      id: chat.workspace_id,
      name: 'real',
      latest_build: { status: 'running' },
    });
    for (const transition of ['start', 'stop'])
      expect(await server.call('POST', `${workspace}/builds`, { transition })).toMatchObject({
        status: 400,
        body: { message: 'A directory cannot be stopped.' },
      });
    const other = await server.create('Again', { directory: undefined, workspace_id: chat.workspace_id });
    expect((await server.chats('GET', `/${other}`)).body.directory).toBe(real);
    const { body } = await server.chats('GET', `/by-workspace?workspace_ids=${chat.workspace_id},${UNKNOWN}`);
    expect(body).toEqual({ [chat.workspace_id]: other });
    rmSync(real, { recursive: true });
    expect((await server.call('GET', workspace)).body.latest_build.status).toBe('deleted');
  });

  it('is the home directory of a client that sends none', async () => {
    const server = await startLocalChats();
    const id = await server.create('Fix it', { directory: undefined });
    expect((await server.chats('GET', `/${id}`)).body.directory).toBe(server.directory);
  });

  it.each([
    ['a relative path', () => 'work', 'it must be an absolute path'],
    ['a missing one', (root: string) => path.join(root, 'no'), 'it does not exist'],
    [
      'a file',
      (root: string) => {
        writeFileSync(path.join(root, 'file'), '');
        return path.join(root, 'file');
      },
      'it is not a directory',
    ],
    ['a number', () => 7, 'it must be an absolute path'],
  ])('is refused: %s', async (_, directory, detail) => {
    const server = await startLocalChats();
    const answer = await server.chats('POST', '', {
      organization_id: server.organizationId,
      ...words('Fix it'),
      directory: directory(server.directory),
    });
    expect(answer).toMatchObject({
      status: 400,
      body: {
        message: `Unable to use the directory: ${detail}.`,
        validations: [{ field: 'directory', detail }],
      },
    });
    expect((await server.chats('GET', '')).body).toEqual([]);
  });

  it.skipIf(process.getuid?.() === 0)('is refused without access', async () => {
    const server = await startLocalChats();
    const locked = path.join(server.directory, 'locked');
    mkdirSync(locked);
    chmodSync(locked, 0);
    await expect(server.create('Fix it', { directory: locked })).rejects.toThrow('you have no access');
  });

  it('changes by the id of another workspace, while no turn runs', async () => {
    const server = await startLocalChats();
    const id = await idleChat(server);
    const next = path.join(server.directory, 'next');
    mkdirSync(next);
    const other = await server.create('Other', { directory: next });
    const { workspace_id } = (await server.chats('GET', `/${other}`)).body;
    expect((await server.chats('PATCH', `/${id}`, { workspace_id })).status).toBe(204);
    expect((await server.chats('GET', `/${id}`)).body).toMatchObject({ directory: next, workspace_id });
    await server.chats('POST', `/${id}/messages`, words('Go on'));
    expect((await server.chats('PATCH', `/${id}`, { workspace_id: UNKNOWN })).status).toBe(400);
  });
});

describe('the environment', () => {
  const variable = (server: LocalChatsServer, name: string) => server.scripted.turns.at(-1)?.env[name];

  it('is the last one that a create, send or restore sent, and no answer has it', async () => {
    const server = await startLocalChats();
    const id = await server.create('Fix it', { environment: { SECRET: 'one', PATH: '/bin' } });
    expect([variable(server, 'SECRET'), variable(server, 'CODER_TASK_ID')]).toEqual(['one', id]);
    server.agent(id).finish();
    await server.chats('POST', `/${id}/messages`, words('Go on'));
    expect(variable(server, 'SECRET')).toBe('one');
    server.agent(id).finish();
    await server.chats('POST', `/${id}/messages`, { ...words('Go on'), environment: { SECRET: 'two' } });
    expect(variable(server, 'SECRET')).toBe('two');
    server.agent(id).finish();
    await server.chats('PATCH', `/${id}`, { archived: true });
    await server.chats('PATCH', `/${id}`, { archived: false, environment: { SECRET: 'three' } });
    await server.chats('POST', `/${id}/messages`, words('Go on'));
    expect(variable(server, 'SECRET')).toBe('three');
    const answers = [
      await server.chats('GET', `/${id}`),
      await server.chats('GET', ''),
      await server.chats('GET', `/${id}/messages`),
    ];
    expect(JSON.stringify(answers)).not.toContain('three');
  });

  it.each([
    ['a list', ['A=1']],
    ['a number as a value', { A: 1 }],
    ['an invalid name', { 'A=B': 'c' }],
    ['more than 1 MiB', { A: 'x'.repeat(1 << 20) }],
  ])('is refused: %s', async (_, environment) => {
    const server = await startLocalChats();
    await expect(server.create('Fix it', { environment })).rejects.toThrow('Unable to use the environment.');
  });
});

describe('the changes of the directory', () => {
  async function startWithGit() {
    const server = await startLocalChats({ env: { PATH: process.env.PATH, HOME: '/nonexistent' } });
    const repository = emptyRepository({
      parent: path.dirname(server.directory),
      name: path.basename(server.directory),
    });
    repository.commit({ 'a.txt': 'one\n' });
    repository.git('checkout', '--quiet', '-b', 'fix');
    repository.commit({ 'b.txt': 'two\n' });
    repository.write('a.txt', 'one\nmore\n');
    return { ...server, git: repository.git, repository };
  }

  it('are those since the last commit, or since the branch began', async () => {
    const server = await startWithGit();
    const id = await server.create();
    const diff = async (query: string) => (await server.chats('GET', `/${id}/diff${query}`)).body;
    const uncommitted = await diff('?scope=uncommitted');
    expect(uncommitted).toMatchObject({ chat_id: id, branch: 'fix', base_branch: '' });
    expect(uncommitted.diff).toContain('+more\n');
    expect(uncommitted.diff).not.toContain('b.txt');
    for (const query of ['', '?scope=base']) {
      const all = await diff(query);
      expect(all).toMatchObject({ branch: 'fix', base_branch: 'main' });
      expect(all.diff).toContain('+++ b/b.txt\n');
    }
    expect((await server.chats('GET', `/${id}/diff?scope=all`)).status).toBe(400);
  });

  it('are refused with the reason outside of a repository, and empty for clients that name no scope', async () => {
    const server = await startLocalChats({ env: { PATH: process.env.PATH, HOME: '/nonexistent' } });
    const id = await server.create();
    expect(await server.chats('GET', `/${id}/diff?scope=uncommitted`)).toMatchObject({
      status: 400,
      body: { message: 'The directory is in no git repository.' },
    });
    expect(await server.chats('GET', `/${id}/diff`)).toMatchObject({ status: 200, body: { diff: '' } });
  });

  it('are counted in the background, after a turn and after a commit', async () => {
    const server = await startWithGit();
    const id = await server.create();
    const status = async () => (await server.chats('GET', '')).body[0].diff_status;
    await expect.poll(status).toMatchObject({
      chat_id: id,
      head_branch: 'fix',
      base_branch: 'main',
      additions: 2,
      deletions: 0,
      changed_files: 2,
    });
    writeFileSync(path.join(server.directory, 'c.txt'), 'three\n');
    server.agent(id).finish();
    await expect.poll(status).toMatchObject({ additions: 3, changed_files: 3 });
    server.git('checkout', '--quiet', '-b', 'other');
    // After a slow run of git, the next one waits longer.
    await expect.poll(status).toMatchObject({ head_branch: 'other' });
  });

  it('are counted in a linked working tree, and in a directory below', async () => {
    const server = await startWithGit();
    const tree = path.join(server.directory, 'tree');
    server.git('worktree', 'add', '--quiet', '-b', 'linked', tree);
    const below = path.join(tree, 'below');
    mkdirSync(below);
    const id = await server.create('Fix it', { directory: below });
    const status = async () => (await server.chats('GET', `/${id}`)).body.diff_status;
    await expect.poll(status).toMatchObject({ head_branch: 'linked', changed_files: 1 });
    server.agent(id).finish();
    writeFileSync(path.join(below, 'd.txt'), 'four\n');
    server.repository.in(below).git('add', '.');
    await expect.poll(status).toMatchObject({ changed_files: 2 });
  });

  it('are none outside of a repository, and an error without git', async () => {
    const server = await startLocalChats({
      env: { PATH: process.env.PATH, GIT_CEILING_DIRECTORIES: '/' },
    });
    const id = await server.create();
    expect(await server.chats('GET', `/${id}/diff`)).toMatchObject({ status: 200, body: { diff: '' } });
    const without = await startLocalChats();
    const other = await without.create();
    expect(await without.chats('GET', `/${other}/diff`)).toMatchObject({
      status: 502,
      body: { message: expect.stringContaining('Cannot run git') },
    });
  });
});
