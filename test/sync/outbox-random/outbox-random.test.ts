import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { build } from 'esbuild';
import { expect, it, onTestFinished } from 'vitest';
import { eventLoopTurn, manualClock } from '../../support/manual-clock.ts';
import { outboxStorage } from '../../support/outbox-storage.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { startAgents } from './agents.ts';
import type { Shown, Told } from './taskdeck.ts';

/** A short run by default; CI and the soak set more. */
const DELIVERIES = Number(process.env.TASKDECK_OUTBOX_DELIVERIES ?? 120);
const TASKS = Math.ceil(DELIVERIES / 6);
const TASKDECKS = 2;
/**
 * All processes share one clock, which moves by this many ms when each of them has done what was due before: none falls
 * behind the others, however busy the machine is.
 */
const STEP_MS = 250;
/** The user writes once in this many steps. */
const STEPS_APART = 2;
/** What is not delivered by then never is, ms of the shared clock. */
const MOST_MS = 3_600_000;
/** This many messages to one task at most wait while more are written. */
const AHEAD = 4;
/** How long a taskdeck lives, ms of the shared clock: at random between these two. */
const LIFE_MS = [2_000, 60_000] as const;
/** How long the user does without one that was killed, at most. */
const AWAY_MS = 15_000;
/** Said again and again, by others too; every third message is one of these. */
const COMMON = ['yes', 'no', 'continue', 'y', 'go on'];

/** In one file, since it is started again and again. */
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

