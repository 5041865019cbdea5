// `npm run bench` measures the built taskdeck in pseudo-terminals against a real server; see docs/performance.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { thisMachine } from './machine.ts';
import { MeasuredProgram } from './measured-program.ts';
import { comparePatches } from './patches.ts';
import { type BenchResult, writePerformanceDoc } from './performance-doc.ts';
import { preparePrograms } from './programs.ts';
import { plainTable, reportLines } from './report.ts';
import { MIN_STARTS } from './scenario.ts';
import { scenarios } from './scenarios/all.ts';
import { Samples } from './statistics.ts';
import { startTaskServer } from './task-server.ts';

const HELP = `npm run bench -- [options]
  --only NAMES   run these scenarios, comma-separated: ${Object.keys(scenarios).join(', ')}
  --runs N       runs per scenario (default 9, with --patches 15)
  --rest S       seconds that the chats of local-rest rest (default 300)
  --patches      measure the gain of each dependency patch instead
  --json FILE    write all samples to FILE
  --from FILE    read samples from FILE instead of measuring
  --docs         update docs/performance.md
`;

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    runs: { type: 'string' },
    rest: { type: 'string' },
    patches: { type: 'boolean', default: false },
    json: { type: 'string' },
    from: { type: 'string' },
    docs: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

async function main(): Promise<void> {
  if (options.help) return void process.stdout.write(HELP);
  const names = options.only?.split(',') ?? Object.keys(scenarios);
  const unknown = names.filter((name) => !(name in scenarios));
  const runs = Number(options.runs ?? (options.patches ? 15 : 9));
  const rest = Number(options.rest ?? 300);
  if (unknown.length > 0 || !Number.isInteger(runs) || runs < 1 || !(rest >= 0)) {
    process.stderr.write(HELP);
    process.exitCode = 2;
    return;
  }
  if (options.patches) return void process.stdout.write(`${await comparePatches(runs)}\n`);
  const result = options.from === undefined ? await measure(names, runs, rest * 1_000) : read(options.from);
  process.stdout.write(`${plainTable(reportLines(Samples.fromJSON(result.samples)))}\n`);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(result)}\n`);
  if (options.docs) writePerformanceDoc(result);
}

const read = (file: string): BenchResult => JSON.parse(readFileSync(file, 'utf8'));

/** Runs all scenarios once, then all again, so that a busy phase of the machine affects each. */
async function measure(names: readonly string[], runs: number, restMs: number): Promise<BenchResult> {
  const samples = new Samples();
  const programs = await preparePrograms();
  const server = await startTaskServer();
  try {
    // The first start stores compiled code, the second one accepts it.
    for (let n = 0; n < 2; n++) {
      const program = new MeasuredProgram(programs.taskdeck('known', server.url), { cols: 80, rows: 24 });
      await program.untilText('T0000');
      await program.settle(1_000);
      await program.end('q');
    }
    const starts = Math.ceil(MIN_STARTS / runs);
    for (let run = 0; run < runs; run++) {
      for (const name of names) {
        process.stderr.write(`\r\x1b[K${run + 1} of ${runs}: ${name}`);
        await scenarios[name]?.({ programs, server, samples, run, starts, restMs });
      }
    }
  } finally {
    process.stderr.write('\r\x1b[K');
    await server.stop();
    programs.remove();
  }
  return { machine: thisMachine(), runs, samples: samples.toJSON() };
}

await main();
