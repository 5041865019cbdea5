import { hold, type KeyFigures, measureKey, worstFlicker } from '../key-cost.ts';
import { MeasuredProgram, type Size } from '../measured-program.ts';
import type { Bench, Scenario } from '../scenario.ts';
import type { Samples } from '../statistics.ts';

const TASKS = 1_000;
const LINES = 1_000;
/** Tasks whose transcripts are loaded before moves are measured. */
const VISITED = 20;
const MOVES = 10;
/** Without spaces, which are invisible at the end of a line. */
const TYPED = 'thequickbrownfoxjump';
const HELD = 75;
/** 30 Hz, a common keyboard repeat rate. */
const REPEAT_MS = 1_000 / 30;

/** Measures moves, typed characters and a held key, one program after the other. */
export const keys =
  (size: Size): Scenario =>
  async ({ programs, server, samples }: Bench) => {
    await server.set({ tasks: TASKS, lines: LINES, firstLines: LINES });
    const at = `${size.cols}x${size.rows}`;
    await measure(new MeasuredProgram(programs.taskdeck('new', server.url), size), size, samples, at);
    await measure(new MeasuredProgram(programs.stock(TASKS, LINES), size), size, samples, `stock ${at}`);
  };

async function measure(program: MeasuredProgram, size: Size, samples: Samples, name: string): Promise<void> {
  await visitTasks(program);
  const ranges: (readonly [number, number])[] = [];
  const add = async (what: string, key: string): Promise<void> => {
    const start = program.chunks.length;
    const figures = await measureKey(program, key);
    if (figures.bytes === 0) throw new Error(`${name}: ${key} changed nothing:\n${program.screen.text()}`);
    record(samples, `${name} ${what}`, figures);
    ranges.push([start, program.chunks.length]);
  };
  for (let n = 0; n < MOVES; n++) await add('move', 'down');
  for (let n = 0; n < MOVES; n++) await add('move', 'up');
  await pressAndSettle(program, 'i');
  for (const letter of TYPED) await add('typing', letter);
  await pressAndSettle(program, 'esc');
  samples.add(`${name} held`, ...(await hold(program, 'down', HELD, REPEAT_MS)));
  samples.add(`${name} flicker`, await worstFlicker(program, size.cols, size.rows, ranges));
  await program.end('q');
}

/** A key that may change nothing on the screen. */
async function pressAndSettle(program: MeasuredProgram, key: string): Promise<void> {
  program.press(key);
  await program.settle(200);
}

/** Visits tasks downwards until each transcript is loaded, then moves most of the way back. */
async function visitTasks(program: MeasuredProgram): Promise<void> {
  for (let index = 0; index < VISITED; index++) {
    if (index > 0) program.press('down');
    await program.untilText(`${index}.${LINES - 1} `);
  }
  for (let n = 0; n < VISITED - 5; n++) await measureKey(program, 'up');
}

function record(samples: Samples, name: string, { firstByte, bytes, ideal, cpu }: KeyFigures): void {
  samples.add(`${name} ms`, firstByte);
  samples.add(`${name} bytes`, bytes);
  samples.add(`${name} ideal`, ideal);
  samples.add(`${name} cpu`, cpu);
}