it(`delivers ${DELIVERIES} messages, none lost and none doubled, whatever is cut and killed (seed ${SEED})`, async () => {
  const next = seededRandom(SEED);
  const clock = manualClock();
  const started = clock.now();
  const server = await startAgents(TASKS, clock, seededRandom(SEED + 1));
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
  const alone = new Set<string>();
  const children = new Set<ChildProcess>();
  /** Resolve when the taskdecks that are being started are at work: the clock waits for them. */
  const starting = new Set<Promise<void>>();
  const living = new Set<Taskdeck>();

  interface Taskdeck {
    readonly child: ChildProcess;
    /** Numbers of what was typed and is not known to be written down. */
    readonly typed: Set<number>;
    /** Called when it has taken the step of the clock that it was sent, or has ended. */
    stepped(): void;
  }

  /** The user knows what the agent was told: it is there if more arrived than is done for. */
  function answer({ child }: Taskdeck, id: string, taskId: string, text: string): void {
    const row = queue.all().find((each) => each.id === id);
    if (row?.stage !== 'asked') return;
    asked.add(id);
    if (server.agents.find((agent) => agent.id === taskId)?.isShared === false) alone.add(id);
    const same = (each: { readonly taskId: string; readonly text: string }) =>
      each.taskId === taskId && each.text === text;
    const all = written.get(taskId)?.filter((each) => each === text).length ?? 0;
    const done = all - queue.all().filter(same).length;
    const isThere = server.arrivals(taskId, text) > done;
    answers[isThere ? 'delivered' : 'resend']++;
    child.send({ do: 'answer', id, answer: isThere ? 'delivered' : 'resend' } satisfies Told, () => {});
  }

  function start(): void {
    const child = fork(program, [state.directory, server.url], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [],
    });
    const deck: Taskdeck = { child, typed: new Set(), stepped: () => undefined };
    children.add(child);
    let isReady = (): void => undefined;
    const ready = new Promise<void>((resolve) => {
      isReady = resolve;
    });
    starting.add(ready);
    void ready.then(() => starting.delete(ready));
    child.on('message', (shown: Shown) => {
      if ('ready' in shown) {
        living.add(deck);
        isReady();
        clock.after(shortest + next(longest - shortest), kill);
      } else if ('stepped' in shown) deck.stepped();
      else if ('written' in shown) deck.typed.delete(shown.written);
      else for (const { id, taskId, text } of shown.asked) answer(deck, id, taskId, text);
    });
    child.once('exit', (code, signal) => {
      living.delete(deck);
      children.delete(child);
      deck.stepped();
      isReady();
      if (signal !== 'SIGKILL') problems.push(`a taskdeck ended by itself: ${code} ${signal}`);
      if (!isOver) clock.after(next(AWAY_MS), start);
    });
    const [shortest, longest] = LIFE_MS;
    const kill = (): void => {
      if (isOver) return;
      // What the user saw leave the prompt was written down before: only then it counts as written.
      if (deck.typed.size > 0) setTimeout(kill, 1);
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
  for (let index = 0; index < TASKDECKS; index++) start();

  /** Lets the user write what is to be written, to tasks in turn, in whichever taskdeck is open. */
  function write(): void {
    const waiting = queue.all();
    for (const { id } of server.agents) {
      const lane = written.get(id) ?? [];
      const isEnough = waiting.filter(({ taskId }) => taskId === id).length >= AHEAD;
      const deck = [...living][next(living.size || 1)];
      if (count === DELIVERIES || isEnough || deck === undefined || !deck.child.connected) continue;
      const last = lane.at(-1);
      // "yes" twice in a row is part of it.
      const text =
        last !== undefined && COMMON.includes(last) && next(2) === 0
          ? last
          : next(3) === 0
            ? (COMMON[next(COMMON.length)] ?? 'yes')
            : `message ${count} of this test`;
      count++;
      lane.push(text);
      deck.typed.add(count);
      deck.child.send({ do: 'write', number: count, taskId: id, text } satisfies Told, () => {});
    }
  }

  /** Moves the clock of all. */
  async function step(): Promise<void> {
    await Promise.all(starting);
    await clock.advance(STEP_MS);
    const steps = [...living].map(
      (deck) =>
        new Promise<void>((resolve) => {
          deck.stepped = resolve;
          deck.child.send({ do: 'step', to: clock.now() } satisfies Told, () => {});
        }),
    );
    await Promise.all(steps);
    await eventLoopTurn();
  }

  const begun = Date.now();
  const isDone = (): boolean =>
    count === DELIVERIES && [...living].every(({ typed }) => typed.size === 0) && queue.all().length === 0;
  while (!isDone() && clock.now() - started < MOST_MS) {
    write();
    for (let count = 0; count < STEPS_APART; count++) await step();
  }
  isOver = true;

  let lost = 0;
  let doubled = 0;
  for (const { id, arrived } of server.agents) {
    const lane = written.get(id) ?? [];
    for (const text of new Set([...lane, ...arrived])) {
      const wanted = lane.filter((each) => each === text).length;
      const got = server.arrivals(id, text);
      if (got < wanted) lost += wanted - got;
      if (got > wanted) doubled += got - wanted;
      if (got !== wanted) problems.push(`${id.slice(-2)}: ${JSON.stringify(text)} ${got} of ${wanted}`);
    }
  }
  const { fates, others, restarts } = server.figures();
  const figures = {
    seed: SEED,
    deliveries: count,
    lost,
    doubled,
    asked: asked.size,
    'asked, nobody else writing there': [...asked].filter((id) => alone.has(id)).length,
    'answered "there"': answers.delivered,
    'answered "again"': answers.resend,
    'taskdecks killed': kills,
    'same text by others': others,
    'restarts and pauses': restarts,
    ...fates,
    seconds: Math.round((Date.now() - begun) / 1_000),
    'minutes of the shared clock': Math.round((clock.now() - started) / 60_000),
    left: queue.all().map(({ stage, taskId, text }) => `${stage} ${taskId.slice(-2)} ${text}`),
  };
  console.log(figures);
  expect({ problems, lost, doubled, left: figures.left, deliveries: count }, `seed ${SEED}`).toEqual({
    problems: [],
    lost: 0,
    doubled: 0,
    left: [],
    deliveries: DELIVERIES,
  });
}, 900_000);
