import { describe, expect, it } from 'vitest';
import {
  type LocalChatsServer,
  startLocalChats,
  words,
} from '../../support/local-chats/start-local-chats.ts';

/** A chat that waits, and has been read. */
async function idleChat(server: LocalChatsServer, title: string, more: object = {}): Promise<string> {
  const id = await server.create(title, more);
  server.agent(id).write('Done.');
  server.agent(id).finish();
  await server.chats('PATCH', `/${id}`, { read: true });
  return id;
}

async function idleChats(server: LocalChatsServer, titles: readonly string[]): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const title of titles) {
    ids.push(await idleChat(server, title));
    // The order of a list is by the time of the last change, in ms.
    const changedAt = Date.now();
    while (Date.now() === changedAt) await new Promise((resolve) => setImmediate(resolve));
  }
  return ids;
}

const list = async (server: LocalChatsServer, query = ''): Promise<readonly string[]> => {
  const { status, body } = await server.chats('GET', query === '' ? '' : `?${query}`);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body.map(({ id }: { id: string }) => id);
};

const find = (server: LocalChatsServer, q: string) => list(server, `q=${encodeURIComponent(q)}`);

describe('the order and the pages of a list', () => {
  it('has pinned chats first, then the latest change', async () => {
    const server = await startLocalChats();
    const [a = '', b = '', c = '', d = ''] = await idleChats(server, ['a', 'b', 'c', 'd']);
    expect(await list(server)).toEqual([d, c, b, a]);
    for (const id of [b, a]) await server.chats('PATCH', `/${id}`, { pin_order: 1 });
    expect(await list(server)).toEqual([b, a, d, c]);
    await server.chats('POST', `/${c}/messages`, words('Go on'));
    expect(await list(server)).toEqual([b, a, c, d]);
  });

  it('continues after the current place of a chat', async () => {
    const server = await startLocalChats();
    const ids = (await idleChats(server, ['a', 'b', 'c', 'd'])).toReversed();
    expect(await list(server, 'limit=2')).toEqual(ids.slice(0, 2));
    expect(await list(server, `limit=2&after_id=${ids[1]}`)).toEqual(ids.slice(2));
    // The cursor moves to the top: the next page repeats a chat.
    await server.chats('POST', `/${ids[1]}/messages`, words('Go on'));
    expect(await list(server, `limit=2&after_id=${ids[1]}`)).toEqual([ids[0], ids[2]]);
    expect(await list(server, 'limit=1&offset=3')).toEqual([ids[3]]);
    // The place of an archived chat counts.
    await server.chats('PATCH', `/${ids[2]}`, { archived: true });
    expect(await list(server, `after_id=${ids[2]}`)).toEqual([ids[1], ids[0], ids[3]]);
  });

  it('has 50 chats without a limit', async () => {
    const server = await startLocalChats();
    for (let count = 0; count < 51; count++) await server.create(`${count}`);
    expect(await list(server)).toHaveLength(50);
    expect(await list(server, 'limit=200')).toHaveLength(51);
  });
});

describe('filters', () => {
  it('finds chats by archive, unread mark, title, text, labels and status', async () => {
    const server = await startLocalChats();
    const plain = await idleChat(server, 'Plain');
    const unread = await server.create('The auth: tests');
    server.agent(unread).write('Pinned the Ünusual clock, "twice".');
    server.agent(unread).finish();
    const old = await idleChat(server, 'Old');
    await server.chats('PATCH', `/${old}`, { archived: true });
    const labelled = await idleChat(server, 'Labelled', { labels: { taskdeck: 'x:1', team: 'a' } });
    const running = await server.create('Running');
    expect(await find(server, 'archived:true')).toEqual([old]);
    expect(await find(server, 'archived:any')).toHaveLength(5);
    expect(await find(server, 'archived:false')).toContain(plain);
    expect(await find(server, 'has_unread:true')).toEqual([unread]);
    expect(await find(server, 'title:"auth: T"')).toEqual([unread]);
    expect(await find(server, 'search:"ÜNUSUAL clock"')).toEqual([unread]);
    expect(await find(server, 'search:tests')).toEqual([unread]);
    expect(await find(server, 'search:tool_call')).toEqual([]);
    expect(await find(server, 'status:running,error')).toEqual([running]);
    expect(await find(server, 'source:shared_with_me')).toEqual([]);
    expect(await find(server, 'source:created_by_me,shared_with_me title:e')).toEqual(
      expect.arrayContaining([labelled, unread]),
    );
    for (const query of ['pr:7', 'pr_status:open', 'repo:acme/auth', 'pr_title:x', 'diff_url:"https://x"'])
      expect(await find(server, query)).toEqual([]);
    expect(await find(server, 'pr_status:none')).toHaveLength(4);
    expect(await list(server, 'label=taskdeck:x:1&label=team:a')).toEqual([labelled]);
    expect(await list(server, 'label=taskdeck:x:1&label=team:b')).toEqual([]);
    expect(await list(server, 'label=constructor:x')).toEqual([]);
  });

  it.each(['q=colour:red', 'q=title:', 'q=constructor:x', 'after_id=x', 'limit=-1', 'offset=1.5'])(
    'refuses %s',
    async (query) => {
      const server = await startLocalChats();
      expect((await server.chats('GET', `?${query}`)).status).toBe(400);
    },
  );
});

