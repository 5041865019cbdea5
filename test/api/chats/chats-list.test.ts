import { describe, expect, it } from 'vitest';
import { phaseOf } from '../../../src/domain/phase.ts';
import type { ListQuery } from '../../../src/domain/ports/source.ts';
import { rateLimit } from '../../support/chats/faults.ts';
import { json } from '../../support/coder-server.ts';
import { errorOf, neverAborted } from '../api-fixture.ts';
import { chatRequests, chatsServer, factsOf, listMine, refOf, sourceAt } from './chats-fixture.ts';

const HOUR = 60 * 60_000;

describe('a list of chats', () => {
  it('has root chats, newest first, each followed by its sub-agents', async () => {
    const server = await chatsServer();
    const old = server.chats.seed({ title: 'old', createdAgoMs: 2 * HOUR });
    const young = server.chats.seed({ title: 'young', createdAgoMs: HOUR, updatedAgoMs: HOUR });
    const child = server.chats.seed({ title: 'child', parent: old });

    const list = await listMine(sourceAt(server));

    expect(list.map(({ id }) => id)).toEqual([young, old, child]);
    expect(list.map((task) => factsOf(task).parentId)).toEqual([null, null, old]);
    expect(list[2]).toMatchObject({
      source: 'chats',
      name: child.slice(0, 8),
      displayName: 'child',
      ownerName: 'ada',
      initialPrompt: '',
    });
  });

  it('has the facts of each chat', async () => {
    const server = await chatsServer();
    const id = server.chats.seed({
      title: 'Auth',
      summary: 'Pinned the clock.',
      unread: true,
      pinOrder: 2,
      workspaceId: '7a7a7a7a-0000-4000-8000-000000000001',
    });
    server.chats.agent(id).pullRequest({ approved: true });

    const [task] = await listMine(sourceAt(server));

    expect(task?.state).toMatchObject({
      state: 'idle',
      message: 'Pinned the clock.',
      uri: 'https://github.com/acme/auth/pull/812',
    });
    expect(task?.state?.at).toBe(task?.updatedAt);
    expect(factsOf(task)).toMatchObject({
      status: 'waiting',
      unread: true,
      archived: false,
      pinOrder: 2,
      summary: 'Pinned the clock.',
      workspaceId: '7a7a7a7a-0000-4000-8000-000000000001',
      changes: {
        url: 'https://github.com/acme/auth/pull/812',
        pullRequest: { number: 812, state: 'open', title: 'Pin the clock', isApproved: true, isDraft: false },
        additions: 41,
        deletions: 12,
        files: 3,
      },
    });
  });

  it('is the same object while the server answers the same', async () => {
    const server = await chatsServer();
    server.chats.seed({ title: 'one' });
    const changed = server.chats.seed({ title: 'two' });
    const source = sourceAt(server);
    const first = await listMine(source);
    expect(await listMine(source)).toBe(first);

    server.chats.agent(changed).retitle('three');
    const second = await listMine(source);
    expect(second.map(({ displayName }) => displayName)).toEqual(['three', 'one']);
  });

  it('keeps unchanged chats of a long list as the same objects', async () => {
    const server = await chatsServer();
    const long = 'a'.repeat(3_000);
    for (let index = 0; index < 30; index++) server.chats.seed({ title: `${index}`, summary: long });
    const source = sourceAt(server);
    const first = await listMine(source);
    server.chats.row(first[0]?.id ?? '').title = 'changed';

    const second = await listMine(source);

    expect(second).not.toBe(first);
    expect(second.filter((task, index) => task === first[index])).toHaveLength(29);
  });

  it.each<[string, Partial<ListQuery>, string[]]>([
    ['mine', { owner: 'me' }, ['mine']],
    ['shared with me', { owner: 'me', shared: 'only' }, ['theirs']],
    ['mine and shared', { owner: 'me', shared: 'too' }, ['mine', 'theirs']],
    ['everyone', { owner: null }, ['mine', 'theirs']],
    ['another owner', { owner: 'Grace' }, ['theirs']],
    ['an unknown owner', { owner: 'nobody' }, []],
    ['archived', { owner: 'me', archived: true }, ['archived']],
    ['a status', { owner: null, status: 'error' }, []],
    ['another organization', { owner: null, organization: '11111111-0000-4000-8000-000000000001' }, []],
  ])('selects: %s', async (_, query, titles) => {
    const server = await chatsServer();
    server.chats.seed({ title: 'archived', archived: true });
    server.chats.seed({ title: 'theirs', owner: 'grace' });
    server.chats.seed({ title: 'mine' });
    const list = await sourceAt(server).list({ owner: 'me', ...query }, neverAborted());
    expect(list.map(({ displayName }) => displayName).toSorted()).toEqual(titles.toSorted());
  });

  it('has no shared chats on a server that cannot list them', async () => {
    const server = await chatsServer();
    const refused = json(400, { message: 'Invalid chat search query.', validations: [] });
    const others = 'source%3Ashared_with_me';
    server.on('GET', `/api/v2/chats?q=${others}&limit=50`, refused);
    server.on('GET', '/api/v2/chats?q=source%3Acreated_by_me%2Cshared_with_me&limit=50', refused);
    server.chats.seed({ title: 'mine' });
    const source = sourceAt(server);
    expect(await source.list({ owner: 'me', shared: 'only' }, neverAborted())).toEqual([]);
    expect(await source.list({ owner: null }, neverAborted())).toHaveLength(1);
    // It does not try again.
    expect(chatRequests(server).filter((request) => request.includes('source'))).toHaveLength(1);
  });
});

