import { type MeasuredProgram, sleep } from './measured-program.ts';
import { cpuMs } from './process-usage.ts';

/** The number of polls at the server. */
type Polls = () => Promise<number>;

/** The first polls fill caches. */
const WARM = 1;
const CHECK_MS = 40;
/** Time for the work after a response, ms. */
const AFTER_MS = 400;

/** Processor time for each of `count` polls, with all work in between, ms. */
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

/** The longest wait from a key to its first byte during `count` polls, ms. Types and deletes a character. */
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

/** From a key to its first byte, ms; then waits a moment. */
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
    await sleep(CHECK_MS);
  }
}
