import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { isStateDirectoryLocked } from '../../src/config/server-lock.ts';
import { processIdentity } from '../../src/local/process-table.ts';
import { systemClock } from '../../src/platform/clock.ts';
import {
  endDetachedServer,
  startDetachedServer,
  startLocalServer,
  temporaryDirectory,
} from '../support/local-server.ts';
import { isProcessRunning, TestClient, waitUntil } from './test-client.ts';

let temporary: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  temporary = temporaryDirectory();
});
afterEach(async () => {
  await endDetachedServer(temporary.path);
  temporary.remove();
});

/** Ends the server as a crash would, and starts the next. */
async function killAndStart(pid: number): Promise<TestClient> {
  process.kill(pid, 'SIGKILL');
  await waitUntil('lock free', () => !isStateDirectoryLocked(temporary.path));
  return new TestClient(await startDetachedServer(temporary.path));
}

/** Runs a process in a group of its own, and puts that on record for a task as a server that was killed leaves it. */
function leftRunning(taskId: string): { readonly pid: number; readonly child: ChildProcess } {
  const env = { ...process.env, CODER_TASK_ID: taskId };
  const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore', env });
  const { pid } = child;
  if (pid === undefined) throw new Error('sleep does not start.');
  const database = new DatabaseSync(path.join(temporary.path, 'local.db'));
  database.prepare('INSERT INTO groups VALUES (?, ?, ?)').run(taskId, pid, processIdentity(pid));
  database.close();
  return { pid, child };
}

function groupsOnRecord(): readonly unknown[] {
  const database = new DatabaseSync(path.join(temporary.path, 'local.db'), { readOnly: true });
  try {
    return database.prepare('SELECT number FROM groups').all();
  } finally {
    database.close();
  }
}

describe('a server that was killed', () => {
  test('loses no finished message, and tells of a turn that it cut off', async () => {
    const server = await startDetachedServer(temporary.path);
    const client = new TestClient(server);
    const rested = await client.create('echo done');
    await client.until(rested.id, 'active', 'complete');
    const busy = await client.create('echo $$; echo "grüße"; sleep 300');
    const output = await waitUntil('written', async () => {
      const content = await client.lastContent(busy.id);
      return content.endsWith('grüße\n') && content;
    });
    // Growing output is on disk a moment later; the kill may come only then.
    await waitUntil('flushed', async () => (await client.get(busy.id)).current_state?.message === 'grüße');
    const before = await client.logs(rested.id);
    const pid = Number(output.split('\n')[0]);

    const next = await killAndStart(server.pid);
    expect(await next.logs(rested.id)).toEqual(before);
    expect((await next.get(rested.id)).current_state?.state).toBe('complete');
    const cut = await next.get(busy.id);
    expect(cut.status).toBe('active');
    expect(cut.current_state).toMatchObject({
      state: 'failure',
      message: 'Ended: the local server stopped unexpectedly',
    });
    expect(await next.lastContent(busy.id)).toBe(`${output}[ended: the local server stopped unexpectedly]`);
    expect(isProcessRunning(pid)).toBe(false);
    // And the conversation goes on.
    expect((await next.send(busy.id, 'echo again')).status).toBe(204);
    await waitUntil('answer', async () => (await next.lastContent(busy.id)) === 'again\n');
  });

  test('in the middle of a pause finishes it at the next start', async () => {
    const server = await startDetachedServer(temporary.path);
    const client = new TestClient(server);
    const task = await client.create("trap '' TERM; echo $$; while :; do sleep 0.2; done");
    const shown = await waitUntil('pid', async () => {
      return (await client.lastContent(task.id)).match(/^\d+\n$/)?.[0] ?? null;
    });
    await client.act(task.id, 'pause');
    await client.until(task.id, 'unknown');
    const next = await killAndStart(server.pid);
    const paused = await next.until(task.id, 'paused');
    expect(paused.workspace_build_number).toBe(2);
    expect(isProcessRunning(Number(shown))).toBe(false);
  });

  test('in the middle of a deletion finishes that too', async () => {
    const server = await startDetachedServer(temporary.path);
    const client = new TestClient(server);
    const task = await client.create("trap '' TERM; echo $$; while :; do sleep 0.2; done");
    await waitUntil('pid', async () => /^\d+\n$/.test(await client.lastContent(task.id)));
    await client.call('DELETE', `/api/v2/tasks/me/${task.id}`);
    const next = await killAndStart(server.pid);
    expect((await next.call('GET', `/api/v2/tasks/me/${task.id}`)).status).toBe(404);
    await waitUntil('directory gone', () => !existsSync(path.join(temporary.path, 'tasks', task.id)));
  });

  test('before the first build was through runs the prompt at the next start, once', async () => {
    // Time that stands still holds the build where it is.
    const server = await startLocalServer({
      stateDir: temporary.path,
      clock: { ...systemClock, after: () => () => undefined },
    });
    const client = new TestClient(server);
    const task = await client.create('echo once');
    expect((await client.get(task.id)).status).toBe('pending');
    await server.close();
    const next = new TestClient(await startDetachedServer(temporary.path));
    await next.until(task.id, 'active', 'complete');
    expect((await next.logs(task.id)).logs?.map(({ content }) => content).slice(1)).toEqual([
      'echo once',
      'once\n',
    ]);
  });

  test('whose process numbers went to somebody else leaves those alone', async () => {
    const first = await startLocalServer({ stateDir: temporary.path });
    const task = await new TestClient(first).create('true');
    await new TestClient(first).until(task.id, 'active', 'complete');
    await first.close();
    // The record of a crash, naming a process that is there and is not the one that was meant: this test.
    const database = new DatabaseSync(path.join(temporary.path, 'local.db'));
    database.prepare('INSERT INTO groups VALUES (?, ?, ?)').run(task.id, process.pid, 'another boot:1');
    database.close();
    const second = await startLocalServer({ stateDir: temporary.path });
    expect(isProcessRunning(process.pid)).toBe(true);
    await second.close();
  });

  test('and left a process that cannot be ended is followed by one that starts and keeps it on record', async () => {
    const first = await startLocalServer({ stateDir: temporary.path });
    const task = await new TestClient(first).create('echo kept');
    await new TestClient(first).until(task.id, 'active', 'complete');
    await first.close();
    const { pid, child } = leftRunning(task.id);
    // As the kernel answers for a process of another user. Only root could make a real one.
    const kill = process.kill.bind(process);
    const refusing = vi.spyOn(process, 'kill').mockImplementation((target, signal) => {
      if (Math.abs(target) !== pid) return kill(target, signal);
      throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
    });
    const complaints = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    try {
      // The patience of ten seconds is over after ten milliseconds.
      const clock = { ...systemClock, monotonic: () => systemClock.monotonic() * 1_000 };
      const second = await startLocalServer({ stateDir: temporary.path, clock });
      expect(await new TestClient(second).lastContent(task.id)).toBe('kept\n');
      expect(groupsOnRecord()).toEqual([{ number: pid }]);
      expect(complaints.mock.calls).toEqual([
        [`Task ${task.id}: Cannot end these processes: ${pid}. End them yourself, then try again.`],
      ]);
      refusing.mockRestore();
      child.kill('SIGKILL');
      await waitUntil('off the record', () => groupsOnRecord().length === 0);
      await second.close();
    } finally {
      vi.restoreAllMocks();
      child.kill('SIGKILL');
    }
  });
});

