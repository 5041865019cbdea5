import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { textParts } from '../../src/domain/message.ts';
import { json, type Reply, raw } from '../support/coder-server.ts';
import { ada, backendAt, coderServer, errorOf, neverAborted } from './api-fixture.ts';
import { message, TASK_ID, task } from './response-bodies.ts';

const LIST = '/api/v2/tasks';
const LOGS = `/api/v2/tasks/ada/${TASK_ID}/logs`;

/** About 330 KB. */
const many = Array.from({ length: 300 }, (_, n) => task({ id: `${n}`.padStart(8, '0') + TASK_ID.slice(8) }));
const listOf = (tasks: readonly unknown[]): Reply => json(200, { tasks, count: tasks.length });

test('unchanged tasks of a long list keep their identity', async () => {
  const server = await coderServer();
  const changed = many.with(150, task({ id: many[150]?.id, name: 'another-name-than-before' }));
  server.on('GET', LIST, listOf(many), listOf(many), listOf(changed));
  const backend = backendAt(server);
  const first = await backend.list({ owner: null }, neverAborted());
  expect(first).toHaveLength(300);
  expect(await backend.list({ owner: null }, neverAborted())).toBe(first);
  const next = await backend.list({ owner: null }, neverAborted());
  expect(next[150]).toMatchObject({ name: 'another-name-than-before' });
  expect(next.filter((one, index) => one === first[index])).toHaveLength(299);
  expect(server.connections).toBe(1);
});

test('compressed responses are compared after decompression', async () => {
  const server = await coderServer();
  const entries = Array.from({ length: 2_000 }, (_, id) => ({
    ...message(1, 'output', `line ${id} ü`.repeat(5)),
    id,
  }));
  const packed =
    (...logs: readonly unknown[]): Reply =>
    (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(gzipSync(JSON.stringify({ logs, snapshot: false })));
    };
  server.on('GET', LOGS, packed(...entries), packed(...entries, message(2, 'input', 'more')));
  const backend = backendAt(server);
  const first = await backend.transcript(ada, neverAborted());
  const next = await backend.transcript(ada, neverAborted());
  expect(next.messages).toHaveLength(2_001);
  expect(next.messages.at(-1)).toMatchObject({ role: 'user', parts: textParts('more') });
  expect(next.messages[1_999]).toBe(first.messages[1_999]);
});

test('the error names the invalid task of a long list', async () => {
  const server = await coderServer();
  server.on('GET', LIST, listOf(many.with(299, task({ updated_at: 5 }))));
  const error = await errorOf(backendAt(server).list({ owner: null }, neverAborted()));
  expect(error.message).toContain('tasks[299].updated_at is not of type string');
});

test('a read of a long list is retried when the server closes its kept-alive connection', async () => {
  const server = await coderServer();
  server.on('GET', LIST, listOf(many), (_response, _request, socket) => void socket.destroy(), listOf(many));
  const backend = backendAt(server);
  const first = await backend.list({ owner: null }, neverAborted());
  expect(await backend.list({ owner: null }, neverAborted())).toBe(first);
  expect(server.connections).toBe(2);
  expect(server.requests).toHaveLength(3);
});

test('a response that is cut off leaves the last result unchanged', async () => {
  const server = await coderServer();
  const cut: Reply = (response, _request, socket) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '400000' });
    response.write(JSON.stringify({ tasks: many.toReversed() }).slice(0, 200_000), () => socket.destroy());
  };
  server.on('GET', LIST, listOf(many), cut, listOf(many));
  const backend = backendAt(server);
  const first = await backend.list({ owner: null }, neverAborted());
  expect((await errorOf(backend.list({ owner: null }, neverAborted()))).kind).toBe('unreachable');
  expect(await backend.list({ owner: null }, neverAborted())).toBe(first);
});

test('error statuses and aborts are reported as for short responses', async () => {
  const server = await coderServer();
  const silent: Reply = (response) =>
    void response.writeHead(200, { 'content-type': 'application/json' }).write('{');
  server.on('GET', LIST, json(401, { message: 'Signed out.' }), raw(200, '<html>'), silent);
  const backend = backendAt(server);
  expect((await errorOf(backend.list({ owner: null }, neverAborted()))).kind).toBe('signed-out');
  expect((await errorOf(backend.list({ owner: null }, neverAborted()))).kind).toBe('not-coder');
  const controller = new AbortController();
  const given = errorOf(backend.list({ owner: null }, controller.signal));
  await server.waitForRequests(3);
  controller.abort();
  expect((await given).kind).toBe('aborted');
});

test('a response that is too large is aborted', async () => {
  const server = await coderServer();
  server.on('GET', LIST, listOf(many));
  const error = await errorOf(backendAt(server, { maxBytes: 100_000 }).list({ owner: null }, neverAborted()));
  expect(error.message).toContain('larger than 100000 bytes');
});
