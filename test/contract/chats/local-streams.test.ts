import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { words } from '../../support/local-chats/start-local-chats.ts';
import { clockTimes } from './followed-chat.ts';
import { startLocal } from './local-under-test.ts';
import { openSocket, type SocketClient } from './socket-client.ts';
import { FILES } from './socket-contract.ts';

/* Sockets and files of a local server, beside the rows of the contract. */

const connect = (server: Awaited<ReturnType<typeof startLocal>>, path: string): Promise<SocketClient> =>
  openSocket(server, `/api/v2/chats${path}`, { headers: { 'coder-session-token': server.token } });

describe('streams of a growing message', () => {
  it('continue a message that a GET has shown', async () => {
    const server = await startLocal();
    const id = await server.arrange({ status: 'running' });
    const agent = server.local.agent(id);
    agent.write('One ');
    const messages = async () => (await server.local.chats('GET', `/${id}/messages`)).body.messages;
    await expect.poll(async () => (await messages())[0].content).toEqual([{ type: 'text', text: 'One ' }]);
    const growing = (await messages())[0].id;
    const client = await connect(server, `/${id}/stream?after_id=${growing}`);
    await client.settled();
    expect(client.events).toMatchObject([
      { type: 'message', message: { id: growing, content: [] } },
      { type: 'status' },
      { type: 'preview_reset' },
      { type: 'message_part', message_part: { part: { text: 'One ' }, seq: 1 } },
    ]);
    agent.write('two.');
    agent.finish();
    await client.settled();
    expect(client.events.slice(4)).toMatchObject([
      { type: 'message', message: { id: growing, content: [{ text: 'One two.' }] } },
      { type: 'status', status: { status: 'waiting' } },
      { type: 'preview_reset' },
    ]);
  });

  it('have it as a whole while a request waits for its answer, and its parts again afterwards', async () => {
    const server = await startLocal();
    const id = await server.arrange({ status: 'running' });
    const agent = server.local.agent(id);
    const client = await connect(server, `/${id}/stream`);
    await client.settled();
    let seen = client.events.length;
    const events = async () => {
      await client.settled();
      const after = client.events.slice(seen);
      seen = client.events.length;
      return after;
    };
    agent.write('Before.');
    const [before] = await events();
    const requests = [agent.ask(), agent.ask()];
    const asked = (await events()).filter(({ type }) => type === 'message');
    expect(asked.at(-1).message.content).toHaveLength(5);
    agent.call({ name: 'read', kind: 'read', status: 'completed', output: 'text' });
    expect(await events()).toMatchObject([{ type: 'message', message: { content: { length: 7 } } }]);
    const answer = (request: string | undefined) =>
      server.local.chats('POST', `/${id}/tool-results`, {
        results: [{ tool_call_id: request, output: server.toolOutput }],
      });
    await answer(requests[0]);
    expect((await events()).map(({ type }) => type)).toEqual(['message', 'action_required']);
    await answer(requests[1]);
    const [message, status, reset, ...parts] = await events();
    expect(message).toMatchObject({ type: 'message', message: { id: asked[0].message.id, content: [] } });
    expect(status).toMatchObject({ type: 'status', status: { status: 'running' } });
    expect(reset).toMatchObject({ type: 'preview_reset' });
    expect(parts.map(({ message_part: part }) => [part.part.type, part.seq])).toEqual(
      [
        'text',
        'tool-call',
        'tool-call',
        'tool-result',
        'tool-call',
        'tool-call',
        'tool-result',
        'tool-call',
        'tool-result',
      ].map((type, index) => [type, index + 1]),
    );
    const keyOf = ({ message_part: part }: (typeof parts)[number]): number =>
      part.history_version * 1_000 + part.generation_attempt;
    expect(keyOf(parts[0])).toBeGreaterThan(keyOf(before));
    agent.write('After.');
    expect(await events()).toMatchObject([{ message_part: { part: { text: 'After.' }, seq: 10 } }]);
  });

  it('send each piece at once, with rising numbers', async () => {
    const server = await startLocal();
    const id = await server.arrange({ status: 'running' });
    const client = await connect(server, `/${id}/stream`);
    await client.settled();
    const before = client.events.length;
    for (const text of ['One ', 'two ', 'three.']) {
      server.local.agent(id).write(text);
      await client.settled();
    }
    expect(client.events.slice(before)).toMatchObject(
      ['One ', 'two ', 'three.'].map((text, index) => ({
        type: 'message_part',
        message_part: { part: { text }, seq: index + 1, generation_attempt: 1 },
      })),
    );
  });
});

