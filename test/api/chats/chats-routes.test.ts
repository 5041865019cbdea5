import { describe, expect, it } from 'vitest';
import { createCoderBackend } from '../../../src/api/coder-backend.ts';
import { listAllSources } from '../../../src/domain/sources.ts';
import { hang, json, routeNotFound } from '../../support/coder-server.ts';
import { coderServer, errorOf, neverAborted, TOKEN } from '../api-fixture.ts';
import { task } from '../response-bodies.ts';
import { chatsServer, listMine, refOf, sourceAt } from './chats-fixture.ts';

const paths = ({ requests }: { readonly requests: readonly { readonly target: string }[] }) =>
  requests.map(({ target }) => target.split('?')[0]);

describe('the prefix', () => {
  it.each([
    ['v2', ['/api/v2/chats'], '/api/v2/chats'],
    ['both', ['/api/v2/chats'], '/api/v2/chats'],
    ['experimental', ['/api/v2/chats', '/api/experimental/chats'], '/api/experimental/chats'],
  ] as const)('of a server with %s is found once', async (prefix, requested, path) => {
    const server = await chatsServer({ prefix });
    const id = server.chats.seed();
    const source = sourceAt(server);
    expect(await listMine(source)).toHaveLength(1);
    await source.get(refOf(id), neverAborted());
    await source.transcript(refOf(id), neverAborted());
    expect(paths(server)).toEqual([...requested, `${path}/${id}`, `${path}/${id}/messages`]);
    expect(await source.apiPath(neverAborted())).toBe(path);
  });

  it('is found by any request, and before one', async () => {
    const server = await chatsServer({ prefix: 'experimental' });
    const id = server.chats.seed();
    expect(await sourceAt(server).get(refOf(id), neverAborted())).toMatchObject({ id });
    expect(await sourceAt(server).apiPath(neverAborted())).toBe('/api/experimental/chats');
  });

  it('is found again after an upgrade', async () => {
    const server = await chatsServer({ prefix: 'experimental' });
    server.chats.seed();
    const source = sourceAt(server);
    await listMine(source);
    server.chats.options.prefix = 'v2';
    expect(await listMine(source)).toHaveLength(1);
    expect(await source.apiPath(neverAborted())).toBe('/api/v2/chats');
  });

  it('is kept when a chat does not exist', async () => {
    const server = await chatsServer({ prefix: 'v2' });
    const source = sourceAt(server);
    const other = '00000000-0000-4000-8000-000000000001';
    expect(await errorOf(source.get(refOf(other), neverAborted()))).toMatchObject({ kind: 'not-found' });
    expect(paths(server)).toEqual([`/api/v2/chats/${other}`]);
  });

  it('is none on a server without Chats, which can get them', async () => {
    const server = await chatsServer({ prefix: 'none' });
    const source = sourceAt(server);
    const error = await errorOf(listMine(source));
    expect(error).toMatchObject({ kind: 'no-tasks', status: 404, unavailable: { api: 'Chats' } });
    expect(await errorOf(source.apiPath(neverAborted()))).toMatchObject({ kind: 'no-tasks' });
    server.chats.options.prefix = 'v2';
    server.chats.seed();
    expect(await listMine(source)).toHaveLength(1);
  });

  it('is not decided by a proxy', async () => {
    const server = await chatsServer();
    server.chats.seed();
    server.on('GET', '/api/v2/chats', json(404, { error: 'no such upstream' }));
    expect(await errorOf(listMine(sourceAt(server)))).toMatchObject({ kind: 'not-coder' });
  });

  it('exists when an endpoint is missing', async () => {
    const server = await chatsServer();
    const id = server.chats.seed();
    server.on('GET', `/api/v2/chats/${id}`, routeNotFound);
    server.on('GET', `/api/experimental/chats/${id}`, routeNotFound);
    const error = await errorOf(sourceAt(server).get(refOf(id), neverAborted()));
    expect(error).toMatchObject({ kind: 'invalid', tookEffect: 'no' });
    expect(error.message).toMatch(/too old for this action/u);
  });
});

it('without the role, the list says who can help', async () => {
  const server = await chatsServer({ role: 'none, list refused' });
  const error = await errorOf(listMine(sourceAt(server)));
  expect(error).toMatchObject({ kind: 'no-tasks', status: 403, unavailable: { reason: 'refused' } });
  expect(error.hint).toMatch(/agents-access/u);
  server.chats.options.role = 'none';
  expect(await listMine(sourceAt(server))).toEqual([]);
});

it('reads go on while the AI Gateway is off', async () => {
  const server = await chatsServer({ gateway: false });
  const id = server.chats.seed();
  const source = sourceAt(server);
  expect(await listMine(source)).toHaveLength(1);
  expect((await source.transcript(refOf(id), neverAborted())).messages).toHaveLength(2);
});

describe('beside Tasks', () => {
  const backendAt = (url: string) => createCoderBackend({ url, token: TOKEN });

  it('a slow source does not delay the other', async () => {
    const server = await coderServer();
    server.on('GET', '/api/v2/tasks', json(200, { tasks: [task()], count: 1 }));
    server.on('GET', '/api/v2/chats', hang);
    const [tasks, chats] = backendAt(server.url).sources;
    const controller = new AbortController();
    const slow = chats?.list({ owner: 'me' }, controller.signal);
    expect(await tasks.list({ owner: 'me' }, neverAborted())).toHaveLength(1);
    controller.abort();
    await expect(slow).rejects.toThrow();
  });

  it.each([
    ['Tasks alone', true, false],
    ['Chats alone', false, true],
  ])('the lists of all sources are those of %s', async (_, hasTasks, hasChats) => {
    const server = await chatsServer({ prefix: hasChats ? 'both' : 'none' });
    if (hasChats) server.chats.seed();
    if (hasTasks) server.on('GET', '/api/v2/tasks', json(200, { tasks: [task()], count: 1 }));
    const { tasks, failures } = await listAllSources(backendAt(server.url), { owner: 'me' }, neverAborted());
    expect(tasks.map(({ source }) => source)).toEqual([hasTasks ? 'tasks' : 'chats']);
    expect(failures.size).toBe(0);
  });

  it('neither is one error', async () => {
    const server = await chatsServer({ prefix: 'none' });
    const error = await errorOf(listAllSources(backendAt(server.url), { owner: 'me' }, neverAborted()));
    expect(error).toMatchObject({ kind: 'no-tasks', status: 404 });
    expect(error.message).toMatch(
      /^This server runs Coder 2\.37, where Tasks are turned off, and does not answer/u,
    );
  });
});
