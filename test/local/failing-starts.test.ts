import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { commitsCannotFail, type FailingCommits, failingCommits } from '../support/failing-commits.ts';
import { startLocalServer, temporaryDirectory } from '../support/local-server.ts';
import { TestClient } from './test-client.ts';

let temporary: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  temporary = temporaryDirectory();
});
afterEach(() => {
  vi.restoreAllMocks();
  temporary.remove();
});

const start = (port = 0) => startLocalServer({ stateDir: temporary.path, port });

/** Runs a server with one task, and closes it. Resolves with the task's id. */
async function leftBehind(): Promise<string> {
  const server = await start();
  const client = new TestClient(server);
  const { id } = await client.create('echo kept');
  await client.until(id, 'active', 'complete');
  await server.close();
  return id;
}

const databaseFile = (): string => path.join(temporary.path, 'local.db');

/** Overwrites the first page of a table and of its indexes. */
function damage(table: string): void {
  const database = new DatabaseSync(databaseFile(), { timeout: 5_000 });
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const pageSize = Number(database.prepare('PRAGMA page_size').get()?.page_size);
  const pages = database.prepare('SELECT rootpage FROM sqlite_schema WHERE tbl_name = ?').all(table);
  database.close();
  const bytes = readFileSync(databaseFile());
  for (const { rootpage } of pages)
    bytes.fill(0xff, (Number(rootpage) - 1) * pageSize, Number(rootpage) * pageSize);
  writeFileSync(databaseFile(), bytes);
}

test.each(['facts', 'builds', 'turns', 'groups', 'tasks'])(
  'a database with a damaged table %s is renamed, and the server listens on the requested port',
  async (table) => {
    await leftBehind();
    damage(table);
    const port = await freePort();
    const server = await start(port);
    expect(server.url).toBe(`http://127.0.0.1:${port}`);
    expect(server.notice).toContain('local.db.damaged');
    const client = new TestClient(server);
    expect((await client.list()).tasks).toEqual([]);
    await client.until((await client.create('true')).id, 'active', 'complete');
    await server.close();
  },
);

describe.skipIf(commitsCannotFail !== null)('a server whose disk refuses writes at the start', () => {
  let commits: FailingCommits;
  beforeEach(() => {
    commits = failingCommits();
  });
  afterEach(() => commits.restore());

  test.each([1, 2, 3, 4, 5, 6])(
    'says why when COMMIT %i fails, and the next start on the same port works',
    async (nth) => {
      const port = await freePort();
      commits.fail(nth, 1);
      await expect(start(port)).rejects.toThrow(
        `Cannot use the directory ${temporary.path}: the disk reports an error.`,
      );
      expect(commits.failed).toBe(1);
      const server = await start(port);
      expect(server.notice).toBeNull();
      const client = new TestClient(server);
      await client.until((await client.create('true')).id, 'active', 'complete');
      await server.close();
    },
  );

  test.each([1, 2])(
    'after a crash: COMMIT %i fails, and the next start marks the turn as ended',
    async (nth) => {
      const taskId = await leftBehind();
      // The database after a crash during a turn; the process has ended.
      const database = new DatabaseSync(databaseFile(), { timeout: 5_000 });
      database.prepare('INSERT INTO turns VALUES (?, 2, 0)').run(taskId);
      database.prepare('INSERT INTO groups VALUES (?, ?, ?)').run(taskId, 2 ** 22 - 1, 'gone');
      database.close();
      commits.fail(nth, 1);
      await expect(start()).rejects.toThrow(`the directory ${temporary.path}: the disk reports an error`);
      const server = await start();
      const client = new TestClient(server);
      expect((await client.get(taskId)).current_state?.state).toBe('failure');
      expect(await client.lastContent(taskId)).toContain('ended: the local server');
      expect((await client.send(taskId, 'echo again')).status).toBe(204);
      await client.until(taskId, 'active', 'complete');
      expect(await client.lastContent(taskId)).toBe('again\n');
      await server.close();
    },
  );

  test('closes in order; the next start marks the turn that could not be stored', async () => {
    const server = await start();
    const client = new TestClient(server);
    const { id } = await client.create('echo up; sleep 300');
    await client.until(id, 'active', 'working');
    commits.fail();
    await server.close();
    commits.heal();
    const next = await start();
    const task = await new TestClient(next).get(id);
    expect(task.current_state?.state).toBe('failure');
    expect(task.current_state?.message).toMatch(/Ended: the local server/);
    await next.close();
  });
});

async function freePort(): Promise<number> {
  const other = temporaryDirectory();
  const server = await startLocalServer({ stateDir: other.path });
  await server.close();
  other.remove();
  return Number(new URL(server.url).port);
}
