import { FlickerWatch } from './flicker.ts';
import { idealBytes } from './ideal-bytes.ts';
import { type MeasuredProgram, sleep } from './measured-program.ts';
import { cpuMs } from './process-usage.ts';
import { gridOf } from './screen-grid.ts';

/** What one key cost. */
export interface KeyFigures {
  /** From the key to the first byte, ms; NaN when it changed nothing. */
  readonly firstByte: number;
  readonly bytes: number;
  readonly ideal: number;
  readonly cpu: number;
}

/** An answer is over after this long a silence: shorter than what makes taskdeck ask for the task that was moved to. */
const QUIET_MS = 50;
/** Without a byte by then, a key changed nothing. */
const PATIENCE_MS = 2_000;

/** Presses a key, waits for all of its answer, and accounts for it. */
export async function measureKey(program: MeasuredProgram, key: string): Promise<KeyFigures> {
  const start = program.chunks.length;
  const before = gridOf(program.screen);
  const cpuBefore = cpuMs(program.pid);
  const at = performance.now();
  program.press(key);
  while (program.chunks.length === start && performance.now() - at < PATIENCE_MS) await sleep(1);
  await program.settle(QUIET_MS);
  const cpu = cpuMs(program.pid) - cpuBefore;
  return {
    firstByte: (program.chunks[start]?.at ?? Number.NaN) - at,
    bytes: program.bytesSince(start),
    ideal: idealBytes(before, gridOf(program.screen)),
    cpu,
  };
}

/** Holds a key down: `count` times, one every `intervalMs`. Resolves to the ms from each to the first byte after it. */
export async function hold(
  program: MeasuredProgram,
  key: string,
  count: number,
  intervalMs: number,
): Promise<number[]> {
  const begun = performance.now();
  const start = program.chunks.length;
  const pressed: number[] = [];
  for (let n = 0; n < count; n++) {
    await sleep(begun + n * intervalMs - performance.now());
    pressed.push(performance.now());
    program.press(key);
  }
  await program.settle(150);
  const came = program.chunks.slice(start).map(({ at }) => at);
  return pressed.flatMap((at) => {
    const first = came.find((time) => time > at);
    return first === undefined ? [] : [first - at];
  });
}

/** The most cells that any answer from chunk number `start` on blanks out, drawn as far as `start` before. */
export async function worstFlicker(
  program: MeasuredProgram,
  cols: number,
  rows: number,
  ranges: readonly (readonly [start: number, end: number])[],
): Promise<number> {
  const watch = new FlickerWatch(cols, rows);
  const bytes = (from: number, to: number) => program.chunks.slice(from, to).map((chunk) => chunk.bytes);
  let worst = 0;
  let at = 0;
  for (const [start, end] of ranges) {
    await watch.skip(bytes(at, start));
    worst = Math.max(worst, await watch.worst(bytes(start, end)));
    at = end;
  }
  watch.dispose();
  return worst;
}
