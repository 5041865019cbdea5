import type { BuildLogLine } from '../../domain/build.ts';
import { memoize } from '../../store/memoize.ts';

export interface LogRow {
  /** `stage`: the heading of a build step. */
  readonly kind: 'stage' | 'output';
  /** Untrusted text. */
  readonly text: string;
  readonly level: string;
}

export const logRows = memoize((lines: readonly BuildLogLine[]): readonly LogRow[] => {
  const rows: LogRow[] = [];
  let stage = '';
  for (const line of lines) {
    if (line.stage !== stage && line.stage !== '') rows.push({ kind: 'stage', text: line.stage, level: '' });
    stage = line.stage;
    // A blank line only marks the start of a step.
    if (line.output.trim() !== '') rows.push({ kind: 'output', text: line.output, level: line.level });
  }
  return rows;
});
