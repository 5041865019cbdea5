import { expect, test } from 'vitest';
import { empty, json } from '../support/coder-server.ts';
import { CLOCK_EVENTS, type ManualClock, manualClock } from '../support/manual-clock.ts';
import { ada, backendAt, coderServer, errorOf, neverAborted } from './api-fixture.ts';
import { TASK_ID, task } from './response-bodies.ts';

const TASK = `/api/v2/tasks/ada/${TASK_ID}`;

test('fifty polls one after the other use one connection and fifty requests', async () => {
  const server = await coderServer();
  server.on('GET', '/api/v2/tasks', json(200, { tasks: [task()] }));
  const backend = backendAt(server);
  for (let poll = 0; poll < 50; poll += 1) await backend.list({ owner: 'me' }, neverAborted());
  expect(server.connections).toBe(1);
  expect(server.requests).toHaveLength(50);
});

test('an error response does not close the connection', async () => {
  const server = await coderServer();
  const backend = backendAt(server);
  for (let poll = 0; poll < 10; poll += 1) await errorOf(backend.get(ada, neverAborted()));
  expect(server.connections).toBe(1);
});

test('a request to a failing server is not retried: the poller has its own back-off', async () => {
  const server = await coderServer();
  server.on('GET', TASK, json(503, { message: 'later' }, { 'retry-after': '1' }));
  const error = await errorOf(backendAt(server).get(ada, neverAborted()));
  expect(error).toMatchObject({ kind: 'server', retryAfterMs: 1000 });
  expect(server.requests).toHaveLength(1);
});

test('a read is retried when the server closes its kept-alive connection', async () => {
  const server = await coderServer();
  server.on(
    'GET',
    TASK,
    json(200, task()),
    // Like a server whose idle timeout ends while the request arrives.
    (_response, _request, socket) => {
      socket.destroy();
    },
    json(200, task({ name: 'again' })),
  );
  const backend = backendAt(server);
  await backend.get(ada, neverAborted());
  expect((await backend.get(ada, neverAborted())).name).toBe('again');
  expect(server.connections).toBe(2);
  expect(server.requests).toHaveLength(3);
});

test('a write uses its own connection, which closes afterwards', async () => {
  const server = await coderServer();
  server.on('GET', TASK, json(200, task()));
  server.on('POST', `${TASK}/send`, empty(204));
  const backend = backendAt(server);
  await backend.get(ada, neverAborted());
  await backend.send(ada, 'one', neverAborted());
  await backend.send(ada, 'two', neverAborted());
  await backend.get(ada, neverAborted());
  expect(server.connections).toBe(3);
});

test('a probe uses its own connection and sends no token', async () => {
  const server = await coderServer();
  server.on('GET', TASK, json(200, task()));
  server.on('GET', '/api/v2/buildinfo', json(200, { version: 'v2.33.4', dashboard_url: '' }));
  const backend = backendAt(server);
  await backend.get(ada, neverAborted());
  await backend.probe(neverAborted());
  await backend.probe(neverAborted());
  await backend.get(ada, neverAborted());
  expect(server.connections).toBe(3);
  const probes = server.requests.filter(({ target }) => target === '/api/v2/buildinfo');
  expect(probes.map(({ headers }) => headers['coder-session-token'])).toEqual([undefined, undefined]);
});

/** Two idle connections. */
async function withIdle(clock?: ManualClock) {
  const server = await coderServer();
  server.on('GET', TASK, json(200, task()));
  const backend = backendAt(server, clock && { clock });
  await Promise.all([backend.get(ada, neverAborted()), backend.get(ada, neverAborted())]);
  return { server, backend };
}

test('a timeout closes the idle connections', async () => {
  const { server, backend } = await withIdle();
  server.on('GET', '/api/v2/users/me', () => undefined);
  const controller = new AbortController();
  const result = errorOf(backend.me(controller.signal));
  await server.waitForRequests(3);
  controller.abort(new DOMException("Timeout awaiting 'byte' for 10000ms", 'TimeoutError'));
  expect(await result).toMatchObject({ kind: 'timeout', message: expect.stringMatching(/within 10 s\.$/u) });
  await backend.get(ada, neverAborted());
  expect(server.connections).toBe(3);
});

test('another failure leaves the idle connections open', async () => {
  const { server, backend } = await withIdle();
  server.on('GET', '/api/v2/users/me', () => undefined);
  const controller = new AbortController();
  const result = errorOf(backend.me(controller.signal));
  await server.waitForRequests(3);
  controller.abort();
  expect(await result).toMatchObject({ kind: 'aborted' });
  await backend.get(ada, neverAborted());
  expect(server.connections).toBe(2);
});

test.each(CLOCK_EVENTS)('idle connections: %s', async (name, happens) => {
  const clock = manualClock();
  const { server, backend } = await withIdle(clock);
  happens(clock);
  clock.after(0, () => undefined);
  await clock.advance(0);
  await backend.get(ada, neverAborted());
  expect(server.connections).toBe(name === 'the clock is set back by an hour' ? 2 : 3);
});
