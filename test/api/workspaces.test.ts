import { describe, expect, it, onTestFinished } from 'vitest';
import { type ChatsServer, startChatsServer } from '../support/chats/chats-server.ts';
import { CUT_BEFORE, LOST_ANSWER } from '../support/chats/faults.ts';
import type { ChatsOptions } from '../support/chats/options.ts';
import { ORGANIZATION_ID } from '../support/chats/state.ts';
import { TEMPLATE_ID } from '../support/chats/workspaces.ts';
import { json } from '../support/coder-server.ts';
import { manualClock } from '../support/manual-clock.ts';
import { backendAt, errorOf, neverAborted } from './api-fixture.ts';

async function chatsServer(options: Partial<ChatsOptions> = {}): Promise<ChatsServer> {
  const server = await startChatsServer(options);
  onTestFinished(() => server.close());
  return server;
}

const posts = (server: ChatsServer) => server.requests.filter(({ method }) => method === 'POST');

describe('the options of a chat', () => {
  it('are the organizations, own workspaces and templates', async () => {
    const server = await chatsServer();
    const id = server.chats.workspaces.add('auth', 'stopped');
    const backend = backendAt(server);
    expect(await backend.organizations(neverAborted())).toEqual([
      { id: ORGANIZATION_ID, name: 'default', displayName: 'Default', isDefault: true },
    ]);
    expect(await backend.workspaces(neverAborted())).toEqual([
      {
        id,
        name: 'auth',
        organizationId: ORGANIZATION_ID,
        templateName: 'Development',
        status: 'stopped',
        page: `${server.url}/@ada/auth`,
        ownerName: 'ada',
        agents: [],
      },
    ]);
    expect(server.requests.find(({ target }) => target.startsWith('/api/v2/workspaces'))?.target).toBe(
      '/api/v2/workspaces?q=owner%3Ame&limit=100',
    );
    expect(await backend.workspaceTemplates(neverAborted())).toMatchObject([
      { id: TEMPLATE_ID, name: 'dev', displayName: 'Development', organizationId: ORGANIZATION_ID },
    ]);
  });

  it('leave out deprecated templates, and may be null', async () => {
    const server = await chatsServer();
    server.on(
      'GET',
      '/api/v2/templates',
      json(200, [
        { id: 'a', name: 'old', deprecated: true },
        { id: 'b', name: 'new', organization_id: 'o' },
      ]),
    );
    server.on('GET', '/api/v2/users/me/organizations', json(200, null));
    const backend = backendAt(server);
    expect((await backend.workspaceTemplates(neverAborted())).map(({ id }) => id)).toEqual(['b']);
    expect(await backend.organizations(neverAborted())).toEqual([]);
  });
});

describe('a workspace', () => {
  it('is started and stopped with a build', async () => {
    const server = await chatsServer({ buildMs: null });
    const id = server.chats.workspaces.add('auth', 'stopped');
    const backend = backendAt(server);
    expect(await backend.changeWorkspace(id, 'start', neverAborted())).toMatchObject({ transition: 'start' });
    expect((await backend.workspace(id, neverAborted())).status).toMatch(/^(?:pending|starting)$/u);
    server.chats.workspaces.finishBuild(id);
    expect((await backend.workspace(id, neverAborted())).status).toBe('running');
    await backend.changeWorkspace(id, 'stop', neverAborted());
    expect(posts(server).map(({ body }) => JSON.parse(body))).toEqual([
      { transition: 'start' },
      { transition: 'stop' },
    ]);
  });

  it('is created under a name, and exists before its build ends', async () => {
    const server = await chatsServer({ buildMs: null });
    const created = await backendAt(server).createWorkspace(TEMPLATE_ID, 'dev-1', neverAborted());
    expect(created).toMatchObject({ name: 'dev-1', organizationId: ORGANIZATION_ID });
    expect(server.chats.workspaces.wireAll()).toHaveLength(1);
  });

  it('is found by its name when the answer is lost, and never created twice', async () => {
    const server = await chatsServer();
    server.chats.faults.plan('create workspace', LOST_ANSWER);
    const created = await backendAt(server).createWorkspace(TEMPLATE_ID, 'dev-1', neverAborted());
    expect(created.name).toBe('dev-1');
    expect(posts(server)).toHaveLength(1);
    expect(server.chats.workspaces.wireAll()).toHaveLength(1);
  });

  it('may or may not exist when it is not found after seven seconds either', async () => {
    const server = await chatsServer();
    server.chats.faults.plan('create workspace', CUT_BEFORE);
    const clock = manualClock();
    const error = errorOf(backendAt(server, { clock }).createWorkspace(TEMPLATE_ID, 'dev-1', neverAborted()));
    const looks = () => server.requests.filter(({ target }) => target.endsWith('/workspace/dev-1')).length;
    for (const expected of [1, 2, 3]) {
      await expect
        .poll(
          async () => {
            if (looks() < expected) await clock.advance(1_000);
            return looks();
          },
          { interval: 20 },
        )
        .toBe(expected);
    }
    expect(await error).toMatchObject({ tookEffect: 'maybe' });
    expect(posts(server)).toHaveLength(1);
  });

  it('is not searched after a clear refusal', async () => {
    const server = await chatsServer();
    const error = await errorOf(backendAt(server).createWorkspace('no-template', 'dev-1', neverAborted()));
    expect(error.tookEffect).toBe('no');
    expect(server.requests.filter(({ target }) => target.includes('/workspace/'))).toEqual([]);
  });
});
