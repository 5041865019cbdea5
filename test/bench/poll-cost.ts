import { type MeasuredProgram, sleep } from './measured-program.ts';
import { cpuMs } from './process-usage.ts';

/** How many polls the server has seen. */
type Polls = () => Promise<number>;

/** The first polls build what later ones find. */
const WARM = 1;
const LOOK_MS = 40;
/** What follows an answer is done by then. */
const AFTER_MS = 400;

/** Ms of processor time that a program takes for each of `count` polls, with all that it does between them. */
export async function cpuPerPoll(program: MeasuredProgram, polls: Polls, count: number): Promise<number> {
  await reached(polls, (await polls()) + WARM);
  await sleep(AFTER_MS);
  const first = await polls();
  const before = cpuMs(program.pid);
  await reached(polls, first + count);
  await sleep(AFTER_MS);
  const seen = (await polls()) - first;
  return (cpuMs(program.pid) - before) / seen;
}

/** The longest that a key waits for its first byte while `count` polls are made, ms: somebody types and takes back. */
export async function longestStall(program: MeasuredProgram, polls: Polls, count: number): Promise<number> {
  program.press('i');
  await program.settle(200);
  for (let n = 0; n < 30; n++) await waitOf(program, n % 2 === 0 ? 'a' : 'backspace');
  const end = (await polls()) + count;
  let longest = 0;
  for (let n = 0; (await polls()) < end; n++) {
    longest = Math.max(longest, await waitOf(program, n % 2 === 0 ? 'a' : 'backspace'));
  }
  return longest;
}

/** Ms from a key to its first byte; the next comes a moment later. */
async function waitOf(program: MeasuredProgram, key: string): Promise<number> {
  const start = program.chunks.length;
  const at = performance.now();
  program.press(key);
  while (program.chunks.length === start && performance.now() - at < 2_000) await sleep(1);
  const wait = (program.chunks[start]?.at ?? performance.now()) - at;
  await sleep(15);
  return wait;
}

async function reached(polls: Polls, count: number): Promise<void> {
  const until = performance.now() + 60_000;
  while ((await polls()) < count) {
    if (performance.now() > until) throw new Error('the polls stopped');
    await sleep(LOOK_MS);
  }
}
