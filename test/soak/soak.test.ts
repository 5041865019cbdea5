import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readServerFile } from '../../src/config/server-file.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { TestClient } from '../local/test-client.ts';
import { INITIAL_MODES } from '../support/emulator.ts';
import { startFaultServer } from '../support/faults/fault-server.ts';
import { FAULT_IDS } from '../support/faults/faults.ts';
import { KINDS } from '../support/faults/request-kind.ts';
import { openHome } from '../support/home.ts';
import { seededRandom } from '../support/seeded-random.ts';
import type { TerminalApp } from '../support/terminal-app.ts';
import { sendRandomInput } from './random-input.ts';
import { type GrowthLimits, ResourceWatch } from './resource-watch.ts';

const MINUTES = Number(process.env.TASKDECK_SOAK_MINUTES ?? 10);
const SEED = Number(process.env.TASKDECK_SOAK_SEED ?? 1);
/** For each of the two tests; the rest is for the other files. */
const MS = MINUTES * 20_000;
const TOKEN = 'abcdefghij-abcdefghijklmnopqrstuv';
const PROBE = path.resolve('test/soak/heap-probe.mts');

/** Caches of transcripts and lists reach a limit; further growth is a leak. */
const PROGRAM: GrowthLimits = { rssMiB: 100, heapMiB: 20, descriptors: 4, children: 4, requests: 12 };
/** Higher, because these tasks fill the cache of recently viewed transcripts. */
const PROGRAM_FLOODED: GrowthLimits = { ...PROGRAM, rssMiB: 200, heapMiB: 80 };
/** Children are the commands of tasks. */
const SERVER: GrowthLimits = {
  rssMiB: 100,
  heapMiB: 20,
  descriptors: 40,
  children: 80,
  requests: Number.POSITIVE_INFINITY,
};

const environment = (heap: string) => ({
  NODE_OPTIONS: `--import=${PROBE}`,
  TASKDECK_SOAK_HEAP: heap,
  PAGER: 'true',
  EDITOR: 'true',
  BROWSER: 'true',
});

const say = (text: string): void => void process.stdout.write(`\n${text}\n`);

/** Checks that the program still reacts, and restores the terminal when it exits. */
async function expectCleanExit(app: TerminalApp): Promise<void> {
  await app.emulator.write('\x1b[2J');
  app.press('ctrl+l');
  await app.until(/taskdeck/, { timeout: 60_000 });
  app.kill('SIGTERM');
  expect(await app.exit({ timeout: 30_000 })).toEqual({ code: 143, signal: null });
  expect(app.modes()).toEqual(INITIAL_MODES);
}

/** Checks that there is no crash report. */
function expectNoCrash(stateDir: string): void {
  const reports = readdirSync(stateDir).filter((name) => name.startsWith('crash-'));
  expect(reports.map((name) => readFileSync(path.join(stateDir, name), 'utf8'))).toEqual([]);
}

/** Another client creates tasks that flood, and deletes them. */
async function createAndDeleteTasks(
  client: () => TestClient,
  next: (below: number) => number,
  until: number,
): Promise<void> {
  const inputs = [
    'echo short',
    'sleep 20',
    'yes | head -c 3000000',
    'seq 1 2000',
    'sleep 5; exit 3',
    "trap '' TERM; sleep 30",
  ];
  while (performance.now() < until) {
    try {
      const { tasks } = await client().list();
      const oldest = tasks?.at(-1);
      if ((tasks?.length ?? 0) > 15 && oldest !== undefined) {
        await client().call('DELETE', `/api/v2/tasks/me/${oldest.id}`);
      } else await client().create(inputs[next(inputs.length)] ?? 'true');
    } catch {
      // The server may be overloaded; the next attempt is enough.
    }
    await sleep(300 + next(1_000));
  }
}

