import { label } from '../content.ts';
import { hold } from '../key-cost.ts';
import { MeasuredProgram } from '../measured-program.ts';
import { rssMiB } from '../process-usage.ts';
import type { Bench } from '../scenario.ts';
import type { Samples } from '../statistics.ts';

const TASKS = 1_000;
const LINES = 1_000;
const KEYS = 200;

/** Memory after the first rows, and after some use. */
export async function memory({ programs, server, samples }: Bench): Promise<void> {
  await server.set({ tasks: TASKS, lines: LINES, firstLines: LINES });
  const size = { cols: 80, rows: 24 };
  await measure(new MeasuredProgram(programs.taskdeck('new', server.url), size), samples, 'memory');
  await measure(new MeasuredProgram(programs.stock(TASKS, LINES), size), samples, 'stock memory');
}

async function measure(program: MeasuredProgram, samples: Samples, name: string): Promise<void> {
  await program.untilText(label(0));
  samples.add(`${name} first`, rssMiB(program.pid));
  await program.settle(300);
  await hold(program, 'down', KEYS, 1_000 / 30);
  samples.add(`${name} after`, rssMiB(program.pid));
  await program.end('q');
}