describe('the database', () => {
  test('is nobody else’s', async () => {
    const server = await startLocalServer({ stateDir: temporary.path });
    for (const name of ['local.db', 'local.db-wal', 'server.json']) {
      expect(statSync(path.join(temporary.path, name)).mode & 0o077).toBe(0);
    }
    await server.close();
  });

  test('of an older taskdeck is brought forward with its tasks', async () => {
    const first = await startLocalServer({ stateDir: temporary.path });
    const task = await new TestClient(first).create('echo kept');
    await new TestClient(first).until(task.id, 'active', 'complete');
    await first.close();
    const database = new DatabaseSync(path.join(temporary.path, 'local.db'));
    database.exec('DROP TABLE environments; ALTER TABLE tasks DROP COLUMN session; PRAGMA user_version = 1;');
    database.close();

    const second = await startLocalServer({ stateDir: temporary.path });
    const client = new TestClient(second);
    expect(second.notice).toBeNull();
    expect(await client.lastContent(task.id)).toBe('kept\n');
    expect((await client.send(task.id, 'echo more')).status).toBe(204);
    await waitUntil('more', async () => (await client.lastContent(task.id)) === 'more\n');
    await second.close();
  });

  test('of a newer taskdeck is read and not changed, and nothing of its tasks is ended', async () => {
    const first = await startLocalServer({ stateDir: temporary.path });
    const task = await new TestClient(first).create('echo kept');
    await new TestClient(first).until(task.id, 'active', 'complete');
    await first.close();
    const database = new DatabaseSync(path.join(temporary.path, 'local.db'));
    database.exec('PRAGMA user_version = 999');
    database.close();

    // A newer server may still run it, or leave it for a newer one to end.
    const { pid, child } = leftRunning(task.id);
    const second = await startLocalServer({ stateDir: temporary.path });
    const client = new TestClient(second);
    expect(second.notice).toContain('newer taskdeck');
    expect(await client.lastContent(task.id)).toBe('kept\n');
    const refused = await client.send(task.id, 'echo no');
    expect([refused.status, refused.body]).toEqual([403, { message: second.notice }]);
    await second.close();
    const isRunning = isProcessRunning(pid);
    child.kill('SIGKILL');
    expect(isRunning).toBe(true);
    const after = new DatabaseSync(path.join(temporary.path, 'local.db'));
    expect(after.prepare('PRAGMA user_version').get()).toEqual({ user_version: 999 });
    after.close();
  });

  test('that is damaged is kept aside, and the server starts all the same', async () => {
    writeFileSync(path.join(temporary.path, 'local.db'), 'not a database, but somebody’s data'.repeat(100));
    const server = await startLocalServer({ stateDir: temporary.path });
    expect(server.notice).toContain('local.db.damaged');
    expect(existsSync(path.join(temporary.path, 'local.db.damaged'))).toBe(true);
    expect((await new TestClient(server).list()).tasks).toEqual([]);
    await server.close();
  });

  test('whose damage lies deeper is kept aside too', async () => {
    const first = await startLocalServer({ stateDir: temporary.path });
    await new TestClient(first).create('true');
    await first.close();
    const file = path.join(temporary.path, 'local.db');
    // All but the first page, which says what tables there are.
    const bytes = readFileSync(file);
    bytes.fill(0xff, 4_096);
    writeFileSync(file, bytes);
    const server = await startLocalServer({ stateDir: temporary.path });
    expect(server.notice).toContain('local.db.damaged');
    expect(readFileSync(`${file}.damaged`).equals(bytes)).toBe(true);
    expect((await new TestClient(server).list()).tasks).toEqual([]);
    await server.close();
  });
});
