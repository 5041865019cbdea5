import { FlickerWatch } from './flicker.ts';
import { idealBytes } from './ideal-bytes.ts';
import { type MeasuredProgram, sleep } from './measured-program.ts';
import { cpuMs } from './process-usage.ts';
import { gridOf } from './screen-grid.ts';

export interface KeyFigures {
  /** From the key to the first byte, ms; NaN if it changed nothing. */
  readonly firstByte: number;
  readonly bytes: number;
  readonly ideal: number;
  readonly cpu: number;
}

/** An update ends after this silence, which is shorter than taskdeck's delay before it requests the new selection. */
const QUIET_MS = 50;
/** A key without a byte by then changed nothing. */
const TIMEOUT_MS = 2_000;

/** Presses a key, waits for the whole update, and measures it. */
export async function measureKey(program: MeasuredProgram, key: string): Promise<KeyFigures> {
  const start = program.chunks.length;
  const before = gridOf(program.screen);
  const cpuBefore = cpuMs(program.pid);
  const at = performance.now();
  program.press(key);
  while (program.chunks.length === start && performance.now() - at < TIMEOUT_MS) await sleep(1);
  await program.settle(QUIET_MS);
  const cpu = cpuMs(program.pid) - cpuBefore;
  return {
    firstByte: (program.chunks[start]?.at ?? Number.NaN) - at,
    bytes: program.bytesSince(start),
    ideal: idealBytes(before, gridOf(program.screen)),
    cpu,
  };
}

/** Presses a key `count` times, every `intervalMs`. Resolves to the ms from each to the next byte. */
export async function hold(
  program: MeasuredProgram,
  key: string,
  count: number,
  intervalMs: number,
): Promise<number[]> {
  const startedAt = performance.now();
  const start = program.chunks.length;
  const pressed: number[] = [];
  for (let n = 0; n < count; n++) {
    await sleep(startedAt + n * intervalMs - performance.now());
    pressed.push(performance.now());
    program.press(key);
  }
  await program.settle(150);
  const received = program.chunks.slice(start).map(({ at }) => at);
  return pressed.flatMap((at) => {
    const first = received.find((time) => time > at);
    return first === undefined ? [] : [first - at];
  });
}

/** The maximum of blanked cells in the updates from chunk `start` on. */
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