describe('pages', () => {
  it('are loaded up to 200 root chats', async () => {
    const server = await chatsServer();
    for (let index = 0; index < 230; index++) server.chats.seed({ title: `${index}` });
    const source = sourceAt(server);
    const list = await listMine(source);
    expect(list).toHaveLength(200);
    expect(source.isComplete(list)).toBe(false);
    expect(chatRequests(server)).toHaveLength(4);
    const again = await listMine(source);
    expect(again).toEqual(list);
    expect(chatRequests(server).slice(4)).toEqual(['GET ?limit=200']);
    expect(await listMine(source)).toBe(again);

    const all = await source.list({ owner: 'me', limit: 400 }, neverAborted());
    expect(all).toHaveLength(230);
  });

  it('are not larger than the list needs', async () => {
    const server = await chatsServer();
    for (let index = 0; index < 5; index++) server.chats.seed({ title: `${index}` });
    const source = sourceAt(server);
    const list = await source.list({ owner: 'me', limit: 2 }, neverAborted());
    expect([list.length, source.isComplete(list)]).toEqual([2, false]);
    expect(chatRequests(server)).toEqual(['GET ?limit=2']);
  });

  it('of one page are complete', async () => {
    const server = await chatsServer();
    const id = server.chats.seed();
    const source = sourceAt(server);
    expect(source.isComplete(await listMine(source))).toBe(true);
    server.chats.web.update(id, { archived: true });
    const empty = await listMine(source);
    expect(empty).toEqual([]);
    expect(source.isComplete(empty)).toBe(true);
  });

  it('stay small for a server that limits them, and none of its chats is lost', async () => {
    const server = await chatsServer({ largestPage: 50 });
    for (let index = 0; index < 80; index++) server.chats.seed({ title: `${index}` });
    const source = sourceAt(server);
    const lists = [await listMine(source), await listMine(source), await listMine(source)];
    expect(lists.map(({ length }) => length)).toEqual([80, 80, 80]);
    expect(chatRequests(server).map((request) => request.replace(/after_id=.*/, 'after_id'))).toEqual([
      'GET ?limit=50',
      'GET ?limit=50&after_id',
      'GET ?limit=100',
      'GET ?limit=50',
      'GET ?limit=50&after_id',
      'GET ?limit=50',
      'GET ?limit=50&after_id',
    ]);
  });

  it('show a chat that moves between two requests in the next list, and say that it may exist', async () => {
    const server = await chatsServer({ largestPage: 50 });
    const ids = Array.from({ length: 80 }, (_, index) => server.chats.seed({ title: `${index}` }));
    const oldest = ids[0] ?? '';
    const source = sourceAt(server);
    // It finds out that the server limits its pages.
    await listMine(source);
    const first = await listMine(source);
    expect(first).toHaveLength(80);
    expect(source.isComplete(await listMine(source))).toBe(true);

    // Between the first page and the second one the last chat becomes the first one.
    let requests = 0;
    server.chats.faults.decideBy((operation) => {
      if (operation === 'list' && ++requests === 2) server.chats.agent(oldest).retitle('moved');
      return null;
    });
    const second = await listMine(source);
    expect(second.map(({ id }) => id)).not.toContain(oldest);
    expect(source.isComplete(second)).toBe(false);
    server.chats.faults.clear();

    const third = await listMine(source);
    expect(third).toHaveLength(80);
    expect(third.find(({ id }) => id === oldest)?.displayName).toBe('moved');
  });

  it('have each chat once when one moves down', async () => {
    const server = await chatsServer();
    const ids = Array.from({ length: 80 }, (_, index) => server.chats.seed({ title: `${index}` }));
    const source = sourceAt(server);
    let requests = 0;
    server.chats.faults.decideBy((operation) => {
      // A chat of the second page goes to the first one: its last chat appears again on the second.
      if (operation === 'list' && ++requests === 2)
        server.chats.web.update(ids[79] ?? '', { archived: true });
      return null;
    });
    const list = await listMine(source);
    expect(new Set(list.map(({ id }) => id)).size).toBe(list.length);
  });

  it('go on when the last chat of a page vanished', async () => {
    const server = await chatsServer();
    const ids = Array.from({ length: 80 }, (_, index) => server.chats.seed({ title: `${index}` }));
    const cursor = ids[30] ?? '';
    const source = sourceAt(server);
    server.on('GET', `/api/v2/chats?limit=50&after_id=${cursor}`, json(200, []));
    expect(await listMine(source)).toHaveLength(80);
    expect(chatRequests(server).at(-1)).toBe('GET ?limit=50&offset=50');
  });

  it('show a gone chat of several pages as gone in the second list without it', async () => {
    const server = await chatsServer();
    const ids = Array.from({ length: 80 }, (_, index) => server.chats.seed({ title: `${index}` }));
    const source = sourceAt(server);
    await listMine(source);
    server.chats.web.update(ids[10] ?? '', { archived: true });
    const first = await listMine(source);
    expect([first.length, source.isComplete(first)]).toEqual([79, false]);
    const second = await listMine(source);
    expect([second.length, source.isComplete(second)]).toEqual([79, true]);
  });

  it('of a server that ignores the limit are cut', async () => {
    const server = await chatsServer();
    for (let index = 0; index < 260; index++) server.chats.seed({ title: `${index}` });
    const source = sourceAt(server);
    const response = await fetch(`${server.url}/api/v2/chats?limit=300`);
    server.on('GET', '/api/v2/chats', json(200, await response.json()));
    const list = await listMine(source);
    expect(list).toHaveLength(200);
    expect(source.isComplete(list)).toBe(false);
  });
});

