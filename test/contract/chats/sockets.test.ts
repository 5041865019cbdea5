import { describe, expect, it } from 'vitest';
import { ORGANIZATION_ID } from '../../support/chats/state.ts';
import { arrangeChat } from './arrange.ts';
import { checkSnapshot, checkStream, checkWatch } from './check-socket-rows.ts';
import type { Received } from './request.ts';
import { openSocket, refusedUpgrade } from './socket-client.ts';
import { FILES, SNAPSHOTS, STREAMS, UPGRADES, type UpgradeRow, WATCH } from './socket-contract.ts';
import { startStandIn } from './stand-in.ts';
import { startServer } from './start-server.ts';

const MISSING_ID = '00000000-0000-4000-8000-000000000009';

describe('upgrades that the server refuses', () => {
  it.each(UPGRADES)('$id', async (row: UpgradeRow) => {
    const { server, chats } = await startServer({ ...row.options, buildMs: null });
    const id = row.chat === undefined ? null : arrangeChat(chats, row.chat);
    if (id !== null && row.workspace !== undefined) {
      const workspace = { stopped: () => chats.workspaces.add('auth', 'stopped'), gone: () => MISSING_ID };
      const starting = () => {
        const added = chats.workspaces.add('auth', 'stopped');
        chats.workspaces.build(added, 'start');
        return added;
      };
      chats.row(id).workspaceId = { ...workspace, starting }[row.workspace]();
    }
    for (const fault of row.faults ?? []) chats.faults.plan(...fault);
    const chat = `/${row.chatId ?? id ?? ''}/stream`;
    const path = { watch: '/watch', stream: chat, git: `${chat}/git` }[row.socket];
    const url = `/api/v2/chats${path}${row.query ?? ''}`;
    const options = row.headers === undefined ? {} : { headers: row.headers };
    const refused = refusedUpgrade(server, url, options);
    if (row.answer === 'connection lost') await expect(refused).rejects.toThrow(/socket hang up|ECONNRESET/u);
    else {
      const { status, body } = await refused;
      expect(status).toBe(row.answer.status);
      if (row.answer.page) expect(body).toContain('<title>');
      else if (row.answer.message !== undefined) expect(body).toMatchObject({ message: row.answer.message });
    }
    expect(chats.sockets.open.all).toBe(0);
    if (row.then === 'opens') expect((await openSocket(server, url, options)).socket.readyState).toBe(1);
  });

  it('opens under every prefix, with the own host as the Origin', async () => {
    const { server, chats } = await startServer({ token: 'token' });
    const id = chats.seed();
    const headers = { 'coder-session-token': 'token', origin: server.url };
    for (const path of ['/api/v2/chats/watch', `/api/experimental/chats/${id}/stream`])
      expect((await openSocket(server, path, { headers })).socket.readyState).toBe(1);
    expect(chats.sockets.open).toEqual({ watch: 1, stream: 1, git: 0, all: 2 });
    expect(chats.sockets.upgrades.map(({ kind, status }) => [kind, status])).toEqual([
      ['watch', 101],
      ['stream', 101],
    ]);
    expect(chats.sockets.upgrades[0]?.headers).toMatchObject({ 'coder-session-token': 'token' });
  });
});

describe('the snapshot of a stream', () => {
  it.each(SNAPSHOTS)('$id', async (row) => checkSnapshot(await startStandIn(row.options), row));
});

describe('an open stream', () => {
  it.each(STREAMS)('$id', async (row) => checkStream(await startStandIn(row.options), row));

  it('writes no more than 256 events in a message', async () => {
    const { server, chats } = await startServer();
    const id = chats.seed({ status: 'running' });
    const client = await openSocket(server, `/api/v2/chats/${id}/stream`);
    for (let index = 0; index < 600; index++) chats.agent(id).write('x');
    await client.until(({ types }) => types.filter((type) => type === 'message_part').length === 600);
    expect(Math.max(...client.frames.map((frame) => frame.length))).toBe(256);
  });

  it('closes when the client writes', async () => {
    const { server, chats } = await startServer();
    const id = chats.seed();
    const client = await openSocket(server, `/api/v2/chats/${id}/stream`);
    client.socket.send('{"type":"refresh"}');
    expect(await client.closed).toBe(1008);
    expect(chats.sockets.written).toEqual([{ kind: 'stream', chat: id, text: '{"type":"refresh"}' }]);
  });

  it('closes when the chat is removed', async () => {
    const { server, chats } = await startServer();
    const id = chats.seed();
    const client = await openSocket(server, `/api/v2/chats/${id}/stream`);
    chats.remove(id);
    expect(await client.closed).toBe(1011);
  });

  it('breaks with the server', async () => {
    const { server, chats } = await startServer();
    const id = chats.seed();
    const client = await openSocket(server, `/api/v2/chats/${id}/stream`);
    await server.down();
    expect(await client.closed).toBe(1006);
    await server.up();
    expect((await openSocket(server, `/api/v2/chats/${id}/stream`)).socket.readyState).toBe(1);
  });
});

