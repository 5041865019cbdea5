import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ProgramCommand } from '../measured-program.ts';
import type { Bench } from '../scenario.ts';

/** Run time of commands, from the start of the process to its end. */
export async function scripts({ programs, server, samples, starts }: Bench): Promise<void> {
  await server.set({});
  for (let n = 0; n < starts; n++) {
    samples.add('script node -e 0', await programMs(programs.node('-e', '0')));
    samples.add('script --version', await programMs(programs.taskdeck('known', server.url, '--version')));
    samples.add('script list', await programMs(programs.taskdeck('known', server.url, 'list')));
  }
}

/** Run time of a program, ms. Rejects if it fails. */
export async function programMs({ file, args, env }: ProgramCommand): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.resume();
  const [code]: number[] = await once(child, 'close');
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`);
  return performance.now() - startedAt;
}
