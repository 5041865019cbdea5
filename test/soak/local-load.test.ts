import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createAndDelete,
  floodOutput,
  killRepeatedly,
  pollManyTasks,
  type ResourceUsage,
  waitUntilIdle,
} from '../local/load-scenarios.ts';
import { TestClient } from '../local/test-client.ts';
import { endDetachedServer, startDetachedServer, temporaryDirectory } from '../support/local-server.ts';

const MINUTES = Number(process.env.TASKDECK_SOAK_MINUTES ?? 10);
const SEED = Number(process.env.TASKDECK_SOAK_SEED ?? 1);
const ROUNDS = Math.round(100 * MINUTES);

// One server for all tests, so that leaks of one show in the next.
let temporary: ReturnType<typeof temporaryDirectory>;
let server: Awaited<ReturnType<typeof startDetachedServer>>;
let client: TestClient;
const measured: { readonly after: string; readonly usage: ResourceUsage }[] = [];

async function recordUsage(after: string): Promise<ResourceUsage | null> {
  const usage = await waitUntilIdle(server.pid, measured[0]?.usage.descriptors);
  if (usage !== null) measured.push({ after, usage });
  return usage;
}

beforeAll(async () => {
  temporary = temporaryDirectory();
  server = await startDetachedServer(temporary.path);
  client = new TestClient(server);
  // Loads everything that is loaded at the first use.
  await createAndDelete(client, { rounds: 10, abreast: 2 });
  await recordUsage('the start');
});
afterAll(async () => {
  await endDetachedServer(temporary.path);
  temporary.remove();
  const rows = measured.map(
    ({ after, usage: { rssMiB, descriptors, zombies } }) =>
      `${after.padEnd(42)}${rssMiB.toFixed(0).padStart(8)}${String(descriptors).padStart(13)}${String(zombies).padStart(9)}`,
  );
  const head = `${'the local server after'.padEnd(42)} RSS MiB  descriptors  zombies`;
  process.stdout.write(`\n${[head, ...rows].join('\n')}\n`);
});

/** Memory of floods is freed late and in part: after eleven it was 225 MiB and stopped growing. */
const FLOODED_MIB = 250;

const expectNoGrowth = (now: ResourceUsage | null, moreMiB = 150): void => {
  expect(now?.zombies ?? 0).toBe(0);
  expect((now?.rssMiB ?? 0) - (measured[0]?.usage.rssMiB ?? 0)).toBeLessThan(moreMiB);
};

test(`${ROUNDS} tasks are created and deleted`, async () => {
  await createAndDelete(client, { rounds: ROUNDS, abreast: 4 });
  expectNoGrowth(await recordUsage(`${ROUNDS} tasks are created and deleted`));
});

test('20 clients poll 200 tasks, 50 of them running', async () => {
  await pollManyTasks(client, { tasks: 200, running: 50, clients: 20, forMs: 5_000 });
  expectNoGrowth(await recordUsage('200 tasks, 50 running, 20 clients'));
});

test('100 MB of output, floods, and a growing process group', async () => {
  await floodOutput(client, { bytes: 100_000_000 });
  expectNoGrowth(await recordUsage('100 MB, floods, a growing process group'), FLOODED_MIB);
});

test(`the server recovers after ${Math.round(2 * MINUTES)} kills`, async () => {
  const { path: stateDir, remove } = temporaryDirectory();
  try {
    await killRepeatedly(stateDir, { rounds: Math.round(2 * MINUTES), tasks: 12, seed: SEED });
  } finally {
    await endDetachedServer(stateDir);
    remove();
  }
});
