import { expect, test } from 'vitest';
import { empty, json } from '../support/coder-server.ts';
import { TASK_ID, task } from './answers.ts';
import { ada, backendAt, coderServer, errorOf, patience } from './harness.ts';

const TASK = `/api/v2/tasks/ada/${TASK_ID}`;

test('fifty polls one after the other use one connection and fifty requests', async () => {
  const server = await coderServer();
  server.on('GET', '/api/v2/tasks', json(200, { tasks: [task()] }));
  const backend = backendAt(server);
  for (let poll = 0; poll < 50; poll += 1) await backend.list({ owner: 'me' }, patience());
  expect(server.connections).toBe(1);
  expect(server.requests).toHaveLength(50);
});

test('a refusal does not cost the connection', async () => {
  const server = await coderServer();
  const backend = backendAt(server);
  for (let poll = 0; poll < 10; poll += 1) await errorOf(backend.get(ada, patience()));
  expect(server.connections).toBe(1);
});

test('a failing server is asked once: who polls has its own back-off', async () => {
  const server = await coderServer();
  server.on('GET', TASK, json(503, { message: 'later' }, { 'retry-after': '1' }));
  const error = await errorOf(backendAt(server).get(ada, patience()));
  expect(error).toMatchObject({ kind: 'server', retryAfterMs: 1000 });
  expect(server.requests).toHaveLength(1);
});

test('a kept connection that the server closed under a read is replaced without a word', async () => {
  const server = await coderServer();
  server.on(
    'GET',
    TASK,
    json(200, task()),
    // What a server does whose idle time ran out while the request was on its way.
    (_response, _request, socket) => {
      socket.destroy();
    },
    json(200, task({ name: 'again' })),
  );
  const backend = backendAt(server);
  await backend.get(ada, patience());
  expect((await backend.get(ada, patience())).name).toBe('again');
  expect(server.connections).toBe(2);
  expect(server.requests).toHaveLength(3);
});

test('what changes something goes over a connection of its own, which is closed afterwards', async () => {
  const server = await coderServer();
  server.on('GET', TASK, json(200, task()));
  server.on('POST', `${TASK}/send`, empty(204));
  const backend = backendAt(server);
  await backend.get(ada, patience());
  await backend.send(ada, 'one', patience());
  await backend.send(ada, 'two', patience());
  await backend.get(ada, patience());
  expect(server.connections).toBe(3);
});
