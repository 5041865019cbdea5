import type { TerminalEmulator } from '../../support/emulator.ts';
import { label } from '../content.ts';
import { measureKey } from '../key-cost.ts';
import { sleep } from '../measured-program.ts';
import type { Bench } from '../scenario.ts';
import { SlowLine } from '../slow-line.ts';

const BYTES_PER_SECOND = 64_000 / 8;
const ONE_WAY_MS = 100;
const HELD = 75;

/** Time from releasing a held key to its last step on the screen, over a slow line. */
export async function slowPipe({ programs, server, samples }: Bench): Promise<void> {
  await server.set({ tasks: 1_000 });
  const program = new SlowLine(programs.taskdeck('new', server.url), { cols: 80, rows: 24 });
  await program.untilText(label(0));
  for (let n = 0; n < 15; n++) await measureKey(program, 'down');
  for (let n = 0; n < 15; n++) await measureKey(program, 'up');
  program.slow(BYTES_PER_SECOND, ONE_WAY_MS);
  for (let n = 0; n < HELD; n++) {
    program.press('down');
    if (n < HELD - 1) await sleep(1_000 / 30);
  }
  const releasedAt = performance.now();
  await program.until((screen) => isSelected(screen, label(HELD)), 'the end of a held key');
  samples.add('slow pipe s', (performance.now() - releasedAt) / 1_000);
  await program.settle(500);
  await program.end('q');
}

function isSelected(screen: TerminalEmulator, text: string): boolean {
  return screen.rows().some((row, y) => {
    const x = row.indexOf(text);
    return x !== -1 && screen.cell(x, y).style.includes('inverse');
  });
}
