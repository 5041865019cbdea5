import { MeasuredProgram, sleep } from '../measured-program.ts';
import { cpuMs } from '../process-usage.ts';
import type { Bench } from '../scenario.ts';
import { quietContent } from '../server-content.ts';
import type { Samples } from '../statistics.ts';

export const SIZE = { cols: 80, rows: 24 };
/** Time until late work is done, ms. */
const SETTLE_MS = 4_000;
const WATCHED_MS = 10_000;

/** Without keys: first nothing changes, then one line changes every second. */
export async function idle({ programs, server, samples }: Bench): Promise<void> {
  await server.set({});
  const quiet = new MeasuredProgram(programs.taskdeck('new', server.url), SIZE);
  await quiet.untilText(`0.${quietContent.firstLines - 1} `);
  // Both are nearly idle, so they run at the same time.
  const stock = new MeasuredProgram(programs.stock(quietContent.tasks, quietContent.lines, '1'), SIZE);
  await Promise.all([watch(quiet, samples, 'idle'), watch(stock, samples, 'stock row')]);

  await server.set({ working: 0, moving: 'one line' });
  const moving = new MeasuredProgram(programs.taskdeck('new', server.url), SIZE);
  await moving.untilText('seconds passed');
  await watch(moving, samples, 'row');
}

/** Adds the bytes and the processor time of a program without keys, then quits it. */
export async function watch(program: MeasuredProgram, samples: Samples, name: string): Promise<void> {
  await sleep(SETTLE_MS);
  const start = program.chunks.length;
  const cpu = cpuMs(program.pid);
  const at = performance.now();
  await sleep(WATCHED_MS);
  const ms = performance.now() - at;
  samples.add(`${name} bytes/s`, (program.bytesSince(start) * 1_000) / ms);
  samples.add(`${name} cpu %`, ((cpuMs(program.pid) - cpu) * 100) / ms);
  await program.end('q');
}
