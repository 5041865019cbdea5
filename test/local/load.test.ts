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

// The long forms of these are in test/soak.

let temporary: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  temporary = temporaryDirectory();
});
afterEach(async () => {
  await endDetachedServer(temporary.path);
  temporary.remove();
});

test('many tasks run while many clients ask, and nothing of them is left when they are deleted', async () => {
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

test('floods of output, bytes that are no text, and a group that multiplies do no harm', async () => {
  const server = await startDetachedServer(temporary.path);
  const client = new TestClient(server);
  const before = await waitUntilIdle(server.pid);
  await floodOutput(client, { bytes: 10_000_000 });
  const after = resourceUsageOf(server.pid);
  // The end of each is kept, half a MiB, and what comes while it is written down.
  if (before !== null && after !== null) expect(after.rssMiB - before.rssMiB).toBeLessThan(250);
}, 120_000);

test('a kill of the server at any moment leaves what the next one says to be true', async () => {
  await killRepeatedly(temporary.path, { rounds: 2, tasks: 6, seed: 20 });
}, 120_000);
