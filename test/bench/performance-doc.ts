import { readFileSync, writeFileSync } from 'node:fs';
import type { Machine } from './machine.ts';
import { markdownTable, reportLines } from './report.ts';
import { median, Samples } from './statistics.ts';

export interface BenchResult {
  readonly machine: Machine;
  readonly runs: number;
  readonly samples: Readonly<Record<string, readonly number[]>>;
}

const FILE = new URL('../../docs/performance.md', import.meta.url);
const BEGIN = '<!-- measured -->';
const END = '<!-- /measured -->';

/** Writes the results into docs/performance.md and keeps the text around them. */
export function writePerformanceDoc(result: BenchResult): void {
  const text = readFileSync(FILE, 'utf8');
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin === -1 || end < begin) throw new Error(`docs/performance.md has no ${BEGIN} or ${END}`);
  writeFileSync(
    FILE,
    `${text.slice(0, begin + BEGIN.length)}\n\n${measuredPart(result)}\n\n${text.slice(end)}`,
  );
}

function measuredPart({ machine, runs, samples: raw }: BenchResult): string {
  const samples = Samples.fromJSON(raw);
  const { processor, cores, memoryGiB, system, node } = machine;
  return [
    `${runs} runs on ${processor}, ${cores} cores, ${memoryGiB} GiB, ${system}, Node ${node}. In these runs \`node -e 0\` ` +
      `took ${median(samples.of('node -e 0')).toFixed(1)} ms in a terminal and ` +
      `${median(samples.of('script node -e 0')).toFixed(1)} ms on a pipe.`,
    '',
    markdownTable(reportLines(samples)),
  ].join('\n');
}