describe('the words of servers', () => {
  it.each([
    ['running', 'working', 'working'],
    ['pending', 'working', 'queued'],
    ['interrupting', 'working', 'working'],
    ['requires_action', 'working', 'working'],
    ['waiting', 'complete', 'complete'],
    ['paused', 'idle', 'idle'],
    ['error', 'failed', 'failed'],
    ['completed', 'unknown', 'unknown'],
    ['levitating', 'unknown', 'unknown'],
  ])('%s', async (word, state, phase) => {
    const server = await chatsServer();
    server.chats.seed({ word });
    const [task] = await listMine(sourceAt(server));
    expect(task?.state?.state).toBe(state);
    expect(task === undefined ? null : phaseOf(task, Date.now())).toBe(phase);
    expect(factsOf(task).status).toBe(word);
  });

  it.each([
    ['an object', 'object', { kind: 'auth', message: 'Bad key.' }],
    ['a string', 'string', { kind: '', message: 'Bad key.' }],
  ] as const)('reads the last error as %s', async (_, lastError, expected) => {
    const server = await chatsServer({ lastError });
    server.chats.seed({ error: { message: 'Bad key.', kind: 'auth' } });
    const [task] = await listMine(sourceAt(server));
    expect(factsOf(task).lastError).toEqual(expected);
    expect(task?.state).toMatchObject({ state: 'failed', message: expect.stringMatching(/^Bad key\./u) });
  });

  it('reads a chat with hostile, missing and null fields', async () => {
    const server = await chatsServer();
    server.chats.seed({
      extra: {
        title: '\u001b]0;x\u0007\u202Ename',
        status: 7,
        workspace_id: null,
        owner_username: null,
        diff_status: 'none',
        last_error: ['x'],
        pin_order: 'first',
        has_unread: 'yes',
        archived: null,
        labels: null,
        plan_mode: {},
        children: null,
        more: { deep: [{}] },
      },
    });
    const [task] = await listMine(sourceAt(server));
    expect(task).toMatchObject({ displayName: '\u001b]0;x\u0007\u202Ename', ownerName: 'ada' });
    expect(factsOf(task)).toMatchObject({
      status: '',
      workspaceId: null,
      changes: null,
      lastError: null,
      pinOrder: 0,
      unread: null,
      archived: false,
      planMode: false,
    });
  });

  it('fails as a whole when a chat has no id: it would look gone', async () => {
    const server = await chatsServer();
    server.chats.seed({ extra: { id: null } });
    expect(await errorOf(listMine(sourceAt(server)))).toMatchObject({ kind: 'bad-answer' });
  });

  it('corrects times by the server’s clock', async () => {
    const ahead = 3 * HOUR;
    const server = await chatsServer();
    server.chats.seed();
    const reply = await fetch(`${server.url}/api/v2/chats`);
    const [chat] = (await reply.json()) as { created_at: string; updated_at: string }[];
    const at = new Date(Date.now() + ahead);
    server.on(
      'GET',
      '/api/v2/chats',
      json(200, [{ ...chat, created_at: at.toISOString(), updated_at: at.toISOString() }], {
        date: at.toUTCString(),
      }),
    );
    const source = sourceAt(server);
    await listMine(source);
    const [task] = await listMine(source);
    expect(Math.abs((task?.updatedAt ?? 0) - Date.now())).toBeLessThan(60_000);
  });
});

