import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { taskEnvironment } from '../domain/child-environment.ts';
import { asUnusableDirectory } from '../platform/private-directory.ts';
import { createStateDirectory, STATE_VARIABLE } from './directories.ts';

/** First argument of the server process, followed by the state directory. */
export const DETACHED_FLAG = '--detached-local-server';

/** A start renames a larger log to `server.log.old`; bytes. */
const LOG_LIMIT = 1 << 20;
const LOG_TAIL_CHARACTERS = 2_000;

export const logFileOf = (stateDir: string): string => path.join(stateDir, 'server.log');

/**
 * Starts the bundle `entry` in its own session without a terminal, so that it outlives this one. Its output goes to
 * `server.log` in the state directory.
 * @throws UnusableDirectory
 */
export function startDetached(
  entry: string,
  stateDir: string,
  env: Readonly<Record<string, string | undefined>>,
): ChildProcess {
  createStateDirectory(stateDir);
  const log = openLog(stateDir);
  try {
    const server = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', entry, DETACHED_FLAG, stateDir],
      // The server must not keep the user's directory or a mounted disk busy.
      { detached: true, stdio: ['ignore', log, log], cwd: stateDir, env: taskEnvironment(env) },
    );
    server.unref();
    return server;
  } finally {
    closeSync(log);
  }
}

/** The end of the server's log without stack traces. */
export function logTail(stateDir: string): string {
  try {
    return readFileSync(logFileOf(stateDir), 'utf8')
      .slice(-LOG_TAIL_CHARACTERS)
      .replaceAll(/^\s+at .*\n?/gm, '')
      .trim();
  } catch {
    return '';
  }
}

function openLog(stateDir: string): number {
  const file = logFileOf(stateDir);
  try {
    if (statSync(file).size > LOG_LIMIT) renameSync(file, `${file}.old`);
  } catch {
    // No log yet.
  }
  try {
    return openSync(file, 'a', 0o600);
  } catch (error) {
    throw asUnusableDirectory(stateDir, STATE_VARIABLE, error);
  }
}
