import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { isStateDirectoryLocked } from '../../src/config/server-lock.ts';
import { MIGRATIONS } from '../../src/local/database/schema.ts';
import { processIdentity } from '../../src/local/processes/process-table.ts';
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

/** Kills the server and starts the next one. */
async function killAndStart(pid: number): Promise<TestClient> {
  process.kill(pid, 'SIGKILL');
  await waitUntil('lock free', () => !isStateDirectoryLocked(temporary.path));
  return new TestClient(await startDetachedServer(temporary.path));
}

/** Starts a process in its own group, and stores the group for a task, as a killed server would leave it. */
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
  test('keeps all finished messages, and marks the running turn as ended', async () => {
    const server = await startDetachedServer(temporary.path);
    const client = new TestClient(server);
    const rested = await client.create('echo done');
    await client.until(rested.id, 'active', 'complete');
    const busy = await client.create('echo $$; echo "grüße"; sleep 300');
    const output = await waitUntil('written', async () => {
      const content = await client.lastContent(busy.id);
      return content.endsWith('grüße\n') && content;
    });
    // Waits until the output is on disk, before the kill.
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
    // The conversation continues.
    expect((await next.send(busy.id, 'echo again')).status).toBe(204);
    await waitUntil('answer', async () => (await next.lastContent(busy.id)) === 'again\n');
  });

  test('during a pause finishes it at the next start', async () => {
    const server = await startDetachedServer(temporary.path);
    const client = new TestClient(server);
    const task = await client.create("trap '' TERM; echo $$; while :; do sleep 0.2; done");
    const pid = await waitUntil('pid', async () => {
      return (await client.lastContent(task.id)).match(/^\d+\n$/)?.[0] ?? null;
    });
    await client.act(task.id, 'pause');
    await client.until(task.id, 'unknown');
    const next = await killAndStart(server.pid);
    const paused = await next.until(task.id, 'paused');
    expect(paused.workspace_build_number).toBe(2);
    expect(isProcessRunning(Number(pid))).toBe(false);
  });

  test('during a deletion finishes it at the next start', async () => {
    const server = await startDetachedServer(temporary.path);
    const client = new TestClient(server);
    const task = await client.create("trap '' TERM; echo $$; while :; do sleep 0.2; done");
    await waitUntil('pid', async () => /^\d+\n$/.test(await client.lastContent(task.id)));
    await client.call('DELETE', `/api/v2/tasks/me/${task.id}`);
    const next = await killAndStart(server.pid);
    expect((await next.call('GET', `/api/v2/tasks/me/${task.id}`)).status).toBe(404);
    await waitUntil('directory gone', () => !existsSync(path.join(temporary.path, 'tasks', task.id)));
  });

  test('during the first build runs the prompt at the next start, once', async () => {
    // A stopped clock keeps the build pending.
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

  test('does not end a process that reuses the number of a group', async () => {
    const first = await startLocalServer({ stateDir: temporary.path });
    const task = await new TestClient(first).create('true');
    await new TestClient(first).until(task.id, 'active', 'complete');
    await first.close();
    // A stored group whose number now belongs to another process: this test.
    const database = new DatabaseSync(path.join(temporary.path, 'local.db'));
    database.prepare('INSERT INTO groups VALUES (?, ?, ?)').run(task.id, process.pid, 'another boot:1');
    database.close();
    const second = await startLocalServer({ stateDir: temporary.path });
    expect(isProcessRunning(process.pid)).toBe(true);
    await second.close();
  });

  test('and left a process that cannot be ended: the next one starts, and keeps it in the database', async () => {
    const first = await startLocalServer({ stateDir: temporary.path });
    const task = await new TestClient(first).create('echo kept');
    await new TestClient(first).until(task.id, 'active', 'complete');
    await first.close();
    const { pid, child } = leftRunning(task.id);
    // Simulates EPERM for a process of another user, which only root could create.
    const kill = process.kill.bind(process);
    const refusing = vi.spyOn(process, 'kill').mockImplementation((target, signal) => {
      if (Math.abs(target) !== pid) return kill(target, signal);
      throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
    });
    const complaints = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    try {
      // Shortens the timeout of 10 s to 10 ms.
      const clock = { ...systemClock, monotonic: () => systemClock.monotonic() * 1_000 };
      const second = await startLocalServer({ stateDir: temporary.path, clock });
      expect(await new TestClient(second).lastContent(task.id)).toBe('kept\n');
      expect(groupsOnRecord()).toEqual([{ number: pid }]);
      expect(complaints.mock.calls).toEqual([
        [
          `The processes of ${task.id}: Cannot end these processes: ${pid}. End them yourself, then try again.`,
        ],
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
  test('is readable only by its owner', async () => {
    const server = await startLocalServer({ stateDir: temporary.path });
    for (const name of ['local.db', 'local.db-wal', 'server.json']) {
      expect(statSync(path.join(temporary.path, name)).mode & 0o077).toBe(0);
    }
    await server.close();
  });

  test('of an older taskdeck is migrated with its tasks', async () => {
    const first = await startLocalServer({ stateDir: temporary.path });
    const task = await new TestClient(first).create('echo kept');
    await new TestClient(first).until(task.id, 'active', 'complete');
    await first.close();
    const database = new DatabaseSync(path.join(temporary.path, 'local.db'));
    const old = new DatabaseSync(':memory:');
    old.exec(MIGRATIONS[0] ?? '');
    const tablesOf = (of: DatabaseSync): readonly string[] =>
      of
        .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*'`)
        .all()
        .map(({ name }) => String(name));
    const kept = tablesOf(old);
    for (const table of tablesOf(database).filter((name) => !kept.includes(name)))
      database.exec(`DROP TABLE ${table}`);
    old.close();
    database.exec('ALTER TABLE tasks DROP COLUMN session; PRAGMA user_version = 1;');
    database.close();

    const second = await startLocalServer({ stateDir: temporary.path });
    const client = new TestClient(second);
    expect(second.notice).toBeNull();
    expect(await client.lastContent(task.id)).toBe('kept\n');
    expect((await client.send(task.id, 'echo more')).status).toBe(204);
    await waitUntil('more', async () => (await client.lastContent(task.id)) === 'more\n');
    await second.close();
  });

  test('of a newer taskdeck is read-only, and no process of its tasks is ended', async () => {
    const first = await startLocalServer({ stateDir: temporary.path });
    const task = await new TestClient(first).create('echo kept');
    await new TestClient(first).until(task.id, 'active', 'complete');
    await first.close();
    const database = new DatabaseSync(path.join(temporary.path, 'local.db'));
    database.exec('PRAGMA user_version = 999');
    database.close();

    // A newer server may still run it.
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

  test('that is damaged is renamed, and the server starts', async () => {
    writeFileSync(path.join(temporary.path, 'local.db'), 'not a database, but somebody’s data'.repeat(100));
    const server = await startLocalServer({ stateDir: temporary.path });
    expect(server.notice).toContain('local.db.damaged');
    expect(existsSync(path.join(temporary.path, 'local.db.damaged'))).toBe(true);
    expect((await new TestClient(server).list()).tasks).toEqual([]);
    await server.close();
  });

  test('is renamed as well if the damage appears only after opening', async () => {
    const first = await startLocalServer({ stateDir: temporary.path });
    await new TestClient(first).create('true');
    await first.close();
    const file = path.join(temporary.path, 'local.db');
    // Damages all pages but the first, which holds the schema.
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
