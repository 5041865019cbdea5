import type { ProgramEnd } from './ports/programs.ts';
import { sanitiseLine } from './text/sanitise.ts';
import { truncate } from './text/width.ts';

const MAX_FAULT_COLUMNS = 120;

/** How a program failed, as the end of a sentence without a full stop; null after a success. `timeout`: seconds. */
export function programFault(end: ProgramEnd, timeout: number): string | null {
  switch (end.kind) {
    case 'not-started':
      return end.code === 'ENOENT' ? 'does not exist' : `cannot be run (${end.code})`;
    case 'timed-out':
      return `was ended after ${timeout} s`;
    case 'signal':
      return `ended by ${end.signal}`;
    case 'exited':
      return end.code === 0 ? null : `failed with exit code ${end.code}${wordsOf(end.errors)}`;
  }
}

const wordsOf = (errors: string): string => {
  const line = firstLineOf(errors).replace(/\.$/u, '');
  return line === '' ? '' : `: ${line}`;
};

/** The first line of a program's output that is not blank; sanitised and short. */
export const firstLineOf = (output: string): string =>
  truncate(sanitiseLine(output.trim().split('\n', 1)[0] ?? ''), MAX_FAULT_COLUMNS);
