import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inject, onTestFinished } from 'vitest';
import { type Program, type ProgramOptions, type ProgramResult, startProgram } from './program.ts';
import { cleanEnvironment, openTerminal, type TerminalApp, type TerminalOptions } from './terminal-app.ts';

interface CallOptions extends Pick<ProgramOptions, 'stdin'> {
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** A home of its own for one test: no deployment of the developer's, and a local server that ends with the test. */
export interface Home {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stateDir: string;
  /** The TUI in a real terminal. */
  open(args?: readonly string[], options?: Partial<TerminalOptions>): Promise<TerminalApp>;
  /** A command for scripts; resolves to what it printed, and rejects when it fails. */
  run(...args: readonly string[]): Promise<string>;
  /** A command for scripts, however it ends. */
  call(args: readonly string[], options?: CallOptions): Promise<ProgramResult>;
  /** A command for scripts that goes on until it is ended; with the home at the latest. */
  start(args: readonly string[], options?: CallOptions): Program;
  /** A line of bash that calls `taskdeck`; a failure anywhere in a pipe is one of the line. */
  bash(line: string, options?: CallOptions): Promise<ProgramResult>;
}

/** A home for the test that runs. */
export function makeHome(): Home {
  const { home, dispose } = openHome();
  onTestFinished(dispose);
  return home;
}

/** A home for as long as its caller wants it. */
export function openHome(): { readonly home: Home; readonly dispose: () => Promise<void> } {
  const folder = mkdtempSync(path.join(tmpdir(), 'taskdeck-home-'));
  const stateDir = path.join(folder, 'state');
  const program = inject('taskdeck');
  const bin = path.join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(path.join(bin, 'taskdeck'), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
  chmodSync(path.join(bin, 'taskdeck'), 0o755);
  const env = {
    HOME: folder,
    PATH: `${bin}:${process.env.PATH}`,
    XDG_CONFIG_HOME: path.join(folder, 'config'),
    TASKDECK_CONFIG_DIR: path.join(folder, 'config', 'taskdeck'),
    TASKDECK_STATE_DIR: stateDir,
    SHELL: '/bin/sh',
  };
  const running = new Set<Program>();
  const start = (command: string, args: readonly string[], options: CallOptions = {}): Program => {
    const { stdin } = options;
    const started = startProgram({
      command,
      args,
      cwd: folder,
      env: cleanEnvironment({ ...env, ...options.env }),
      ...(stdin !== undefined && { stdin }),
    });
    running.add(started);
    void started.ended.then(() => running.delete(started));
    return started;
  };
  const taskdeck = (args: readonly string[], options?: CallOptions) =>
    start(process.execPath, [program, ...args], options);
  const home: Home = {
    folder,
    env,
    stateDir,
    open: (args = ['--local'], options = {}) =>
      openTerminal({
        command: process.execPath,
        args: [program, ...args],
        cwd: folder,
        ...options,
        env: { ...env, ...options.env },
      }),
    async run(...args) {
      const ran = await taskdeck(args).ended;
      if (ran.code !== 0) throw new Error(`taskdeck ${args.join(' ')} ended with ${JSON.stringify(ran)}`);
      return ran.out;
    },
    call: (args, options) => taskdeck(args, options).ended,
    start: taskdeck,
    bash: (line, options) => start('bash', ['--norc', '-o', 'pipefail', '-c', line], options).ended,
  };
  return {
    home,
    async dispose() {
      for (const { kill, ended } of running) {
        kill('SIGKILL');
        await ended;
      }
      await home.run('serve', '--stop');
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    },
  };
}
