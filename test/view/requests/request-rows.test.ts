import { expect, it } from 'vitest';
import type { LoggedError, LoggedRequest, RequestRecords } from '../../../src/domain/ports/request-log.ts';
import { displayWidth } from '../../../src/domain/text/width.ts';
import { requestReport } from '../../../src/view/requests/request-report.ts';
import { requestRows } from '../../../src/view/requests/request-rows.ts';

const request = (about: Partial<LoggedRequest> = {}): LoggedRequest => ({
  id: 1,
  method: 'GET',
  path: '/api/v2/tasks?q',
  at: new Date(2026, 0, 1, 9, 30, 5).getTime(),
  status: 200,
  end: '',
  tookMs: 12,
  bytes: 1_200,
  ...about,
});
const error = (about: Partial<LoggedError> = {}): LoggedError => ({
  request: request({ status: 503 }),
  count: 1,
  message: 'Later.',
  cause: '',
  body: '',
  next: '',
  ...about,
});
const rows = (records: Partial<RequestRecords>, width = 76) =>
  requestRows({ requests: [], errors: [], total: 0, ...records }, width);

it('a request is one row with time, method, status, duration, size and path', () => {
  expect(rows({ requests: [request()] })).toEqual([
    { kind: 'request', text: '09:30:05 GET    200            12 ms  1.2 KB /api/v2/tasks?q' },
  ]);
});

it('requests that run, sockets and failures say how they are', () => {
  const texts = rows({
    requests: [
      request({ status: null, tookMs: null, bytes: 0 }),
      request({ method: 'WS', status: 101, tookMs: null }),
      request({ method: 'WS', status: 101, end: 'closed 1001', tookMs: 90_000 }),
      request({ status: null, end: 'timeout', tookMs: 3_400 }),
      request({ status: 404 }),
    ],
  }).map(({ kind, text }) => [kind, text.slice(9, 36).replaceAll(/ +/g, ' ').trim()]);
  expect(texts).toEqual([
    ['running', 'GET waits'],
    ['running', 'WS open'],
    ['request', 'WS closed 1001 2 min'],
    ['request', 'GET timeout 3.4 s'],
    ['failed', 'GET 404 12 ms'],
  ]);
});

it('an error is below its request in full, and above all where the request is no longer recorded', () => {
  const old = error({ request: request({ id: 1, status: 500 }), message: 'Old.' });
  const full = error({
    request: request({ id: 7, status: 503 }),
    count: 3,
    cause: 'ECONNRESET',
    body: '{"message":"Later."}',
    next: 'tries again after 5 s',
  });
  expect(
    rows({ requests: [request({ id: 6 }), full.request], errors: [old, full] }).map(({ text }) => text),
  ).toEqual([
    'Earlier errors',
    expect.stringContaining(' 500 '),
    '    Old.',
    'Requests',
    expect.stringContaining(' 200 '),
    expect.stringContaining(' 503 '),
    '    Later.',
    '    cause: ECONNRESET',
    '    body: {"message":"Later."}',
    '    then: taskdeck tries again after 5 s',
    '    3 times',
  ]);
});

it.each([40, 56, 76, 116])('rows fit in %i columns, hostile text included', (width) => {
  const hostile = error({
    request: request({ path: '/api/v2/tasks/修复/\u001b[2J'.repeat(9), end: '\u001b[31m' }),
    message: '修复 \u001b]0;title\u0007'.repeat(40),
    body: 'a\nb\r\u001b[2J'.repeat(40),
  });
  for (const { text } of rows({ requests: [hostile.request], errors: [hostile] }, width)) {
    expect(displayWidth(text)).toBeLessThanOrEqual(Math.max(width, 46));
    expect(text).not.toMatch(/[\u0000-\u001f\u007f]/u);
  }
});

it('the copied text has the versions, every request and every error', () => {
  const full = error({ body: 'the body', next: 'tries again after 5 s' });
  const text = requestReport(
    { deployment: { name: 'coder.example.com', local: false }, serverVersion: 'v2.33.4' },
    { requests: [full.request], errors: [full], total: 512 },
  );
  expect(text).toContain('taskdeck 0.0.0-test, coder.example.com, server v2.33.4\n');
  expect(text).toContain('Last 1 of 512 requests:\n');
  expect(text).toMatch(/GET \/api\/v2\/tasks\?q 503 12 ms 1200 B\n {2}Later\.\n {2}body: the body\n/);
});
