import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startProgram } from '../../support/program.ts';
import { openTerminal } from '../../support/terminal-app.ts';
import type { RealAgent } from '../real-agents.ts';
import type { Sandbox } from '../sandbox.ts';
import { check, type Steps, until } from '../steps.ts';
import { taskdeckDirectories } from './server-process.ts';

/** Agents and models start slowly on a busy machine. */
const SLOW = { timeout: 60_000 };
/** The first option of a permission request, in the words of all agents. */
const ASKS = /\b1 (?:Allow|Yes)/u;
/** Removes the environment of this process, which may have keys and settings of agents. */
const WITHOUT_OURS = Object.fromEntries(Object.keys(process.env).map((name) => [name, undefined]));
/** The phase and the time since then, in the row of the chat. */
const RESTS = /\bcomplete +<?\d/u;
/** Keys do not answer a question that just appeared. */
const QUESTION_GUARD_MS = 350;

/** Runs an agent as a user does: the command line starts the chat, and keys in the terminal do the rest. */
export async function runTerminalSteps(
  steps: Steps,
  launcher: string,
  { name }: RealAgent,
  { home, directory, env, processes, taggedProcesses }: Sandbox,
): Promise<void> {
  const taskdeckEnv = { ...env, ...taskdeckDirectories(home) };
  const taskdeck = async (...args: readonly string[]): Promise<string> => {
    const command = { command: process.execPath, args: [launcher, ...args], cwd: directory };
    const { code, out, err } = await startProgram({ ...command, env: taskdeckEnv }).ended;
    check(code === 0, `taskdeck ${args.join(' ')}: exit ${code} ${err}`);
    return out;
  };
  await steps.run('in the terminal', async () => {
    await taskdeck('create', '--local', '--model', name, 'Please say: Hello from the scripted model');
    const app = await openTerminal({
      command: process.execPath,
      args: [launcher, '--local'],
      cwd: directory,
      env: { ...WITHOUT_OURS, ...taskdeckEnv },
      cols: 120,
      rows: 40,
    });
    /** Writes a message and goes back to the list. */
    const send = async (text: string): Promise<void> => {
      app.press('i');
      await app.until('esc back');
      app.type(text);
      await app.until(text);
      app.press('enter', 'esc');
    };
    try {
      await app.shows(/Hello from the scripted model\s/u, SLOW);
      await app.shows(RESTS, SLOW);
      await send('Please run: echo made > made.txt');
      await app.until(ASKS, SLOW);
      await sleep(QUESTION_GUARD_MS);
      app.press('1');
      await app.until(/The tool returned/u, SLOW);
      check(existsSync(path.join(directory, 'made.txt')), 'the command did not run');
      const file = path.join(directory, 'in-the-terminal.txt');
      await send(`Please edit: ${file} hello`);
      await app.until(ASKS, SLOW);
      await app.shows(/\+\s*hello/u);
      await sleep(QUESTION_GUARD_MS);
      app.press('1');
      await until('the file', () => existsSync(file) || undefined);
      await send('Please slow: 300');
      await app.until(/part 3/u, SLOW);
      app.press('x');
      await app.until(RESTS, SLOW);
      app.press('d');
      await until('all processes end', () => taggedProcesses().length === 0 || undefined);
      app.press('q');
      await app.exit();
    } finally {
      await app.close();
      await taskdeck('serve', '--stop');
    }
    await until('all processes end', () => processes().length === 0 || undefined);
    return '';
  });
}
