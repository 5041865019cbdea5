import { describe, expect, it } from 'vitest';
import { WORKTREES } from '../../../src/domain/chat-extension.ts';
import { worktreeOf } from '../../../src/domain/task.ts';
import { EXTENSIONS } from '../../../src/wire/local-extension.ts';
import { ORGANIZATION_ID } from '../../support/chats/state.ts';
import { REPOSITORY } from '../../support/chats/worktree-operations.ts';
import { neverAborted } from '../api-fixture.ts';
import { chatRequests, chatsServer, sourceAt } from './chats-fixture.ts';

const OLDER = { extensions: EXTENSIONS.filter((name) => name !== WORKTREES) };
const LOCAL = { extensions: [...OLDER.extensions, WORKTREES] };

const SERVERS_WITHOUT = [
  ['a server of Coder', {}],
  ['an older local server', OLDER],
] as const;

describe('the preview of a worktree', () => {
  it('has the base and the branch, or says why there can be none', async () => {
    const source = sourceAt(await chatsServer(LOCAL));
    expect(await source.previewWorktree(REPOSITORY, '', neverAborted())).toEqual({
      reason: '',
      repository: REPOSITORY,
      base: 'main',
      baseCommit: '1a2b3c4d5e6f708192a3b4c5d6e7f80912a3b4c5',
      baseSubject: 'Fix the login',
      branchPrefix: 'taskdeck/',
      parent: '/home/ada/.local/state/taskdeck/worktrees/auth-12345678',
      isDefault: false,
      setUp: 'npm ci',
    });
    expect(await source.previewWorktree(REPOSITORY, 'feature', neverAborted())).toMatchObject({
      base: 'feature',
      baseSubject: 'Begin the feature',
    });
    expect((await source.previewWorktree('/tmp/仓库 & co', 'a b', neverAborted())).reason).toBe(
      '/tmp/仓库 & co is in no git repository.',
    );
    await expect(source.previewWorktree('relative', '', neverAborted())).rejects.toMatchObject({
      kind: 'invalid',
      message: 'The directory must be absolute.',
    });
  });

  it.each(SERVERS_WITHOUT)('is not requested from %s', async (_, options) => {
    const server = await chatsServer(options);
    const preview = await sourceAt(server).previewWorktree(REPOSITORY, '', neverAborted());
    expect(preview).toMatchObject({ isDefault: false });
    expect(preview.reason).toMatch(/^This server makes no worktrees/u);
    expect(chatRequests(server)).toEqual([]);
  });
});

describe('a new chat in a worktree', () => {
  const chat = {
    kind: 'chat',
    organizationId: ORGANIZATION_ID,
    prompt: 'Fix it',
    directory: REPOSITORY,
  } as const;

  it('has the chosen base and branch, and its worktree before it is made', async () => {
    const server = await chatsServer(LOCAL);
    const worktree = { base: 'feature', branch: 'fix/登录' };
    const made = await sourceAt(server).create({ ...chat, worktree }, neverAborted());
    expect(worktreeOf(made)).toMatchObject({ ...worktree, state: 'planned', repository: REPOSITORY });
    const bodies = server.requests
      .filter(({ method }) => method === 'POST')
      .map(({ body }) => JSON.parse(body));
    expect(bodies).toMatchObject([{ worktree, directory: REPOSITORY }]);
  });

  it('is refused with the field that is wrong', async () => {
    const source = sourceAt(await chatsServer(LOCAL));
    const refused = source.create({ ...chat, worktree: { branch: 'main' } }, neverAborted());
    await expect(refused).rejects.toMatchObject({
      kind: 'invalid',
      validations: [{ field: 'branch', detail: 'The branch "main" exists.' }],
      tookEffect: 'no',
    });
  });

  it.each(SERVERS_WITHOUT)('is refused for %s, which gets no request', async (_, options) => {
    const server = await chatsServer(options);
    const { directory: __, ...elsewhere } = chat;
    const refused = sourceAt(server).create({ ...elsewhere, worktree: {} }, neverAborted());
    await expect(refused).rejects.toMatchObject({ kind: 'invalid', tookEffect: 'no' });
    await expect(refused).rejects.toThrow(/^This server makes no worktrees/u);
    expect(server.requests.filter(({ method }) => method === 'POST')).toEqual([]);
  });
});