describe('one chat', () => {
  it('is found by its UUID only', async () => {
    const server = await chatsServer();
    const id = server.chats.seed({ title: 'one' });
    const source = sourceAt(server);
    expect(await source.get(refOf(id), neverAborted())).toMatchObject({ id, displayName: 'one' });
    expect(await errorOf(source.get(refOf('one'), neverAborted()))).toMatchObject({ kind: 'not-found' });
    expect(await errorOf(source.get(refOf('../users'), neverAborted()))).toMatchObject({ kind: 'not-found' });
    expect(chatRequests(server)).toEqual([`GET /${id}`]);
    const other = '00000000-0000-4000-8000-000000000001';
    expect(await errorOf(source.get(refOf(other), neverAborted()))).toMatchObject({ kind: 'not-found' });
  });

  it('has a web page', async () => {
    const server = await chatsServer();
    const id = server.chats.seed();
    const source = sourceAt(server);
    const [task] = await listMine(source);
    if (task === undefined) throw new Error('no chat');
    expect(await source.pageOf(task, neverAborted())).toBe(`${server.url}/agents/${id}`);
  });

  it('fails with the error of the server', async () => {
    const server = await chatsServer();
    const id = server.chats.seed();
    server.chats.faults.plan('get', rateLimit(7));
    const error = await errorOf(sourceAt(server).get(refOf(id), neverAborted()));
    expect(error).toMatchObject({ kind: 'rate-limited', retryAfterMs: 7_000 });
  });
});
