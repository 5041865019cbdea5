import { label } from '../content.ts';
import { MeasuredProgram } from '../measured-program.ts';
import type { Bench } from '../scenario.ts';

const SIZE = { cols: 80, rows: 24 };

/** Times to the first frame and the first rows, compared with an empty Node program. */
export async function start(bench: Bench): Promise<void> {
  await bench.server.set({});
  for (let n = 0; n < bench.starts; n++) await once(bench);
}

async function once({ programs, server, samples }: Bench): Promise<void> {
  const bare = new MeasuredProgram(programs.node('-e', '0'), SIZE);
  samples.add('node -e 0', (await bare.exited) - bare.startedAt);
  await bare.end();

  // With saved state.
  const known = new MeasuredProgram(programs.taskdeck('known', server.url), SIZE);
  samples.add('first frame', await isShowing(known));
  await known.untilText(label(0));
  await known.settle(300);
  await known.end('q');

  // Without saved state: the rows come over the network.
  const fresh = new MeasuredProgram(programs.taskdeck('new', server.url), SIZE);
  samples.add('first rows', await fresh.untilText(label(0)));
  await fresh.end('q');

  const stock = new MeasuredProgram(programs.stock(85, 200), SIZE);
  samples.add('stock first frame', await isShowing(stock));
  await stock.end('q');
}

/** Time from the start to the first visible character, ms. */
export const isShowing = (program: MeasuredProgram): Promise<number> =>
  program.until((screen) => screen.text().trim() !== '', 'anything at all');