describe('slow clients', () => {
  it('get the whole turn, and the server holds a few MB', async () => {
    const server = await startLocal();
    const id = await server.arrange({ status: 'running' });
    const client = await connect(server, `/${id}/stream`);
    await client.settled();
    const underlying = (client.socket as unknown as { _socket: Socket })._socket;
    underlying.pause();
    const before = process.memoryUsage();
    const piece = 'The quick brown fox jumps over the lazy dog. '.repeat(10);
    // Each turn is as long as a message can be.
    for (let turn = 0; turn < 40; turn++) {
      for (let index = 0; index < 200; index++) {
        for (let part = 0; part < 20; part++) server.local.agent(id).write(piece);
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
      server.local.agent(id).finish();
      await server.local.chats('POST', `/${id}/messages`, words('Go on'));
    }
    const after = process.memoryUsage();
    // 70 MB were written.
    const grown = after.external + after.arrayBuffers - before.external - before.arrayBuffers;
    expect(grown).toBeLessThan(16 * 1024 * 1024);
    server.local.agent(id).write('The end.');
    underlying.resume();
    await client.until(({ events }) => {
      const last = events.at(-1);
      return last?.type === 'message_part' && last.message_part.part.text.endsWith('The end.');
    });
    const messages = client.events.filter(({ type }) => type === 'message');
    expect(messages.filter(({ message }) => message.role === 'user')).toHaveLength(42);
    const answers = messages.filter(({ message }) => message.role === 'assistant').slice(1);
    expect(answers).toHaveLength(40);
    for (const { message } of answers) expect(message.content[0].text).toBe(piece.repeat(4_000));
  }, 120_000);
});

describe('the end of a socket', () => {
  it('comes when the client writes, the chat is deleted, or the server ends', async () => {
    const server = await startLocal();
    const id = await server.arrange({});
    const [writing, stream, watch] = [
      await connect(server, `/${id}/stream`),
      await connect(server, `/${id}/stream`),
      await connect(server, '/watch'),
    ];
    writing.socket.send('{"type":"refresh"}');
    expect(await writing.closed).toBe(1008);
    await server.local.chats('PATCH', `/${id}`, { archived: true });
    await server.local.chats('DELETE', `/${id}`);
    expect(await stream.closed).toBe(1011);
    await watch.settled();
    expect(watch.types.slice(-2)).toEqual(['deleted', 'deleted']);
    await server.local.server.close();
    expect(await watch.closed).toBe(1001);
  });
});

describe('pings', () => {
  /** 15 s are 150 ms. */
  const clock = clockTimes(100);

  it('keep a quiet socket open', async () => {
    const server = await startLocal({ clock });
    const id = await server.arrange({});
    for (const path of ['/watch', `/${id}/stream`, `/${id}/stream/git`]) {
      const client = await connect(server, path);
      await client.until(({ pings }) => pings >= 4);
      expect(client.socket.readyState).toBe(client.socket.OPEN);
    }
  });

  it('find out that a client is gone', async () => {
    const server = await startLocal({ clock });
    const client = await openSocket(server, '/api/v2/chats/watch', {
      headers: { 'coder-session-token': server.token },
      autoPong: false,
    });
    expect(await client.closed).toBe(1006);
    expect(client.pings).toBe(2);
  });
});

describe('read marks', () => {
  it('are set when a stream opens and when it closes, after the end of a turn', async () => {
    const server = await startLocal();
    const id = await server.arrange({ unread: true });
    const unread = async () => (await server.local.chats('GET', `/${id}`)).body.has_unread;
    expect(await unread()).toBe(true);
    const watch = await connect(server, '/watch');
    await watch.settled();
    expect(await unread()).toBe(true);
    const client = await connect(server, `/${id}/stream`);
    await client.settled();
    expect(await unread()).toBe(false);
    await server.local.chats('POST', `/${id}/messages`, words('Go on'));
    server.local.agent(id).write('Half');
    const other = await connect(server, `/${id}/stream`);
    await other.settled();
    await other.close();
    server.local.agent(id).finish();
    await client.settled();
    // The closed stream has not seen the end of the answer.
    expect(await unread()).toBe(true);
    await client.close();
    await expect.poll(unread).toBe(false);
  });
});

describe('uncommitted changes', () => {
  it('answer each refresh', async () => {
    const server = await startLocal({ env: { PATH: process.env.PATH, GIT_CEILING_DIRECTORIES: '/' } });
    const id = await server.arrange({});
    const client = await connect(server, `/${id}/stream/git`);
    client.socket.send('{"type":"refresh"}');
    await client.until(({ events }) => events.length === 1);
    expect(client.events[0]).toMatchObject({ type: 'changes', repositories: [] });
    execFileSync('git', ['init', '--quiet', '--initial-branch=main'], { cwd: server.local.directory });
    writeFileSync(`${server.local.directory}/a.txt`, 'one\n');
    client.socket.send('{"type":"refresh"}');
    await client.until(({ events }) => events.length === 2);
    expect(client.events[1]).toMatchObject({
      type: 'changes',
      scanned_at: expect.any(String),
      repositories: [
        {
          repo_root: server.local.directory,
          branch: 'main',
          remote_origin: '',
          unified_diff: expect.stringContaining('+one\n'),
        },
      ],
    });
    client.socket.send('what?');
    await client.until(({ events }) => events.length === 3);
    expect(client.events[2]).toEqual({ type: 'error', message: 'Unknown message type.' });
  });

  it('are an error without git', async () => {
    const server = await startLocal();
    const id = await server.arrange({});
    const client = await connect(server, `/${id}/stream/git`);
    client.socket.send('{"type":"refresh"}');
    await client.until(({ events }) => events.length === 1);
    expect(client.events[0]).toMatchObject({
      type: 'error',
      message: expect.stringContaining('Cannot run git'),
    });
  });
});

describe('files', () => {
  it.for(FILES.filter(({ options }) => options === undefined))('$id', async (row) => {
    const server = await startLocal();
    const query = row.query ?? `?organization=${server.organizationId}`;
    const response = await fetch(`${server.url}/api/v2/chats/files${query}`, {
      method: 'POST',
      headers: {
        'coder-session-token': server.token,
        'content-type': row.type,
        'content-disposition': `attachment; filename*=utf-8''${encodeURIComponent(row.name)}`,
      },
      body: Buffer.alloc(row.bytes, 'x'),
    });
    const body = (await response.json()) as { message?: string; id: string };
    expect(response.status).toBe(row.answer.status);
    if (row.answer.message !== undefined) expect(body.message).toBe(row.answer.message);
    if (row.answer.status !== 201) return;
    const stored = await fetch(`${server.url}/api/v2/chats/files/${body.id}`, {
      headers: { 'coder-session-token': server.token },
    });
    expect(stored.headers.get('content-type')).toBe(row.type.split(';')[0]);
    expect(decodeURIComponent(stored.headers.get('content-disposition') ?? '')).toContain(row.name);
    expect((await stored.arrayBuffer()).byteLength).toBe(row.bytes);
    const id = await server.local.create('Look at it', {
      content: [
        { type: 'text', text: 'Look at it' },
        { type: 'file', file_id: body.id },
      ],
    });
    expect((await server.local.chats('GET', `/${id}`)).body.files).toMatchObject([
      { id: body.id, name: row.name },
    ]);
  });
});
