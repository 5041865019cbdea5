import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { shellAgent } from '../../src/local/agents/shell.ts';
import { openDatabase } from '../../src/local/database/database.ts';
import { Repository } from '../../src/local/database/repository.ts';
import { StatementCache } from '../../src/local/database/statement-cache.ts';
import { OwnedProcesses } from '../../src/local/processes/owned-processes.ts';
import { OneShotRuntime } from '../../src/local/tasks/one-shot-runtime.ts';
import { Turns } from '../../src/local/tasks/turns.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { temporaryDirectory } from '../support/local-server.ts';
import { waitUntil } from './test-client.ts';

let temporary: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  temporary = temporaryDirectory();
});
afterEach(() => temporary.remove());

test('output and end of a turn are stored as soon as the disk has space again', async () => {
  const complaints = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const { database } = openDatabase(temporary.path);
  const repository = new Repository(new StatementCache(database), temporary.path);
  const turns = new Turns({
    repository,
    clock: systemClock,
    environment: () => process.env,
    runtime: (listener) =>
      new OneShotRuntime({
        clock: systemClock,
        processes: new OwnedProcesses({ repository, clock: systemClock, isOwner: (id) => id === 'task' }),
        listener,
        pipeDirectory: temporary.path,
        privateDirectory: () => path.join(temporary.path, 'private'),
        socketDirectory: () => path.join(temporary.path, 'run', 'task'),
        graceMs: 1_000,
      }),
  });
  const directory = path.join(temporary.path, 'work');
  mkdirSync(directory);
  repository.addTask({
    id: 'task',
    workspace_id: 'workspace',
    name: 'name',
    display_name: '',
    agent: 'shell',
    template_version_id: '',
    directory,
    owns_directory: 1,
    input: '',
    agent_token: '',
    created_at: 0,
  });
  const task = repository.taskOrDeletedTask('task');
  if (task === null) throw new Error('no task');
  turns.begin(task, shellAgent(), 'i=0; while [ $i -lt 3000 ]; do echo line $i; i=$((i+1)); done');
  // Causes a real SQLITE_FULL: the file cannot grow by a page.
  const pages = Number(database.prepare('PRAGMA page_count').get()?.page_count);
  database.exec(`PRAGMA max_page_count = ${pages}`);
  await waitUntil('complaint', () => complaints.mock.calls.length > 0);
  expect(turns.isRunning('task')).toBe(true);
  expect(repository.taskOrDeletedTask('task')?.state).toBe('working');

  database.exec('PRAGMA max_page_count = 1000000');
  await waitUntil('written', () => !turns.isRunning('task'));
  expect(repository.taskOrDeletedTask('task')?.state).toBe('complete');
  const content = repository.messages('task').at(-1)?.content.split('\n');
  expect([content?.[0], content?.[2999], content?.length]).toEqual(['line 0', 'line 2999', 3001]);
  repository.close();
  complaints.mockRestore();
});
