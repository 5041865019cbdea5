import { label } from '../content.ts';
import { MeasuredProgram } from '../measured-program.ts';
import type { Bench } from '../scenario.ts';

const SIZE = { cols: 80, rows: 24 };

/** Times to the first frame and the first rows, compared with an empty Node program. */
export async function start(bench: Bench): Promise<void> {
  for (let n = 0; n < bench.starts; n++) {
    await wideStart(bench, bench.run === 0 && n === 0);
    await bench.server.set({});
    await once(bench);
  }
}

/** The first frame of East Asian text and emoji that taskdeck saved in an earlier run. */
async function wideStart({ programs, server, samples }: Bench, isFirst: boolean): Promise<void> {
  await server.set({ wide: true });
  for (let n = isFirst ? 0 : 1; n < 2; n++) {
    const program = new MeasuredProgram(programs.taskdeck('wide', server.url), SIZE);
    const shownAt = await isShowing(program);
    if (n === 1) samples.add('wide first frame', shownAt);
    await program.untilText(label(0));
    await program.settle(300);
    await program.end('q');
  }
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
