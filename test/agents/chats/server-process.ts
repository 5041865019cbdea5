import path from 'node:path';
import { type Program, startProgram } from '../../support/program.ts';
import type { Sandbox } from '../sandbox.ts';
import { check } from '../steps.ts';

/** Taskdeck's local server in a process of its own, with the state in the sandbox. */
export interface ServerProcess {
  readonly url: string;
  readonly token: string;
  readonly program: Program;
}

/** Starts `taskdeck serve` as a user does. `launcher`: see buildProgram. */
export async function startServerProcess(launcher: string, { home, env }: Sandbox): Promise<ServerProcess> {
  const program = startProgram({
    command: process.execPath,
    args: [launcher, 'serve', '--json'],
    cwd: home,
    env: { ...env, ...taskdeckDirectories(home) },
  });
  await program.until(/\n/);
  const { url, token } = JSON.parse(program.out());
  check(typeof url === 'string' && typeof token === 'string', `the server printed ${program.out()}`);
  return { url, token, program };
}

/** Where taskdeck keeps its settings and its state in a sandbox. */
export const taskdeckDirectories = (home: string): Readonly<Record<string, string>> => ({
  TASKDECK_CONFIG_DIR: path.join(home, 'taskdeck-config'),
  TASKDECK_STATE_DIR: path.join(home, 'taskdeck-state'),
});
