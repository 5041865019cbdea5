import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inject, onTestFinished } from 'vitest';
import { type Program, type ProgramOptions, type ProgramResult, startProgram } from './program.ts';
import { cleanEnvironment, openTerminal, type TerminalApp, type TerminalOptions } from './terminal-app.ts';

interface CallOptions extends Pick<ProgramOptions, 'stdin'> {
  readonly env?: Readonly<Record<string, string | undefined>>;
}

interface HomeOptions {
  /** Of another build of the program. */
  readonly launcher?: string;
  /** Added to the environment of each program. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A temporary home directory with its own settings and local server, independent of the developer's. */
export interface Home {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stateDir: string;
  /** Opens the TUI in a pseudo-terminal. */
  open(args?: readonly string[], options?: Partial<TerminalOptions>): Promise<TerminalApp>;
  /** Runs a command. Resolves to its stdout; rejects unless it exits with 0. */
  run(...args: readonly string[]): Promise<string>;
  /** Runs a command. Resolves for every exit code. */
  call(args: readonly string[], options?: CallOptions): Promise<ProgramResult>;
  /** Starts a command that runs until it is killed, at the latest with the home. */
  start(args: readonly string[], options?: CallOptions): Program;
  /** Runs a line of bash that may call `taskdeck`, with `pipefail`. */
  bash(line: string, options?: CallOptions): Promise<ProgramResult>;
}

/** The directory for the code cache of a program of `buildProgram`, outside of what tests copy. */
export const cacheOf = (launcher: string): string => path.resolve(launcher, '..', '..', '..', 'cache');

/** A home that is removed after the current test. */
export function makeHome(options?: HomeOptions): Home {
  const { home, dispose } = openHome(options);
  onTestFinished(dispose);
  return home;
}

/** A home that the caller must dispose of. */
export function openHome({ launcher = inject('taskdeck'), env: added = {} }: HomeOptions = {}): {
  readonly home: Home;
  readonly dispose: () => Promise<void>;
} {
  const folder = mkdtempSync(path.join(tmpdir(), 'taskdeck-home-'));
  const stateDir = path.join(folder, 'state');
  const bin = path.join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(path.join(bin, 'taskdeck'), `#!/bin/sh\nexec '${process.execPath}' '${launcher}' "$@"\n`);
  chmodSync(path.join(bin, 'taskdeck'), 0o755);
  const env = {
    HOME: folder,
    // Shared by all homes: a start that compiles the bundles takes twice the time.
    XDG_CACHE_HOME: cacheOf(launcher),
    PATH: `${bin}:${process.env.PATH}`,
    XDG_CONFIG_HOME: path.join(folder, 'config'),
    TASKDECK_CONFIG_DIR: path.join(folder, 'config', 'taskdeck'),
    TASKDECK_STATE_DIR: stateDir,
    SHELL: '/bin/sh',
    ...added,
  };
  const running = new Set<Program>();
  const start = (command: string, args: readonly string[], options: CallOptions = {}): Program => {
    const { stdin } = options;
    const program = startProgram({
      command,
      args,
      cwd: folder,
      env: cleanEnvironment({ ...env, ...options.env }),
      ...(stdin !== undefined && { stdin }),
    });
    running.add(program);
    void program.ended.then(() => running.delete(program));
    return program;
  };
  const taskdeck = (args: readonly string[], options?: CallOptions) =>
    start(process.execPath, [launcher, ...args], options);
  const home: Home = {
    folder,
    env,
    stateDir,
    open: (args = ['--local'], options = {}) =>
      openTerminal({
        command: process.execPath,
        args: [launcher, ...args],
        cwd: folder,
        ...options,
        env: { ...env, ...options.env },
      }),
    async run(...args) {
      const result = await taskdeck(args).ended;
      if (result.code !== 0)
        throw new Error(`taskdeck ${args.join(' ')} ended with ${JSON.stringify(result)}`);
      return result.out;
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
      if (existsSync(path.join(stateDir, 'server.lock'))) await home.run('serve', '--stop');
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    },
  };
}
