import { describe, expect, it } from 'vitest';
import { idsOf, startServer } from './start-server.ts';

const list = async (
  { call }: Pick<Awaited<ReturnType<typeof startServer>>, 'call'>,
  query = '',
): Promise<readonly string[]> => idsOf(await call('GET', query === '' ? '' : `?${query}`));

describe('the order and the pages of a list', () => {
  it('has pinned chats first, then the latest change', async () => {
    const server = await startServer();
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((title) => server.chats.seed({ title }));
    expect(await list(server)).toEqual([d, c, b, a]);
    for (const id of [b, a]) server.chats.web.update(id ?? '', { pin_order: 1 });
    expect(await list(server)).toEqual([b, a, d, c]);
    server.chats.agent(c ?? '').start('Go on');
    expect(await list(server)).toEqual([b, a, c, d]);
  });

  it('continues after the current place of a chat', async () => {
    const server = await startServer();
    const ids = ['a', 'b', 'c', 'd'].map((title) => server.chats.seed({ title })).toReversed();
    expect(await list(server, 'limit=2')).toEqual(ids.slice(0, 2));
    expect(await list(server, `limit=2&after_id=${ids[1]}`)).toEqual(ids.slice(2));
    // The cursor moves to the top: the next page repeats a chat.
    server.chats.agent(ids[1] ?? '').start('Go on');
    expect(await list(server, `limit=2&after_id=${ids[1]}`)).toEqual([ids[0], ids[2]]);
    expect(await list(server, 'limit=1&offset=3')).toEqual([ids[3]]);
  });

  it('has 50 chats without a limit', async () => {
    const server = await startServer();
    for (let count = 0; count < 51; count++) server.chats.seed();
    expect(await list(server)).toHaveLength(50);
    expect(await list(server, 'limit=200')).toHaveLength(51);
  });
});

describe('pins', () => {
  it('appends a new pin, moves a pinned chat, and closes gaps', async () => {
    const server = await startServer();
    const ids = ['a', 'b', 'c'].map((title) => server.chats.seed({ title }));
    const [a = '', b = '', c = ''] = ids;
    const orders = () => ids.map((id) => server.chats.chat(id).pinOrder);
    for (const id of ids) expect((await server.call('PATCH', `/${id}`, { pin_order: 9 })).status).toBe(204);
    expect(orders()).toEqual([1, 2, 3]);
    await server.call('PATCH', `/${c}`, { pin_order: 1 });
    expect(orders()).toEqual([2, 3, 1]);
    await server.call('PATCH', `/${a}`, { pin_order: 99 });
    expect(orders()).toEqual([3, 2, 1]);
    await server.call('PATCH', `/${b}`, { pin_order: 0 });
    expect(orders()).toEqual([2, 0, 1]);
  });

  it('does not move a chat in time', async () => {
    const { chats, call } = await startServer();
    const id = chats.seed();
    const before = (await call('GET', `/${id}`)).body.updated_at;
    await call('PATCH', `/${id}`, { pin_order: 1 });
    await call('PATCH', `/${id}`, { read: false });
    expect((await call('GET', `/${id}`)).body).toMatchObject({ updated_at: before, pin_order: 1 });
  });
});

describe('filters', () => {
  it('finds chats by archive, unread mark, title, text, labels and pull request', async () => {
    const server = await startServer();
    const { chats } = server;
    const plain = chats.seed({ title: 'Plain' });
    const unread = chats.seed({ title: 'The auth: tests', unread: true });
    const old = chats.seed({ title: 'Old', archived: true });
    const labelled = chats.seed({ title: 'Labelled', labels: { taskdeck: 'x:1', team: 'a' } });
    const merged = chats.seed({
      title: 'Merged',
      messages: [['user', 'Replace the gearbox']],
    });
    chats.agent(merged).pullRequest({ pull_request_state: 'merged', pr_number: 7 });
    const draft = chats.seed({ title: 'Draft' });
    chats.agent(draft).pullRequest({ pull_request_draft: true });
    const others = chats.seed({ title: 'Shared', owner: 'grace' });

    const query = (q: string) => list(server, `q=${encodeURIComponent(q)}`);
    expect(await query('archived:true')).toEqual([old]);
    expect(await query('archived:any')).toHaveLength(6);
    expect(await query('has_unread:true')).toEqual([unread]);
    expect(await query('title:"auth: T"')).toEqual([unread]);
    expect(await query('search:gearbox')).toEqual([merged]);
    expect(await query('pr:7')).toEqual([merged]);
    expect(await query('pr_status:merged,draft')).toEqual([draft, merged]);
    expect(await query('pr_status:open')).toEqual([]);
    expect(await query('repo:acme/auth')).toEqual([draft, merged]);
    expect(await query('source:shared_with_me')).toEqual([others]);
    expect(await query('source:created_by_me,shared_with_me title:e')).toEqual([
      others,
      merged,
      labelled,
      unread,
    ]);
    expect(await list(server, 'label=taskdeck:x:1&label=team:a')).toEqual([labelled]);
    expect(await list(server, 'label=taskdeck:x:1&label=team:b')).toEqual([]);
    expect(await query('archived:false')).toContain(plain);
  });

  it('knows status words only on the newest servers', async () => {
    const server = await startServer({ era: 'paused' });
    const running = server.chats.seed({ status: 'running' });
    server.chats.seed();
    expect(await list(server, 'q=status:running,error')).toEqual([running]);
  });
});

describe('families', () => {
  it('lists sub-agents inside of their parent, newest first', async () => {
    const { chats, call } = await startServer();
    const parent = chats.seed();
    chats.agent(parent).start('Split the work');
    const [first, second] = [chats.agent(parent).spawn('One'), chats.agent(parent).spawn('Two')];
    const { body } = await call('GET', '');
    expect(body).toHaveLength(1);
    expect(body[0].children).toMatchObject([
      { id: second, parent_chat_id: parent, root_chat_id: parent, children: [] },
      { id: first },
    ]);
    expect((await call('GET', `/${parent}`)).body.children).toHaveLength(2);
    expect((await call('GET', `/${first}`)).body).toMatchObject({ status: 'running', title: 'One' });
  });

  it('archives and restores the whole family', async () => {
    const { chats, call } = await startServer();
    const parent = chats.seed({ pinOrder: 1 });
    const child = chats.seed({ parent });
    await call('PATCH', `/${parent}`, { archived: true });
    expect([parent, child].map((id) => chats.chat(id).archived)).toEqual([true, true]);
    expect(chats.chat(parent).pinOrder).toBe(0);
    expect((await call('GET', '?q=archived:true')).body).toMatchObject([{ children: [{ id: child }] }]);
    await call('PATCH', `/${parent}`, { archived: false });
    expect([parent, child].map((id) => chats.chat(id).archived)).toEqual([false, false]);
  });
});

it('counts a chat as unread until its cursor reaches the last answer', async () => {
  const { chats, call } = await startServer();
  const id = chats.seed();
  const isUnread = async () => (await call('GET', '')).body[0].has_unread;
  expect(await isUnread()).toBe(false);
  chats.agent(id).start('Go on');
  expect(await isUnread()).toBe(false);
  chats.agent(id).say('I begin.');
  expect(await isUnread()).toBe(true);
  await call('PATCH', `/${id}`, { read: true });
  expect(await isUnread()).toBe(false);
  await call('PATCH', `/${id}`, { read: false });
  expect(await isUnread()).toBe(true);
  chats.web.open(id);
  expect(await isUnread()).toBe(false);
});