describe('read marks', () => {
  it('are set when the owner connects and when it disconnects', async () => {
    const { server, chats } = await startServer();
    const id = chats.seed({ unread: true });
    const client = await openSocket(server, `/api/v2/chats/${id}/stream`);
    await client.until(({ types }) => types.includes('preview_reset'));
    expect(chats.chat(id).unread).toBe(false);
    chats.agent(id).start('Go on');
    chats.agent(id).finish({ say: 'Done.' });
    expect(chats.chat(id).unread).toBe(true);
    await client.close();
    await chats.sockets.until(() => chats.sockets.open.all === 0);
    expect(chats.chat(id).unread).toBe(false);
  });

  it('stay when another user reads, and with the watch socket', async () => {
    const { server, chats } = await startServer();
    const [theirs, mine] = [chats.seed({ owner: 'grace', unread: true }), chats.seed({ unread: true })];
    const client = await openSocket(server, `/api/v2/chats/${theirs}/stream`);
    await client.until(({ types }) => types.includes('preview_reset'));
    await openSocket(server, '/api/v2/chats/watch');
    expect([chats.chat(theirs).unread, chats.chat(mine).unread]).toEqual([true, true]);
  });
});

describe('the watch socket', () => {
  it.each(WATCH)('$id', async (row) => checkWatch(await startStandIn(row.options), row));

  it('writes each event in an object of its own in the old framing', async () => {
    const { server, chats } = await startServer({ framing: 'envelope' });
    const id = chats.seed();
    const client = await openSocket(server, '/api/v2/chats/watch');
    chats.web.update(id, { title: 'Pin the clock' });
    await client.until(({ events }) => events.length > 0);
    expect(client.enveloped).toBe(true);
    expect(client.events).toMatchObject([{ kind: 'title_change' }]);
  });
});

describe('switches', () => {
  it('pings in both framings, and is silent', async () => {
    const { server, chats } = await startServer({ pingMs: 5 });
    const client = await openSocket(server, '/api/v2/chats/watch');
    await client.until(({ pings }) => pings >= 2);
    chats.options.framing = 'envelope';
    await client.until(({ jsonPings }) => jsonPings >= 2);
    chats.options.silent = true;
    const id = chats.seed();
    chats.web.update(id, { title: 'Unseen' });
    chats.options.silent = false;
    chats.web.update(id, { title: 'Seen' });
    await client.until(({ events }) => events.length > 0);
    expect(client.events).toMatchObject([{ chat: { title: 'Seen' } }]);
  });

  it('opens late', async () => {
    const { server, chats } = await startServer();
    chats.faults.plan('watch', { delayBeforeMs: 30 });
    const opening = openSocket(server, '/api/v2/chats/watch');
    await chats.sockets.until(() => chats.sockets.upgrades.length === 1);
    expect(chats.sockets.upgrades[0]?.status).toBe(0);
    await opening;
    expect(chats.sockets.upgrades[0]?.status).toBe(101);
  });

  it('counts the most sockets that were open at once', async () => {
    const { server, chats } = await startServer();
    const id = chats.seed();
    await openSocket(server, '/api/v2/chats/watch');
    const first = await openSocket(server, `/api/v2/chats/${id}/stream`);
    await first.close();
    await chats.sockets.until(() => chats.sockets.open.stream === 0);
    await openSocket(server, `/api/v2/chats/${id}/stream`);
    expect(chats.sockets.most).toEqual({ watch: 1, stream: 1, git: 0, all: 2 });
  });
});

