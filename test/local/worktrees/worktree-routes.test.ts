import { rmSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openSocket } from '../../contract/chats/socket-client.ts';
import { repositoryWithCommit } from '../../support/git-repository.ts';
import { waitUntil } from '../test-client.ts';
import { type WorktreeServer, worktreeServer } from './worktree-server.ts';

/** Waits until the chat's worktree is reported with these fields. */
const untilWorktree = (server: WorktreeServer, id: string, fields: object) =>
  waitUntil(JSON.stringify(fields), async () => {
    const worktree = await server.worktree(id);
    return Object.entries(fields).every(([name, value]) => Reflect.get(worktree, name) === value);
  });

it('a chat reports the numbers of its worktree against its own base, and finishes it', async () => {
  const repository = repositoryWithCommit();
  // Not the branch that a guess would find.
  repository.git('checkout', '--quiet', '-b', 'feature');
  repository.commit({ 'feature.txt': 'feature\n' });
  const server = await worktreeServer(repository);
  const id = await server.createIn();
  const directory = await server.turn(id);
  const token = { 'coder-session-token': server.server.token };
  const socket = await openSocket(server.server, '/api/v2/chats/watch', { headers: token });
  const tree = repository.in(directory);
  tree.commit({ 'own.txt': 'own\n' });
  tree.write('kept.txt', 'changed\n');
  tree.write('new.txt', 'new\n');
  expect((await server.chats('GET', `/${id}/worktree`)).body.actions[4].reasons).toContain(
    'A turn of the chat is running. Wait for its end, or interrupt it.',
  );
  expect((await server.chats('POST', `/${id}/worktree`, { action: 'remove' })).status).toBe(409);

  server.agent(id).finish();
  await untilWorktree(server, id, { ahead: 1, behind: 0, dirty: 1, untracked: 1 });
  const isReported = () =>
    socket.events.some(({ kind, chat }) => kind === 'diff_status_change' && chat.worktree.ahead === 1);
  await waitUntil('event', isReported);
  const [listed] = (await server.chats('GET', '')).body;
  expect(listed).toMatchObject({ id, worktree: { ahead: 1, base: 'feature' } });
  expect(listed.diff_status).toMatchObject({ base_branch: 'feature', changed_files: 3 });
  const { body: diff } = await server.chats('GET', `/${id}/diff`);
  expect(diff).toMatchObject({ base_branch: 'feature' });
  expect(diff.diff).toContain('own.txt');
  expect(diff.diff).not.toContain('feature.txt');

  // The base moves without a change in the worktree.
  repository.commit({ 'more.txt': 'more\n' });
  await untilWorktree(server, id, { behind: 1 });

  const refusal = await server.chats('POST', `/${id}/worktree`, { action: 'merge' });
  expect(refusal).toMatchObject({
    status: 409,
    body: {
      message: 'The branch was not merged.',
      validations: [
        { field: 'changed', detail: '1 file has changes that are not committed: kept.txt.' },
        { field: 'untracked', detail: '1 file is untracked: new.txt.' },
      ],
    },
  });
  tree.commit();
  const merged = await server.chats('POST', `/${id}/worktree`, { action: 'merge' });
  expect(merged).toMatchObject({
    status: 200,
    body: { message: expect.stringContaining('Merged 2 commits') },
  });
  await untilWorktree(server, id, { ahead: 0, behind: 2, dirty: 0, untracked: 0 });
  expect((await server.chats('GET', '/worktrees')).body).toMatchObject([
    { chat_id: id, archived: false, state: 'made', reasons: [] },
  ]);
  const removal = await server.chats('POST', `/${id}/worktree`, { action: 'remove', delete_branch: true });
  expect(removal.body.message).toMatch(/Removed the worktree .* Deleted the branch taskdeck\/fix-it-/u);
  expect(await server.worktree(id)).toMatchObject({ state: 'removed', ahead: 0, behind: 0 });
  expect((await server.chats('GET', '/worktrees')).body).toEqual([]);
  socket.socket.terminate();
});

it('the next turn makes a removed worktree again, from the branch of its work', async () => {
  const repository = repositoryWithCommit();
  const server = await worktreeServer(repository);
  const id = await server.createIn();
  const tree = repository.in(await server.turn(id));
  tree.git('checkout', '--quiet', '-b', 'better');
  tree.commit({ 'own.txt': 'own\n' });
  server.agent(id).finish();
  expect((await server.chats('POST', `/${id}/worktree`, { action: 'remove' })).status).toBe(200);
  await server.send(id);
  expect(repository.in(await server.turn(id, 2)).git('branch', '--show-current')).toBe('better');
  server.agent(id).finish();

  // The user deletes the directory by hand.
  rmSync(tree.root, { recursive: true });
  const { body } = await server.chats('GET', `/${id}/worktree`);
  expect(body.actions[0].reasons).toEqual([
    `The directory ${tree.root} is gone. The next turn makes it again.`,
  ]);
  await server.send(id);
  await server.turn(id, 3);
  expect(repository.in(tree.root).git('branch', '--show-current')).toBe('better');
});

it('requests that name no worktree or no action are refused', async () => {
  const repository = repositoryWithCommit();
  const server = await worktreeServer(repository);
  const plain = await server.create();
  expect((await server.chats('GET', `/${plain}/worktree`)).status).toBe(404);
  expect((await server.chats('POST', `/${plain}/worktree`, { action: 'merge' })).status).toBe(404);
  expect((await server.chats('POST', `/${plain}/worktree`, { action: 'force' })).status).toBe(400);
});
