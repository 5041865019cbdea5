import { describe, expect, test } from 'vitest';
import { createRequestLog } from '../../src/api/request-log.ts';
import { BackendError } from '../../src/domain/errors.ts';
import { json } from '../support/coder-server.ts';
import { manualClock } from '../support/manual-clock.ts';
import { ada, backendAt, coderServer, errorOf, neverAborted, TOKEN } from './api-fixture.ts';
import { TASK_ID, task } from './response-bodies.ts';

const TASK = `/api/v2/tasks/ada/${TASK_ID}`;
const failure = (message = 'It broke.'): BackendError =>
  new BackendError({ kind: 'server', message, status: 500, tookEffect: 'no', cause: new Error('EPIPE') });

describe('the request log', () => {
  test('has method, path, status, size and time of each request, without the values of its query', async () => {
    const server = await coderServer();
    server.on('GET', TASK, json(200, task()));
    server.on('GET', '/api/v2/users', json(200, { users: [] }));
    const log = createRequestLog(manualClock(), []);
    const backend = backendAt(server, { log });
    await backend.get(ada, neverAborted());
    await backend.users('ada lovelace', neverAborted());
    const { requests } = log.records();
    expect(requests).toMatchObject([
      { id: 1, method: 'GET', path: TASK, status: 200, end: '', tookMs: 0 },
      { id: 2, method: 'GET', path: '/api/v2/users?q&limit', status: 200 },
    ]);
    expect(requests[0]?.bytes).toBeGreaterThan(100);
  });

  test('has no token of headers, URLs and bodies, in requests or errors', async () => {
    const server = await coderServer();
    const header = 'proxy-secret-1234';
    const body = {
      message: `Bad token ${TOKEN}.`,
      detail: `Sent ${header} to https://ada:hunter2222@git.example.com/?access_token=abcdef123456`,
      session_token: 'another-session-token',
      headers: { Authorization: 'Bearer abcdefghijkl', cookie: 'session=abcdefgh' },
    };
    server.on('GET', TASK, json(500, body));
    const log = createRequestLog(manualClock(), ['environment-secret']);
    const backend = backendAt(server, { log, headers: { 'x-proxy': header } });
    await errorOf(backend.get(ada, neverAborted()));
    await errorOf(backend.get({ ...ada, id: 'environment-secret' }, neverAborted()));
    const text = JSON.stringify(log.records());
    expect(text).toContain('Bad token ….');
    for (const secret of [
      TOKEN,
      header,
      'hunter2222',
      'abcdef123456',
      'another-session-token',
      'abcdefghijkl',
      'session=abc',
      'environment-secret',
    ])
      expect(text).not.toContain(secret);
  });

  test('has the last errors in full, with their body, cause and the reaction of taskdeck', async () => {
    const server = await coderServer();
    server.on('GET', TASK, json(503, { message: 'Later.', detail: 'The database is down.' }));
    const log = createRequestLog(manualClock(), []);
    const error = await errorOf(backendAt(server, { log }).get(ada, neverAborted()));
    log.noteNext(
      new BackendError({ ...error, message: error.message, cause: error }),
      'tries again after 5 s',
    );
    await server.down();
    await errorOf(backendAt(server, { log }).get(ada, neverAborted()));
    expect(log.records().errors).toMatchObject([
      {
        request: { method: 'GET', path: TASK, status: 503 },
        message: expect.stringContaining('The database is down.'),
        body: '{"message":"Later.","detail":"The database is down."}',
        next: 'tries again after 5 s',
      },
      {
        request: { path: TASK, status: null, end: 'unreachable' },
        cause: expect.stringContaining('ECONNREFUSED'),
        body: '',
      },
    ]);
  });

  test('counts an error that comes again, and keeps the last 200 requests and 20 errors', () => {
    const log = createRequestLog(manualClock(), []);
    for (let index = 0; index < 300; index++) {
      log.start('GET', '/same', undefined).failed(failure(), '', []);
      log.start('GET', `/path/${index}`, undefined).failed(failure(), 'x'.repeat(10_000), []);
    }
    const { requests, errors, total } = log.records();
    expect([requests.length, errors.length, total]).toEqual([200, 20, 600]);
    expect(requests.at(-1)).toMatchObject({ id: 600, path: '/path/299' });
    expect(errors.find(({ request }) => request.path === '/same')).toMatchObject({ count: 300 });
    expect(errors.at(-1)?.body).toHaveLength(4_000);
  });

  test('a cancelled request is no error', () => {
    const log = createRequestLog(manualClock(), []);
    const aborted = new BackendError({ kind: 'aborted', message: 'Cancelled.', tookEffect: 'no' });
    log.start('GET', '/a', undefined).failed(aborted, '', []);
    expect(log.records()).toMatchObject({ requests: [{ end: 'cancelled' }], errors: [] });
  });

  test('a record of earlier does not change, and listeners hear of changes until they stop', () => {
    const clock = manualClock();
    const log = createRequestLog(clock, []);
    let changes = 0;
    const stop = log.onChange(() => {
      changes++;
    });
    const request = log.start('WS', '/stream', undefined);
    const before = log.records();
    request.responded(101);
    request.ended('closed 1001');
    stop();
    log.start('GET', '/b', undefined);
    expect(changes).toBe(3);
    expect(before.requests).toMatchObject([{ status: null, tookMs: null }]);
    expect(log.records().requests[0]).toMatchObject({ status: 101, end: 'closed 1001' });
  });
});
