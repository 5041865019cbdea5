import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { endDetachedServer, startDetachedServer, temporaryDirectory } from '../support/local-server.ts';
import {
  createAndDelete,
  floodOutput,
  killRepeatedly,
  pollManyTasks,
  resourceUsageOf,
  waitUntilIdle,
} from './load-scenarios.ts';
import { TestClient, waitUntil } from './test-client.ts';

// test/soak runs these for longer.

let temporary: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  temporary = temporaryDirectory();
});
afterEach(async () => {
  await endDetachedServer(temporary.path);
  temporary.remove();
});

test('many tasks with many clients leave nothing when they are deleted', async () => {
  const server = await startDetachedServer(temporary.path);
  const client = new TestClient(server);
  const before = await waitUntilIdle(server.pid);
  await pollManyTasks(client, { tasks: 30, running: 10, clients: 20, forMs: 500 });
  await createAndDelete(client, { rounds: 16, abreast: 4 });
  const after = await waitUntilIdle(server.pid, before?.descriptors);
  expect(after?.zombies ?? 0).toBe(0);
  expect(readdirSync(path.join(temporary.path, 'pipes'))).toEqual([]);
  await waitUntil('directories gone', () => readdirSync(path.join(temporary.path, 'tasks')).length === 0);
}, 120_000);

test('floods of output, binary output and fork bombs do no harm', async () => {
  const server = await startDetachedServer(temporary.path);
  const client = new TestClient(server);
  const before = await waitUntilIdle(server.pid);
  await floodOutput(client, { bytes: 10_000_000 });
  const after = resourceUsageOf(server.pid);
  // The server retains the last half MiB of each, and new output during a write.
  if (before !== null && after !== null) expect(after.rssMiB - before.rssMiB).toBeLessThan(250);
}, 120_000);

test('after a kill at any moment, the next server reports the true state', async () => {
  await killRepeatedly(temporary.path, { rounds: 2, tasks: 6, seed: 20 });
}, 120_000);