describe('messages', () => {
  it('page from the newest, and from a cursor upwards', async () => {
    const server = await startLocalChats();
    const id = await server.create('Message 0');
    for (let index = 1; index < 5; index++) {
      server.agent(id).finish();
      await server.chats('POST', `/${id}/messages`, words(`Message ${index}`));
    }
    await server.chats('POST', `/${id}/messages`, words('Queued'));
    const page = async (query: string) => {
      const { body } = await server.chats('GET', `/${id}/messages?${query}`);
      const ids = body.messages.map((message: { id: number }) => message.id);
      return { ids, more: body.has_more, queue: body.queued_messages.length };
    };
    const all = (await page('')).ids.toReversed();
    expect(all).toHaveLength(5);
    expect(await page('limit=2')).toEqual({ ids: [all[4], all[3]], more: true, queue: 1 });
    expect(await page(`limit=3&before_id=${all[3]}`)).toEqual({
      ids: [all[2], all[1], all[0]],
      more: false,
      queue: 0,
    });
    expect(await page(`limit=2&after_id=${all[1]}`)).toEqual({ ids: [all[2], all[3]], more: true, queue: 0 });
    expect(await page(`after_id=${all[0]}&before_id=${all[3]}`)).toEqual({
      ids: [all[2], all[1]],
      more: false,
      queue: 0,
    });
    expect((await server.chats('GET', `/${id}/prompts?limit=2`)).body.prompts).toEqual([
      { id: all[4], text: 'Message 4' },
      { id: all[3], text: 'Message 3' },
    ]);
    expect((await server.chats('GET', `/${id}/prompts?limit=2001`)).status).toBe(400);
  });
});

it('has a page of long messages with fewer of them', async () => {
  const server = await startLocalChats();
  const text = 'The quick brown fox. '.repeat(50_000);
  const id = await server.create('Begin');
  for (let index = 0; index < 12; index++) {
    server.agent(id).write(`${index}`);
    for (let piece = 0; piece < 10; piece++) server.agent(id).write(text.slice(0, 100_000));
    server.agent(id).finish();
    await server.chats('POST', `/${id}/messages`, words('Go on'));
  }
  const read: number[] = [];
  for (let query = 'limit=200'; ; ) {
    const { body } = await server.chats('GET', `/${id}/messages?${query}`);
    expect(body.messages.length).toBeGreaterThan(0);
    expect(JSON.stringify(body).length).toBeLessThan(9 << 20);
    read.push(...body.messages.map((message: { id: number }) => message.id));
    if (!body.has_more) break;
    query = `limit=200&before_id=${read.at(-1)}`;
  }
  expect(read).toHaveLength(25);
  expect(read).toEqual(read.toSorted((one, other) => other - one));
  const upwards = (await server.chats('GET', `/${id}/messages?limit=200&after_id=${read.at(-1)}`)).body;
  expect(upwards.has_more).toBe(true);
  expect(upwards.messages[0].id).toBe(read.at(-2));
});

describe('operations that agents of this machine do not have', () => {
  it.each(['compact', 'clear', 'reconcile-invalid', 'title/propose'])('%s is refused', async (path) => {
    const server = await startLocalChats();
    const id = await idleChat(server, 'Plain');
    const before = (await server.chats('GET', `/${id}`)).body;
    expect((await server.chats('POST', `/${id}/${path}`)).status).toBe(409);
    expect((await server.chats('GET', `/${id}`)).body).toEqual(before);
  });
});

it('refuses bodies that are no objects', async () => {
  const server = await startLocalChats();
  const id = await idleChat(server, 'Plain');
  for (const body of [[], 'text', 7, null])
    for (const [method, path] of [
      ['POST', ''],
      ['PATCH', `/${id}`],
      ['POST', `/${id}/messages`],
      ['POST', `/${id}/tool-results`],
    ] as const)
      expect((await server.chats(method, path, body)).status).toBe(400);
});
