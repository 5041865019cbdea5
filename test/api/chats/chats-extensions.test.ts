import { describe, expect, it } from 'vitest';
import { createCoderBackend } from '../../../src/api/coder-backend.ts';
import { CHATS } from '../../../src/domain/task.ts';
import { EXTENSIONS } from '../../../src/wire/local-extension.ts';
import type { ChatsServer } from '../../support/chats/chats-server.ts';
import { neverAborted, TOKEN } from '../api-fixture.ts';
import { chatsServer, listMine, refOf, sourceAt } from './chats-fixture.ts';

const ENVIRONMENT = { PATH: '/usr/bin', EDITOR: 'vi' };

/** The chats of a server on this machine. */
function localSource({ url }: ChatsServer) {
  const backend = createCoderBackend({ url, token: TOKEN, environment: ENVIRONMENT });
  const source = backend.sources.find(({ id }) => id === CHATS);
  if (source === undefined) throw new Error('No chats.');
  return source;
}

const bodies = ({ requests }: ChatsServer, method: string): readonly unknown[] =>
  requests.flatMap((request) =>
    request.method === method && request.body !== '' ? [JSON.parse(request.body)] : [],
  );

describe('the environment', () => {
  it('goes with a message and a restored chat where the server names the extension', async () => {
    const server = await chatsServer({ extensions: EXTENSIONS });
    const source = localSource(server);
    const id = server.chats.seed();
    await source.send(refOf(id), 'Go on', neverAborted());
    expect(bodies(server, 'POST')).toMatchObject([{ environment: { PATH: '/usr/bin' } }]);
    const archived = server.chats.seed({ archived: true });
    await source.run('restore', refOf(archived), neverAborted());
    expect(bodies(server, 'PATCH')).toMatchObject([{ archived: false, environment: { EDITOR: 'vi' } }]);
    await source.run('archive', refOf(archived), neverAborted());
    expect(bodies(server, 'PATCH').at(-1)).toEqual({ archived: true });
  });

  it('goes to no other server', async () => {
    const server = await chatsServer();
    const id = server.chats.seed();
    await localSource(server).send(refOf(id), 'Go on', neverAborted());
    expect(bodies(server, 'POST')).toEqual([{ content: [{ type: 'text', text: 'Go on' }] }]);
  });
});

describe('a chat on this machine', () => {
  it('is deleted when it is archived', async () => {
    const server = await chatsServer({ extensions: EXTENSIONS });
    const source = sourceAt(server);
    const id = server.chats.seed({ archived: true });
    expect(await source.run('delete-archived', refOf(id), neverAborted())).toEqual({ isRemoved: true });
    expect(server.chats.ids).toEqual([]);
    const active = server.chats.seed();
    await expect(source.run('delete-archived', refOf(active), neverAborted())).rejects.toMatchObject({
      kind: 'conflict',
    });
  });

  it('changes its settings one by one', async () => {
    const server = await chatsServer({ extensions: EXTENSIONS });
    const source = sourceAt(server);
    const id = server.chats.seed();
    await source.configure(refOf(id), { permissionMode: 'edits' }, neverAborted());
    await source.configure(refOf(id), { effort: 'high' }, neverAborted());
    expect(bodies(server, 'PATCH')).toEqual([{ permission_mode: 'edits' }, { reasoning_effort: 'high' }]);
  });

  it('has a diff in two scopes, without a socket', async () => {
    const server = await chatsServer({ extensions: EXTENSIONS });
    const source = sourceAt(server);
    const id = server.chats.seed();
    const agent = server.chats.agent(id);
    agent.changeFiles('diff --git a/base b/base');
    agent.editFiles([{ repo_root: '/', unified_diff: 'diff --git a/now b/now' }]);
    const [chat] = await listMine(source);
    if (chat === undefined) throw new Error('No chat.');
    const textOf = async (of: 'base' | 'uncommitted') =>
      (await source.diff(chat, of, neverAborted())).repositories.map(({ name, text }) => [name, text]);
    expect(await textOf('base')).toEqual([['/home/ada/auth', 'diff --git a/base b/base']]);
    expect(await textOf('uncommitted')).toEqual([['/home/ada/auth', 'diff --git a/now b/now']]);
    const refusal = { status: 400, body: { message: 'The directory is in no repository.' } };
    server.chats.faults.plan('diff', { answer: refusal });
    expect(await source.diff(chat, 'base', neverAborted())).toMatchObject({
      repositories: [],
      reason: 'The directory is in no repository.',
    });
  });
});
