import { once } from 'node:events';
import { get } from 'node:http';
import { describe, expect, it } from 'vitest';
import { checkSnapshot, checkStream, checkWatch } from './check-socket-rows.ts';
import {
  localSnapshot,
  localStream,
  localWatch,
  NAMED_ROWS,
  socketSkipReason,
} from './local-socket-differences.ts';
import { startLocal } from './local-under-test.ts';
import { refusedUpgrade } from './socket-client.ts';
import { SNAPSHOTS, STREAMS, UPGRADES, WATCH } from './socket-contract.ts';

/* A real local server under the socket contract. local-socket-differences.ts names the rows that it does not have. */

describe('the snapshot of a stream', () => {
  it.for(SNAPSHOTS)('$id', async (row, { skip }) => {
    const reason = socketSkipReason(row);
    if (reason !== null) return skip(reason);
    await checkSnapshot(await startLocal(), localSnapshot(row));
  });
});

describe('an open stream', () => {
  it.for(STREAMS)('$id', async (row, { skip }) => {
    const reason = socketSkipReason(row);
    if (reason !== null) return skip(reason);
    await checkStream(await startLocal(), localStream(row));
  });
});

describe('the watch socket', () => {
  it.for(WATCH)('$id', async (row, { skip }) => {
    const reason = socketSkipReason(row);
    if (reason !== null) return skip(reason);
    await checkWatch(await startLocal(), localWatch(row));
  });
});

it('names only rows of the contract', () => {
  const ids = [...SNAPSHOTS, ...STREAMS, ...WATCH].map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining(NAMED_ROWS));
});

/** Upgrades that need the stand-in: faults, prefixes, the AI Gateway, workspaces. */
const isOfStandIn = ({ options, faults, workspace, id }: (typeof UPGRADES)[number]): boolean =>
  options?.gateway !== undefined ||
  options?.prefix !== undefined ||
  options?.sockets !== undefined ||
  faults !== undefined ||
  workspace !== undefined ||
  id === 'git: a chat without a workspace';

describe('upgrades that the server refuses', () => {
  it.for(UPGRADES.filter((row) => !isOfStandIn(row)))('$id', async (row) => {
    const server = await startLocal();
    const id = row.chat === undefined ? null : await server.arrange(row.chat);
    const path = row.socket === 'watch' ? '/watch' : `/${row.chatId ?? id}/stream`;
    const token = row.options?.token === 'another token' ? 'abcdefghij-1234567890123456789012' : server.token;
    const { status, body } = await refusedUpgrade(server, `/api/v2/chats${path}${row.query ?? ''}`, {
      headers: {
        ...(row.headers === undefined && { 'coder-session-token': token }),
        ...(row.headers !== undefined &&
          'coder-session-token' in row.headers && { 'coder-session-token': server.token }),
        ...(row.headers?.origin !== undefined && { origin: row.headers.origin }),
      },
    });
    if (row.answer === 'connection lost') throw new Error('A row of the stand-in.');
    expect(status).toBe(row.answer.status);
    const { message } = row.answer;
    if (message !== undefined) expect(body.message.startsWith(message)).toBe(true);
  });

  it('refuses another Host, and paths without a socket', async () => {
    const server = await startLocal();
    const headers = { 'coder-session-token': server.token };
    const refused = (path: string, more: object = {}) =>
      refusedUpgrade(server, path, { headers: { ...headers, ...more } });
    expect((await refused('/api/v2/chats/watch', { host: 'evil.example' })).status).toBe(403);
    expect(await refused('/api/v2/chats')).toMatchObject({
      status: 404,
      body: { message: 'Route not found.' },
    });
    expect((await refused('/api/v2/tasks')).status).toBe(404);
  });
});

it('answers a request for another protocol than WebSocket as a plain one', async () => {
  const server = await startLocal();
  const { port } = new URL(server.url);
  const request = get({
    port,
    path: '/api/v2/buildinfo',
    headers: { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': '' },
  });
  const [response] = await once(request, 'response');
  expect(response.statusCode).toBe(200);
  response.resume();
});