describe('uncommitted changes', () => {
  const repository = {
    repo_root: '/home/ada/auth',
    branch: 'fix/clock',
    remote_origin: 'https://github.com/acme/auth',
    unified_diff: 'diff --git a/x b/x',
  };

  it('answers each refresh, and reports later changes', async () => {
    const { server, chats } = await startServer();
    const id = chats.seed({ workspaceId: chats.workspaces.add('auth') });
    chats.agent(id).editFiles([repository]);
    const client = await openSocket(server, `/api/v2/chats/${id}/stream/git`);
    client.socket.send('{"type":"refresh"}');
    await client.until(({ events }) => events.length === 1);
    chats.agent(id).editFiles([]);
    await client.until(({ events }) => events.length === 2);
    chats.agent(id).editFiles({ error: 'git is missing' });
    client.socket.send('{"type":"refresh"}');
    await client.until(({ events }) => events.length === 4);
    expect(client.events).toMatchObject([
      { type: 'changes', scanned_at: expect.any(String), repositories: [repository] },
      { type: 'changes', repositories: [] },
      { type: 'error', message: 'git is missing' },
      { type: 'error', message: 'git is missing' },
    ]);
    expect(chats.chat(id).unread).toBe(false);
  });
});

describe('files', () => {
  const upload = async (url: string, row: (typeof FILES)[number]): Promise<Received> => {
    const response = await fetch(
      `${url}/api/v2/chats/files${row.query ?? `?organization=${ORGANIZATION_ID}`}`,
      {
        method: 'POST',
        headers: {
          'coder-session-token': 'token',
          'content-type': row.type,
          'content-disposition': `attachment; filename*=utf-8''${encodeURIComponent(row.name)}`,
        },
        body: Buffer.alloc(row.bytes, 'x'),
      },
    );
    return { status: response.status, body: await response.json(), headers: response.headers };
  };

  it.each(FILES)('$id', async (row) => {
    const { server, chats } = await startServer(row.options);
    const { status, body } = await upload(server.url, row);
    expect(status).toBe(row.answer.status);
    if (row.answer.message !== undefined) expect(body.message).toBe(row.answer.message);
    expect(chats.files.map(({ name, bytes }) => [name, bytes.length])).toEqual(
      row.answer.status === 201 ? [[row.name, row.bytes]] : [],
    );
  });

  it('belong to messages, at most 50 to a chat', async () => {
    const { server, chats, call } = await startServer();
    const id = chats.seed();
    const [row] = FILES;
    if (row === undefined) throw new Error('No row.');
    const parts: unknown[] = [];
    for (let index = 0; index < 51; index++)
      parts.push({ type: 'file', file_id: (await upload(server.url, row)).body.id });
    const unknown = await call('POST', `/${id}/messages`, {
      content: [{ type: 'file', file_id: MISSING_ID }],
    });
    expect(unknown).toMatchObject({ status: 400, body: { message: 'Invalid input part.' } });
    const first = await call('POST', `/${id}/messages`, { content: parts.slice(0, 50) });
    expect(first.body.message.content).toHaveLength(50);
    expect(first.body.message.content[0]).toMatchObject({
      type: 'file',
      media_type: 'text/plain',
      name: 'notes.txt',
    });
    expect(first.body).not.toHaveProperty('warnings');
    const second = await call('POST', `/${id}/messages`, { content: parts.slice(50) });
    expect(second.body.warnings).toHaveLength(1);
    expect((await call('GET', `/${id}`)).body.files).toHaveLength(50);
  });
});

it('returns costs and the use of the context', async () => {
  const { chats, call } = await startServer();
  const id = chats.seed({ status: 'running' });
  const agent = chats.agent(id);
  agent.say('Done.');
  agent.reportUsage({ input_tokens: 8120, output_tokens: 310, total_tokens: 8430, context_limit: 200_000 });
  agent.cost({ total_cost_micros: 412_345, request_count: 18, unpriced_request_count: 2 });
  expect((await call('GET', `/${id}/cost`)).body).toEqual({
    chat_id: id,
    total_cost_micros: 412_345,
    request_count: 18,
    unpriced_request_count: 2,
  });
  const { messages } = (await call('GET', `/${id}/messages?limit=1`)).body;
  expect(messages[0].usage).toMatchObject({ total_tokens: 8430, context_limit: 200_000 });
});
