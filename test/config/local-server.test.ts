import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isOlderVersion } from '../../src/config/compare-versions.ts';
import {
  assertSupportedPlatform,
  findLocalServer,
  findOrStartLocalServer,
  localServerStatus,
  stopLocalServer,
} from '../../src/config/local-server.ts';
import { probeByHttp } from '../../src/config/probe.ts';
import { readServerFile, writeServerFile } from '../../src/config/server-file.ts';
import { isStateDirectoryLocked, lockStateDirectory } from '../../src/config/server-lock.ts';
import { TestClient, waitUntil } from '../local/test-client.ts';
import { detachedStart, endDetachedServer, temporaryDirectory } from '../support/local-server.ts';

let temporary: ReturnType<typeof temporaryDirectory>;
let start: Parameters<typeof findOrStartLocalServer>[0];
beforeEach(async () => {
  temporary = temporaryDirectory();
  start = await detachedStart(temporary.path);
});
afterEach(async () => {
  await endDetachedServer(temporary.path);
  temporary.remove();
});

const runs = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('starting', () => {
  test('returns a server that answers, and the next call returns the same one', async () => {
    const first = await findOrStartLocalServer(start);
    expect(await probeByHttp(first.url, first.token, start.signal)).toBe(true);
    expect(first.isOlder).toBe(false);
    expect(await findOrStartLocalServer(start)).toEqual(first);
    expect(await findLocalServer(start)).toEqual(first);
    expect(statSync(path.join(temporary.path, 'server.log')).mode & 0o777).toBe(0o600);
  });

  test('by several processes at once starts one server', async () => {
    const servers = await Promise.all(Array.from({ length: 4 }, () => findOrStartLocalServer(start)));
    expect(new Set(servers.map(({ pid }) => pid)).size).toBe(1);
    expect(new Set(servers.map(({ token }) => token)).size).toBe(1);
  });

  test('runs it in its own session, without a terminal', async () => {
    const { pid } = await findOrStartLocalServer(start);
    if (process.platform !== 'linux') return;
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    expect(stat[3]).toBe(String(pid)); // The session.
    expect(stat[4]).toBe('0'); // The terminal.
  });

  test('after a kill starts another server with the same tasks', async () => {
    const first = await findOrStartLocalServer(start);
    const task = await new TestClient(first).create('echo kept');
    await new TestClient(first).until(task.id, 'active', 'complete');
    process.kill(first.pid, 'SIGKILL');
    await waitUntil('lock free', () => !isStateDirectoryLocked(temporary.path));
    expect(await findLocalServer(start)).toBeNull();
    const second = await findOrStartLocalServer(start);
    expect(second.pid).not.toBe(first.pid);
    expect(second.token).not.toBe(first.token);
    expect(await new TestClient(second).lastContent(task.id)).toBe('kept\n');
  });

  test('reports a failure with the log', async () => {
    const entry = path.join(start.stateDir, 'local.cjs');
    mkdirSync(start.stateDir, { recursive: true });
    writeFileSync(entry, "require('./missing.cjs');");
    await expect(findOrStartLocalServer({ ...start, entry })).rejects.toThrow(
      /did not start.*server\.log.*Cannot find module/s,
    );
  });

  test('reports an update of taskdeck when the bundle is missing', async () => {
    await expect(findOrStartLocalServer({ ...start, entry: '/nowhere/local.cjs' })).rejects.toThrow(
      'taskdeck was updated: restart it.',
    );
  });

  test('can be aborted', async () => {
    const giveUp = new AbortController();
    const starting = findOrStartLocalServer({ ...start, signal: giveUp.signal });
    giveUp.abort(new Error('cancelled'));
    await expect(starting).rejects.toThrow('cancelled');
  });

  test('does not pass a deployment’s token or npm’s settings to the tasks', async () => {
    const env = { ...start.env, CODER_SESSION_TOKEN: 'secret', npm_config_x: '1', KEPT: 'yes' };
    const client = new TestClient(await findOrStartLocalServer({ ...start, env }));
    const task = await client.create('env');
    await client.until(task.id, 'active', 'complete');
    const output = await client.lastContent(task.id);
    expect(output).toContain('KEPT=yes');
    expect(output).not.toMatch(/CODER_SESSION_TOKEN|npm_config_x/);
  });
});