test(`the program and the local server withstand random input for a third of ${MINUTES} minutes`, async () => {
  const { home, dispose } = openHome();
  const next = seededRandom(SEED);
  const env = environment(path.join(home.folder, 'heap'));
  const app = await home.open(undefined, { env, cols: 100, rows: 30 });
  await app.until('Press n to start one', { timeout: 60_000 });
  const record = () => readServerFile(home.stateDir) ?? expect.fail('There is no local server.');
  const watches = [
    new ResourceWatch('taskdeck on the local server', () => app.pid, path.join(home.folder, 'heap')),
    new ResourceWatch('the local server', () => record().pid, path.join(home.folder, 'heap')),
  ];
  try {
    const until = performance.now() + MS;
    const [pressed] = await Promise.all([
      sendRandomInput(app, next, until),
      createAndDeleteTasks(() => new TestClient(record()), seededRandom(SEED + 1), until),
    ]);
    for (const watch of watches) watch.stop();
    say(`${pressed} keys and more\n\n${watches.map((watch) => watch.table()).join('\n\n')}`);
    await expectCleanExit(app);
    expectNoCrash(home.stateDir);
    expect([...(watches[0]?.faults(PROGRAM_FLOODED) ?? []), ...(watches[1]?.faults(SERVER) ?? [])]).toEqual(
      [],
    );
  } finally {
    for (const watch of watches) watch.stop();
    await app.close();
    await dispose();
  }
});

/** Injects random faults, and changes tasks like other clients. */
async function injectFaults(
  server: Awaited<ReturnType<typeof startFaultServer>>,
  next: (below: number) => number,
  until: number,
): Promise<number> {
  let faults = 0;
  const ids: string[] = [];
  while (performance.now() < until) {
    if (next(3) === 0) await server.injectFault(null);
    else {
      const fault = FAULT_IDS[next(FAULT_IDS.length)] ?? '500';
      await server.injectFault(
        fault,
        KINDS.filter(() => next(3) === 0),
      );
      faults += 1;
    }
    for (let steps = next(6); steps >= 0 && performance.now() < until; steps -= 1) {
      const { model } = server;
      if (model.tasks.size < 20 && next(2) === 0) ids.push(model.add(`Task ${ids.length}`));
      else if (model.tasks.size > 12) model.removeTask([...model.tasks.keys()][next(model.tasks.size)] ?? '');
      for (const id of model.tasks.keys())
        if (next(5) === 0) model.addReply(id, `word ${'again '.repeat(next(50))}`);
      await sleep(400 + next(800));
    }
  }
  await server.injectFault(null);
  return faults;
}

test(`the program withstands random input and server faults for a third of ${MINUTES} minutes`, async () => {
  const server = await startFaultServer({ clock: systemClock, token: TOKEN });
  for (const name of ['One', 'Two', 'Three']) server.model.add(name);
  const { home, dispose } = openHome();
  const env = {
    ...environment(path.join(home.folder, 'heap')),
    CODER_URL: server.url,
    CODER_SESSION_TOKEN: TOKEN,
  };
  const app = await home.open([], { env, cols: 100, rows: 30 });
  await app.until('Three', { timeout: 60_000 });
  const watch = new ResourceWatch(
    'taskdeck on a server with faults',
    () => app.pid,
    path.join(home.folder, 'heap'),
    () => server.seen.length,
  );
  try {
    const until = performance.now() + MS;
    const [pressed, faults] = await Promise.all([
      sendRandomInput(app, seededRandom(SEED + 2), until),
      injectFaults(server, seededRandom(SEED + 3), until),
    ]);
    watch.stop();
    say(`${pressed} keys and more, ${faults} faults\n\n${watch.table()}`);
    // After the last fault, data is live again after the longest back-off at the latest.
    await app.shows(/\blive\b/, { timeout: 120_000 });
    await expectCleanExit(app);
    expectNoCrash(home.stateDir);
    expect(watch.faults(PROGRAM)).toEqual([]);
  } finally {
    watch.stop();
    await app.close();
    await dispose();
    await server.close();
  }
});
