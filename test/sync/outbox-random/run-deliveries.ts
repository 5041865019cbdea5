import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { build } from 'esbuild';
import { expect, onTestFinished } from 'vitest';
import { eventLoopTurn, type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { outboxStorage } from '../../support/outbox-storage.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import type { Input, Report } from './taskdeck.ts';

/** A short run by default; see CONTRIBUTING.md. */
export const DELIVERIES = Number(process.env.TASKDECK_OUTBOX_DELIVERIES ?? 120);
const INSTANCES = 2;
/** The step of the clock that all processes share, ms. It moves only when all processes have finished the last step. */
const STEP_MS = 250;
/** The user writes every this many steps. */
const WRITE_EVERY_STEPS = 2;
/** The test fails after this time, ms of the shared clock. */
const TIMEOUT_MS = 3_600_000;
/** The user writes no more to a task with this many queued messages. */
const MAX_QUEUED = 4;
/** The minimum and maximum time until a process is killed, ms of the shared clock. */
const LIFETIME_MS = [2_000, 60_000] as const;
/** The maximum time until a killed process is started again, ms of the shared clock. */
const MAX_DOWNTIME_MS = 15_000;
/** Short texts that others send too. Every third message is one of these. */
const COMMON = ['yes', 'no', 'continue', 'y', 'go on'];

/** A server with tasks that messages are sent to, and that counts what arrives. */
export interface DeliveryServer {
  readonly url: string;
  /** `isShared`: others write to the task too. `arrived`: the texts from taskdeck. */
  readonly agents: readonly {
    readonly id: string;
    readonly isShared: boolean;
    readonly arrived: readonly string[];
  }[];
  /** The number of equal texts from taskdeck that arrived or will arrive. */
  arrivals(taskId: string, text: string): number;
  /** Called in each step of the clock. */
  step?(): void;
  figures(): Readonly<Record<string, unknown>>;
  close(): Promise<void>;
}

/** Bundled into one file, because it is started often. */
async function bundled(directory: string): Promise<string> {
  const outfile = path.join(directory, 'program.mjs');
  await build({
    entryPoints: [path.join(import.meta.dirname, 'taskdeck.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'esnext',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
  return outfile;
}

const SEED = Number(process.env.TASKDECK_SEED ?? 20_261_122);

type StartServer = (clock: ManualClock, random: (below: number) => number) => Promise<DeliveryServer>;

/** The title of the test that delivers to `what`. */
export const title = (what: string): string =>
  `delivers ${DELIVERIES} messages to ${what}, none lost and none doubled, with cut connections and killed processes (seed ${SEED})`;

/** Delivers all messages, prints the figures, and expects that none was lost, doubled or left. */
export async function expectExactlyOnce(startServer: StartServer): Promise<void> {
  const { figures, problems, lost, doubled } = await runDeliveries(startServer);
  console.log(figures);
  expect({ problems, lost, doubled, left: figures.left, deliveries: figures.deliveries }).toEqual({
    problems: [],
    lost: 0,
    doubled: 0,
    left: [],
    deliveries: DELIVERIES,
  });
}

/**
 * Writes `DELIVERIES` messages in two taskdecks, which are killed and started again, and waits until none is left in the
 * outbox.
 */
async function runDeliveries(startServer: StartServer) {
  const next = seededRandom(SEED);
  const clock = manualClock();
  const started = clock.now();
  const server = await startServer(clock, seededRandom(SEED + 1));
  const state = outboxStorage();
  const account = { origin: server.url, user: 'ada' };
  const storage = state.open();
  const queue = storage.outbox(account);

  const written = new Map<string, string[]>(server.agents.map(({ id }) => [id, []]));
  let count = 0;
  let kills = 0;
  let isOver = false;
  const answers = { delivered: 0, resend: 0 };
  const asked = new Set<string>();
  const unshared = new Set<string>();
  const children = new Set<ChildProcess>();
  /** Resolve when a started process is ready. The clock waits for them. */
  const starting = new Set<Promise<void>>();
  const living = new Set<Instance>();

  interface Instance {
    readonly child: ChildProcess;
    /** Numbers of typed messages that are not confirmed to be on disk. */
    readonly typed: Set<number>;
    /** Called when the process finished a step of the clock, or ended. */
    stepped(): void;
  }

  /** Answers like a user who sees the agent: delivered if more texts arrived than are settled. */
  function answer({ child }: Instance, id: string, taskId: string, text: string): void {
    const row = queue.all().find((each) => each.id === id);
    if (row?.stage !== 'asked') return;
    asked.add(id);
    if (server.agents.find((agent) => agent.id === taskId)?.isShared === false) unshared.add(id);
    const same = (each: { readonly taskId: string; readonly text: string }) =>
      each.taskId === taskId && each.text === text;
    const all = written.get(taskId)?.filter((each) => each === text).length ?? 0;
    const done = all - queue.all().filter(same).length;
    const isDelivered = server.arrivals(taskId, text) > done;
    answers[isDelivered ? 'delivered' : 'resend']++;
    child.send({ do: 'answer', id, answer: isDelivered ? 'delivered' : 'resend' } satisfies Input, () => {});
  }

  function start(): void {
    const child = fork(program, [state.directory, server.url], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [],
    });
    const instance: Instance = { child, typed: new Set(), stepped: () => undefined };
    children.add(child);
    let isReady = (): void => undefined;
    const ready = new Promise<void>((resolve) => {
      isReady = resolve;
    });
    starting.add(ready);
    void ready.then(() => starting.delete(ready));
    child.on('message', (report: Report) => {
      if ('ready' in report) {
        // The process takes its start time from its first message: a message to write must not come before.
        child.send({ do: 'step', to: clock.now() } satisfies Input, () => {});
        living.add(instance);
        isReady();
        clock.after(shortest + next(longest - shortest), kill);
      } else if ('stepped' in report) instance.stepped();
      else if ('written' in report) instance.typed.delete(report.written);
      else for (const { id, taskId, text } of report.asked) answer(instance, id, taskId, text);
    });
    child.once('exit', (code, signal) => {
      living.delete(instance);
      children.delete(child);
      instance.stepped();
      isReady();
      if (signal !== 'SIGKILL') problems.push(`an instance ended by itself: ${code} ${signal}`);
      if (!isOver) clock.after(next(MAX_DOWNTIME_MS), start);
    });
    const [shortest, longest] = LIFETIME_MS;
    const kill = (): void => {
      if (isOver) return;
      // A text counts as written once it left the prompt, which happens after the write to disk.
      if (instance.typed.size > 0) setTimeout(kill, 1);
      else {
        kills++;
        child.kill('SIGKILL');
      }
    };
  }
  const problems: string[] = [];
  onTestFinished(async () => {
    isOver = true;
    await Promise.all(
      [...children].map(async (child) => {
        child.kill('SIGKILL');
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      }),
    );
    await server.close();
  });
  const program = await bundled(state.directory);
  for (let index = 0; index < INSTANCES; index++) start();

  /** Writes one message to each task, in a random process. */
  function write(): void {
    const waiting = queue.all();
    for (const { id } of server.agents) {
      const texts = written.get(id) ?? [];
      const isEnough = waiting.filter(({ taskId }) => taskId === id).length >= MAX_QUEUED;
      const instance = [...living][next(living.size || 1)];
      if (count === DELIVERIES || isEnough || instance === undefined || !instance.child.connected) continue;
      const last = texts.at(-1);
      // Includes "yes" twice in a row.
      const text =
        last !== undefined && COMMON.includes(last) && next(2) === 0
          ? last
          : next(3) === 0
            ? (COMMON[next(COMMON.length)] ?? 'yes')
            : `message ${count} of this test`;
      count++;
      texts.push(text);
      instance.typed.add(count);
      instance.child.send({ do: 'write', number: count, taskId: id, text } satisfies Input, () => {});
    }
  }

  /** Advances the clock of all processes. */
  async function step(): Promise<void> {
    await Promise.all(starting);
    server.step?.();
    await clock.advance(STEP_MS);
    const steps = [...living].map(
      (instance) =>
        new Promise<void>((resolve) => {
          instance.stepped = resolve;
          instance.child.send({ do: 'step', to: clock.now() } satisfies Input, () => {});
        }),
    );
    await Promise.all(steps);
    await eventLoopTurn();
  }

  const startedAt = Date.now();
  const isDone = (): boolean =>
    count === DELIVERIES && [...living].every(({ typed }) => typed.size === 0) && queue.all().length === 0;
  while (!isDone() && clock.now() - started < TIMEOUT_MS) {
    write();
    for (let count = 0; count < WRITE_EVERY_STEPS; count++) await step();
  }
  isOver = true;

  let lost = 0;
  let doubled = 0;
  for (const { id, arrived } of server.agents) {
    const texts = written.get(id) ?? [];
    for (const text of new Set([...texts, ...arrived])) {
      const wanted = texts.filter((each) => each === text).length;
      const got = server.arrivals(id, text);
      if (got < wanted) lost += wanted - got;
      if (got > wanted) doubled += got - wanted;
      if (got !== wanted) problems.push(`${id.slice(-2)}: ${JSON.stringify(text)} ${got} of ${wanted}`);
    }
  }
  const figures = {
    seed: SEED,
    deliveries: count,
    lost,
    doubled,
    asked: asked.size,
    'asked, without other writers': [...asked].filter((id) => unshared.has(id)).length,
    'answered "delivered"': answers.delivered,
    'answered "resend"': answers.resend,
    'instances killed': kills,
    ...server.figures(),
    seconds: Math.round((Date.now() - startedAt) / 1_000),
    'minutes of the shared clock': Math.round((clock.now() - started) / 60_000),
    left: queue.all().map(({ stage, taskId, text }) => `${stage} ${taskId.slice(-2)} ${text}`),
  };
  return { figures, problems, lost, doubled };
}
