import { measureKey } from '../key-cost.ts';
import { MeasuredProgram } from '../measured-program.ts';
import type { Bench } from '../scenario.ts';
import type { ServerContent } from '../server-content.ts';

const SMALL = { tasks: 1_000, lines: 1_000, firstLines: 1_000 };
const LARGE = { tasks: 10_000, lines: 1_000, firstLines: 100_000 };
const WARM = 10;
const MOVES = 15;

/** The cost of moves in a long list, up to the first task, which has a long transcript. */
export async function scale(bench: Bench): Promise<void> {
  await measure(bench, SMALL, 'small');
  await measure(bench, LARGE, 'large');
}

async function measure(
  { programs, server, samples }: Bench,
  content: Partial<ServerContent>,
  name: string,
): Promise<void> {
  await server.set(content);
  const program = new MeasuredProgram(programs.taskdeck('new', server.url), { cols: 80, rows: 24 });
  await program.untilText(`0.${(content.firstLines ?? 0) - 1} `);
  program.press('down');
  await program.untilText(`1.${(content.lines ?? 0) - 1} `);
  for (let n = 0; n < WARM + MOVES; n++) {
    const { cpu } = await measureKey(program, 'up');
    if (n >= WARM) samples.add(`scale ${name} cpu`, cpu);
    await measureKey(program, 'down');
  }
  await program.end('q');
}
