import { cpuMs } from '../process-figures.ts';
import { Program, sleep } from '../program.ts';
import type { Bench } from '../scenario.ts';
import { calm } from '../scene.ts';
import type { Samples } from '../statistics.ts';

const SIZE = { cols: 80, rows: 24 };
/** By then, what only settles after a while has settled. */
const BEFORE_MS = 4_000;
const WATCHED_MS = 10_000;

/** Nobody presses a key: nothing changes, then one line changes every second. */
export async function idle({ places, server, samples }: Bench): Promise<void> {
  await server.set({});
  const still = new Program(places.taskdeck('new', server.url), SIZE);
  await still.untilText(`0.${calm.firstLines - 1} `);
  // Both do next to nothing, so they can do it at the same time.
  const stock = new Program(places.stock(calm.tasks, calm.lines, '1'), SIZE);
  await Promise.all([watch(still, samples, 'idle'), watch(stock, samples, 'stock row')]);

  await server.set({ working: 0, moving: 'one line' });
  const moving = new Program(places.taskdeck('new', server.url), SIZE);
  await moving.untilText('seconds passed');
  await watch(moving, samples, 'row');
}

async function watch(program: Program, samples: Samples, name: string): Promise<void> {
  await sleep(BEFORE_MS);
  const start = program.chunks.length;
  const cpu = cpuMs(program.pid);
  const at = performance.now();
  await sleep(WATCHED_MS);
  const ms = performance.now() - at;
  samples.add(`${name} bytes/s`, (program.bytesSince(start) * 1_000) / ms);
  samples.add(`${name} cpu %`, ((cpuMs(program.pid) - cpu) * 100) / ms);
  await program.end('q');
}
