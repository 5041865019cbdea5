import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { inject, onTestFinished } from 'vitest';
import { type App, openTerminal, type TerminalOptions } from './pty.ts';

const run = promisify(execFile);

/** A home of its own for one test: no deployment of the developer's, and a local server that ends with the test. */
export interface Home {
  readonly env: Readonly<Record<string, string>>;
  readonly stateDir: string;
  /** The TUI in a real terminal. */
  open(args?: readonly string[], options?: Partial<TerminalOptions>): Promise<App>;
  /** A command for scripts; resolves to what it printed. */
  run(...args: readonly string[]): Promise<string>;
}

export function makeHome(): Home {
  const folder = mkdtempSync(path.join(tmpdir(), 'taskdeck-home-'));
  const stateDir = path.join(folder, 'state');
  const env = {
    HOME: folder,
    XDG_CONFIG_HOME: path.join(folder, 'config'),
    TASKDECK_CONFIG_DIR: path.join(folder, 'config', 'taskdeck'),
    TASKDECK_STATE_DIR: stateDir,
    SHELL: '/bin/sh',
  };
  const program = inject('taskdeck');
  const home: Home = {
    env,
    stateDir,
    open: (args = ['--local'], options = {}) =>
      openTerminal({
        command: process.execPath,
        args: [program, ...args],
        ...options,
        env: { ...env, ...options.env },
      }),
    async run(...args) {
      const { CI, CODER_URL, CODER_SESSION_TOKEN, ...clean } = process.env;
      const { stdout } = await run(process.execPath, [program, ...args], { env: { ...clean, ...env } });
      return stdout;
    },
  };
  onTestFinished(async () => {
    await home.run('serve', '--stop');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  });
  return home;
}
