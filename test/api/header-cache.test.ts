import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { requestHeaders } from '../../src/config/request-headers.ts';
import { UsageError } from '../../src/domain/errors.ts';
import { html, json } from '../support/coder-server.ts';
import { backendAt, coderServer, errorOf, neverAborted, TOKEN } from './api-fixture.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'taskdeck-headers-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

const info = json(200, { version: 'v2.33.0' });

test('headers of a program are loaded once, and again when a proxy rejects them', async () => {
  const server = await coderServer();
  const page = html(403);
  server.on('GET', '/api/v2/buildinfo', info, info, page, info);
  const log = path.join(directory, 'runs');
  const env = {
    ...process.env,
    CODER_URL: server.url,
    CODER_HEADER: 'X-Fixed=yes',
    CODER_HEADER_COMMAND: `echo "$CODER_URL" >> '${log}'; echo "X-Run=$(wc -l < '${log}' | tr -d ' ')"`,
  };
  const backend = backendAt(server, { headers: (signal) => requestHeaders(server.url, env, signal) });
  await backend.serverInfo(neverAborted());
  await backend.serverInfo(neverAborted());
  expect((await errorOf(backend.serverInfo(neverAborted()))).kind).toBe('not-coder');
  await backend.serverInfo(neverAborted());
  expect(server.requests.map(({ headers }) => [headers['x-fixed'], headers['x-run']])).toEqual([
    ['yes', '1'],
    ['yes', '1'],
    ['yes', '1'],
    ['yes', '2'],
  ]);
  expect(readFileSync(log, 'utf8')).toBe(`${server.url}\n${server.url}\n`);
});

test('simultaneous requests wait for one run', async () => {
  const server = await coderServer();
  server.on('GET', '/api/v2/buildinfo', info);
  let runs = 0;
  const headers = async () => {
    runs += 1;
    return { 'x-run': String(runs) };
  };
  const backend = backendAt(server, { headers });
  await Promise.all([1, 2, 3].map(() => backend.serverInfo(neverAborted())));
  expect(runs).toBe(1);
});

test('a failing program fails the request, and the next request runs it again', async () => {
  const server = await coderServer();
  server.on('GET', '/api/v2/buildinfo', info);
  let runs = 0;
  const headers = async () => {
    runs += 1;
    if (runs === 1) throw new UsageError('CODER_HEADER_COMMAND failed (exit 3). Run it yourself to see why.');
    if (runs === 2) throw new Error('password hunter2');
    return {};
  };
  const backend = backendAt(server, { headers });
  expect(await errorOf(backend.serverInfo(neverAborted()))).toMatchObject({
    kind: 'setup',
    message: 'CODER_HEADER_COMMAND failed (exit 3). Run it yourself to see why.',
    tookEffect: 'no',
  });
  expect((await errorOf(backend.serverInfo(neverAborted()))).message).not.toMatch(/hunter2/);
  await backend.serverInfo(neverAborted());
  expect(server.requests).toHaveLength(1);
});

test('an aborted request does not stop the program for the others', async () => {
  const server = await coderServer();
  server.on('GET', '/api/v2/buildinfo', info);
  let finish = (_headers: Record<string, string>): void => undefined;
  const printed = new Promise<Record<string, string>>((resolve) => {
    finish = resolve;
  });
  const backend = backendAt(server, { headers: () => printed });
  const controller = new AbortController();
  const hasty = errorOf(backend.serverInfo(controller.signal));
  const patient = backend.serverInfo(neverAborted());
  controller.abort();
  expect(await hasty).toMatchObject({ kind: 'aborted', tookEffect: 'no' });
  finish({ 'x-run': '1' });
  expect((await patient).version).toBe('v2.33.0');
});

test('a header cannot replace the token', async () => {
  const server = await coderServer();
  server.on('GET', '/api/v2/users/me', json(200, { id: 'u', username: 'ada' }));
  await backendAt(server, { headers: { 'coder-session-token': 'other' } }).me(neverAborted());
  expect(server.requests[0]?.headers['coder-session-token']).toBe(TOKEN);
});