describe('finding', () => {
  test('returns null without a server', async () => {
    expect(await findLocalServer(start)).toBeNull();
    expect(await localServerStatus(start)).toMatchObject({ running: false, unresponsive: false });
  });

  test('never sends the token to another program on the port', async () => {
    const seen: unknown[] = [];
    const stranger = createServer((request, response) => {
      seen.push(request.headers);
      response.end('{}');
    });
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    const { port } = stranger.address() as AddressInfo;
    writeServerFile(temporary.path, {
      url: `http://127.0.0.1:${port}`,
      token: 'secret',
      pid: process.pid,
      version: start.version,
      startedAt: 0,
    });
    expect(await findLocalServer(start)).toBeNull();
    expect(await stopLocalServer(start)).toBe(false);
    expect(seen).toEqual([]);
    stranger.close();
  });

  test('reports a server that has the lock and does not answer', async () => {
    const release = lockStateDirectory(temporary.path);
    try {
      const status = await localServerStatus(start);
      expect(status).toMatchObject({ running: false, unresponsive: true });
      await expect(stopLocalServer(start)).rejects.toThrow(/does not answer/);
    } finally {
      release();
    }
  });

  test('recognises an older server', async () => {
    await findOrStartLocalServer(start);
    expect((await findLocalServer({ ...start, version: '0.1.0' }))?.isOlder).toBe(true);
  });
});

describe('stopping', () => {
  test('ends the server and its tasks, and removes the record', async () => {
    const server = await findOrStartLocalServer(start);
    const client = new TestClient(server);
    const task = await client.create('echo $$; sleep 300');
    const output = await waitUntil(
      'pid',
      async () => (await client.lastContent(task.id)).match(/^\d+\n$/)?.[0] ?? null,
    );
    expect(runs(Number(output))).toBe(true);
    expect(await stopLocalServer(start)).toBe(true);
    expect(isStateDirectoryLocked(temporary.path)).toBe(false);
    expect(readServerFile(temporary.path)).toBeNull();
    expect(runs(Number(output))).toBe(false);
    await waitUntil('process gone', () => !runs(server.pid));
    expect(await stopLocalServer(start)).toBe(false);

    const next = new TestClient(await findOrStartLocalServer(start));
    expect((await next.get(task.id)).current_state).toMatchObject({ state: 'failure' });
    expect(await next.lastContent(task.id)).toContain('[ended: the local server was stopped]');
  });

  test('and starting at the same time results in one server that answers', async () => {
    await findOrStartLocalServer(start);
    const [, server] = await Promise.all([stopLocalServer(start), findOrStartLocalServer(start)]);
    // The start may have found the old server just before its end: the second call finds the new one.
    const now = await findOrStartLocalServer(start);
    expect(await probeByHttp(now.url, now.token, start.signal)).toBe(true);
    expect([now.pid, server.pid]).toContain(now.pid);
  });
});

test('a corrupt state file does not hide that a server runs', async () => {
  await findOrStartLocalServer(start);
  const file = path.join(temporary.path, 'server.json');
  const whole = readFileSync(file, 'utf8');
  writeFileSync(file, whole.slice(0, 20));
  expect(await localServerStatus(start)).toMatchObject({ running: false, unresponsive: true });
  writeFileSync(file, whole);
  expect((await localServerStatus(start)).running).toBe(true);
});

test('versions are compared by their numbers', () => {
  expect(isOlderVersion('0.9.0', '0.10.0')).toBe(true);
  expect(isOlderVersion('0.10.0', '0.9.9')).toBe(false);
  expect(isOlderVersion('1.0.0', '1.0.0')).toBe(false);
  expect(isOlderVersion('0.0.0-test', '0.0.1')).toBe(true);
  expect(isOlderVersion('nonsense', '1.0.0')).toBe(true);
});

test('Windows has no local tasks', () => {
  expect(() => assertSupportedPlatform('win32')).toThrow(/Windows/);
  expect(() => assertSupportedPlatform('linux')).not.toThrow();
});
