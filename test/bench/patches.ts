// `npm run bench -- --patches` compares a build with all patches of dependencies with builds that lack one each.
import { pathToFileURL } from 'node:url';
import { label } from './content.ts';
import { hold, measureKey } from './key-cost.ts';
import { MeasuredProgram } from './measured-program.ts';
import { type BenchPrograms, preparePrograms, ROOT } from './programs.ts';
import { table } from './report.ts';
import { programMs } from './scenarios/scripts.ts';
import { isShowing } from './scenarios/start.ts';
import { quietContent } from './server-content.ts';
import { median, Samples } from './statistics.ts';
import { startTaskServer, type TaskServer } from './task-server.ts';

const SIZE = { cols: 80, rows: 24 };
const STARTS = ['first frame', 'first rows', 'list'] as const;
const KEY = 'key';
/** A patch stays if it gains this much of one start, ms, or this share of a key's processor time. */
const MIN_GAIN_MS = 8;
const MIN_GAIN_SHARE = 0.15;

/** Tasks whose conversations are loaded when keys are measured. */
const VISITED = 4;
/** From the last visited task to the first, and back. */
const WARM_MOVES = ['up', 'down', 'up', 'down'];
/** Ends at the first task, where the next start begins. */
const MOVES = ['up', 'down', 'up'];
const REPEAT_MS = 1_000 / 30;

interface Variant {
  /** The patch that it lacks; null for none. */
  readonly without: string | null;
  readonly programs: BenchPrograms;
}

/** The medians of all builds as a table. Every run measures each build once. */
export async function comparePatches(runs: number): Promise<string> {
  const variants: Variant[] = [];
  const samples = new Samples();
  const server = await startTaskServer();
  try {
    await server.set({});
    for (const without of [null, ...(await patchNames())]) {
      process.stderr.write(`\r\x1b[Kbuild without ${without ?? 'nothing'}`);
      const programs = await preparePrograms(without ?? undefined);
      variants.push({ without, programs });
      // The first run stores compiled code, the second one accepts it.
      for (let n = 0; n < 2; n++) await measure(programs, server);
    }
    for (let run = 0; run < runs; run++) {
      process.stderr.write(`\r\x1b[K${run + 1} of ${runs}`);
      for (let n = 0; n < variants.length; n++) {
        // Each run starts with another build.
        const { without, programs } = variants[(n + run) % variants.length] as Variant;
        await measure(programs, server, (name, ...values) => samples.add(`${name} ${without}`, ...values));
      }
    }
  } finally {
    process.stderr.write('\r\x1b[K');
    await server.stop();
    for (const { programs } of variants) programs.remove();
  }
  return comparison(
    samples,
    variants.map(({ without }) => without),
  );
}

async function patchNames(): Promise<readonly string[]> {
  const file = pathToFileURL(`${ROOT}scripts/plugins.mjs`).href;
  const { optional }: { readonly optional: readonly { readonly name: string }[] } = await import(file);
  return optional.map(({ name }) => name);
}

/** All starts and some keys of one build. */
async function measure(
  programs: BenchPrograms,
  { url }: TaskServer,
  add: (name: string, ...values: readonly number[]) => void = () => undefined,
): Promise<void> {
  const known = new MeasuredProgram(programs.taskdeck('known', url), SIZE);
  add('first frame', await isShowing(known));
  for (let index = 0; index < VISITED; index++) {
    if (index > 0) known.press('down');
    await known.untilText(`${index}.${quietContent.lines - 1} `);
  }
  for (const direction of WARM_MOVES) await hold(known, direction, VISITED - 1, REPEAT_MS);
  for (const direction of MOVES) {
    for (let n = 1; n < VISITED; n++) add(KEY, (await measureKey(known, direction)).cpu);
  }
  await known.end('q');

  const fresh = new MeasuredProgram(programs.taskdeck('new', url), SIZE);
  add('first rows', await fresh.untilText(label(0)));
  await fresh.end('q');

  add('list', await programMs(programs.taskdeck('known', url, 'list')));
}

/** Gain of each patch: the median without it minus the median with all. */
function comparison(samples: Samples, variants: readonly (string | null)[]): string {
  const medianOf = (name: string, without: string | null): number => median(samples.of(`${name} ${without}`));
  const rows = variants.map((without) => {
    if (without === null) {
      return [
        'all patches',
        ...STARTS.map((name) => `${medianOf(name, null).toFixed(1)} ms`),
        `${medianOf(KEY, null).toFixed(2)} ms`,
        '',
      ];
    }
    const gains = STARTS.map((name) => medianOf(name, without) - medianOf(name, null));
    const share = 1 - medianOf(KEY, null) / medianOf(KEY, without);
    const stays = share >= MIN_GAIN_SHARE || gains.some((ms) => ms >= MIN_GAIN_MS);
    return [
      without,
      ...gains.map((ms) => `${ms.toFixed(1)} ms`),
      `${(share * 100).toFixed(0)} %`,
      stays ? 'stays' : 'goes',
    ];
  });
  return table([['gain of a patch', ...STARTS, 'CPU of a key', ''], ...rows]);
}
