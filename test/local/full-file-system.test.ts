import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DETACHED_FLAG } from '../../src/config/start-detached.ts';
import { localBundle, temporaryDirectory } from '../support/local-server.ts';
import { supported, withMounts } from '../support/restricted-environments.ts';
import { isProcessRunning, TestClient, waitUntil } from './test-client.ts';

const skipped = supported.mounts ? '' : ' (skipped: mounts are not allowed here)';

describe.skipIf(!supported.mounts)(`a server whose file system is full${skipped}`, () => {
  let temporary: ReturnType<typeof temporaryDirectory>;
  let server: ChildProcess;
  let stateDir: string;
  let client: TestClient;

  /** Path of a file in the mount namespace of the server. */
  const pathInServer = (file: string): string => `/proc/${server.pid}/root${file}`;
  const filler = (): string => pathInServer(path.join(stateDir, 'filler'));

  beforeEach(async () => {
    temporary = temporaryDirectory();
    stateDir = path.join(temporary.path, 'state');
    mkdirSync(stateDir);
    // The log is on the same file system, as for a real server.
    const mount = `mount -t tmpfs -o size=16m,mode=700 tmpfs '${stateDir}'; exec >'${stateDir}/server.log' 2>&1`;
    const [command, ...args] = withMounts(mount, [
      process.execPath,
      '--disable-warning=ExperimentalWarning',
      await localBundle(),
      DETACHED_FLAG,
      stateDir,
    ]);
    server = spawn(command, args, { stdio: 'ignore', env: { ...process.env, SHELL: '/bin/sh' } });
    const record = path.join(stateDir, 'server.json');
    await waitUntil('server', () => existsSync(pathInServer(record)));
    client = new TestClient(JSON.parse(readFileSync(pathInServer(record), 'utf8')));
  });
  afterEach(async () => {
    if (server.exitCode === null) {
      rmSync(filler(), { force: true });
      server.kill('SIGTERM');
      await once(server, 'exit');
    }
    temporary.remove();
  });

  function fill(): void {
    const block = Buffer.alloc(4096);
    for (;;) {
      try {
        appendFileSync(filler(), block);
      } catch {
        return;
      }
    }
  }

  async function working(command: string): Promise<{ readonly id: string; readonly pid: number }> {
    const { id } = await client.create(`echo $$; ${command}`);
    // The list's message is stored together with the output.
    const pid = await waitUntil('output on disk', async () => {
      const { current_state: state } = await client.get(id);
      return /^\d+$/.test(state?.message ?? '') && Number(state?.message);
    });
    return { id, pid };
  }

  test('refuses requests with the reason, has no effects, and works again once there is space', async () => {
    const go = path.join(temporary.path, 'go');
    const busy = await working('sleep 300');
    const ending = await working(`while [ ! -e '${go}' ]; do sleep 0.02; done; echo last words`);
    const resting = await client.create('echo kept > file');
    await client.until(resting.id, 'active', 'complete');
    const before = await client.list();
    const request = { template_version_id: await client.versionOf(), input: 'true' };
    const operations = [
      () => client.call('POST', '/api/v2/tasks/me', request),
      () => client.send(resting.id, 'cat file'),
      () => client.act(busy.id, 'pause'),
      () => client.call('DELETE', `/api/v2/tasks/me/${busy.id}`),
      () => client.call('DELETE', `/api/v2/tasks/me/${resting.id}`),
    ];

    fill();
    for (const operation of operations) {
      const refused = await operation();
      expect([refused.status, refused.body]).toEqual([
        507,
        {
          message: `Cannot use the directory ${stateDir}: the disk is full. Correct this, or set TASKDECK_STATE_DIR to a directory that you can write to.`,
        },
      ]);
    }
    expect(await client.list()).toEqual(before);
    expect(isProcessRunning(busy.pid)).toBe(true);
    expect(existsSync(pathInServer(path.join(stateDir, 'tasks', resting.id, 'file')))).toBe(true);

    // A turn runs until its end is stored.
    writeFileSync(go, '');
    await waitUntil('command ended', () => !isProcessRunning(ending.pid));
    expect((await client.get(ending.id)).current_state?.state).toBe('working');
    rmSync(filler());
    await client.until(ending.id, 'active', 'complete');
    expect(await client.lastContent(ending.id)).toBe(`${ending.pid}\nlast words\n`);

    expect((await client.send(resting.id, 'cat file')).status).toBe(204);
    await waitUntil('answer', async () => (await client.lastContent(resting.id)) === 'kept\n');
    expect((await client.act(busy.id, 'pause')).status).toBe(202);
    await client.until(busy.id, 'paused');
    expect(isProcessRunning(busy.pid)).toBe(false);
    expect((await client.act(busy.id, 'resume')).status).toBe(202);
    await client.until(busy.id, 'active', 'idle');
    expect((await client.call('DELETE', `/api/v2/tasks/me/${resting.id}`)).status).toBe(202);
    await waitUntil('gone', () => !existsSync(pathInServer(path.join(stateDir, 'tasks', resting.id))));
  });

  test('ends on request, with all processes of its tasks', async () => {
    const busy = await working('sleep 300');
    fill();
    server.kill('SIGTERM');
    expect(await once(server, 'exit')).toEqual([0, null]);
    expect(isProcessRunning(busy.pid)).toBe(false);
  });
});
