import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { UsageError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports/clock.ts';
import { UPDATE_MESSAGE } from '../domain/update-error.ts';
import { unusableDirectory } from '../platform/private-directory.ts';
import { sleep } from '../platform/sleep.ts';
import { isSystemError } from '../platform/system-error.ts';
import { isOlderVersion } from './compare-versions.ts';
import { STATE_VARIABLE } from './directories.ts';
import type { Probe } from './probe.ts';
import { readServerFile, type ServerRecord } from './server-file.ts';
import { isStateDirectoryLocked } from './server-lock.ts';
import { logFileOf, logTail, startDetached } from './start-detached.ts';

/** The running local server. Holds its token: never print it. */
export interface LocalServer extends ServerRecord {
  /** It came with an older taskdeck than ours: offer a restart when none of its tasks runs. */
  readonly isOlder: boolean;
}

export type LocalServerStatus =
  | { readonly running: true; readonly server: LocalServer }
  /** `sentence` says what is the matter, for people. */
  | { readonly running: false; readonly unresponsive: boolean; readonly message: string };

/** The local server could not be started or stopped; the message is a sentence that says what to do. */
export class LocalServerError extends Error {
  override readonly name = 'LocalServerError';
}

export interface FindOptions {
  readonly stateDir: string;
  /** Of this taskdeck. */
  readonly version: string;
  readonly probe: Probe;
  readonly signal: AbortSignal;
}

export interface StartOptions extends FindOptions {
  /** Path of the bundle local.cjs. */
  readonly entry: string;
  readonly clock: Clock;
  /** What the server and its tasks inherit; the user's environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface StopOptions extends FindOptions {
  readonly clock: Clock;
}

/** A cold start on a busy machine takes a few seconds, ms. */
const START_TIMEOUT_MS = 30_000;
/** It ends its tasks first: five seconds for those that ignore a polite request, ms. */
const STOP_TIMEOUT_MS = 20_000;
const POLL_INTERVAL_MS = 40;
/** A start may lose against a server that is just ending; then it is worth another. */
const MAX_START_ATTEMPTS = 3;

/** The running local server of this state directory, or null. */
export async function findLocalServer({
  stateDir,
  version,
  probe,
  signal,
}: FindOptions): Promise<LocalServer | null> {
  signal.throwIfAborted();
  const record = readRecord(stateDir);
  // Without the lock nobody of ours is there, and whoever has the port now shall not see the token.
  if (record === null || !isStateDirectoryLocked(stateDir)) return null;
  if (!(await probe(record.url, record.token, signal))) return null;
  return { ...record, isOlder: isOlderVersion(record.version, version) };
}

/** What the state file says. Throws LocalServerError when it cannot be trusted, UnusableDirectory when it cannot be read. */
function readRecord(stateDir: string): ServerRecord | null {
  try {
    return readServerFile(stateDir);
  } catch (error) {
    if (error instanceof UsageError && isSystemError(error.cause)) {
      throw unusableDirectory(stateDir, STATE_VARIABLE, error.cause);
    }
    throw error instanceof UsageError ? new LocalServerError(error.message, { cause: error }) : error;
  }
}

/**
 * The running local server, started first when there is none. Any number of taskdecks may do this at the same
 * moment: the servers settle among themselves which one stays. Throws LocalServerError.
 */
export async function findOrStartLocalServer(options: StartOptions): Promise<LocalServer> {
  const { stateDir, clock, signal } = options;
  const running = await findLocalServer(options);
  if (running !== null) return running;
  assertSupportedPlatform();
  if (!existsSync(options.entry)) throw new LocalServerError(UPDATE_MESSAGE);
  signal.throwIfAborted();
  const deadline = clock.monotonic() + START_TIMEOUT_MS;
  for (let attempt = 1; attempt <= MAX_START_ATTEMPTS; attempt += 1) {
    const child = startDetached(options.entry, stateDir, options.env);
    let found: LocalServer | null = null;
    try {
      found = await waitUntilReady(child, options, deadline);
    } finally {
      // Slower than another server, or given up: it shall not stay behind and become one that nobody asked for.
      if (found?.pid !== child.pid) child.kill();
    }
    if (found !== null) return found;
  }
  throw new LocalServerError(startFailureMessage(stateDir));
}

/** Null when `child` gave way to a server that has ended since. */
async function waitUntilReady(
  child: ChildProcess,
  options: StartOptions,
  deadline: number,
): Promise<LocalServer | null> {
  const { stateDir, clock, signal } = options;
  const ended = exitWatcher(child);
  while (clock.monotonic() < deadline) {
    const outcome = ended();
    const server = await findLocalServer(options);
    if (server !== null) return server;
    if (outcome === 'failed') throw new LocalServerError(startFailureMessage(stateDir));
    if (outcome === 'replaced' && !isStateDirectoryLocked(stateDir)) return null;
    await sleep(clock, POLL_INTERVAL_MS, signal);
    signal.throwIfAborted();
  }
  throw new LocalServerError(startFailureMessage(stateDir));
}

/** Whether a local server runs on this state directory, for `taskdeck serve --status` and doctor. */
export async function localServerStatus(options: FindOptions): Promise<LocalServerStatus> {
  const server = await findLocalServer(options);
  if (server !== null) return { running: true, server };
  if (!isStateDirectoryLocked(options.stateDir)) {
    return { running: false, unresponsive: false, message: 'No local server is running.' };
  }
  const sentence = `A local server holds ${options.stateDir} but does not answer; its log is ${logFileOf(options.stateDir)}.`;
  return { running: false, unresponsive: true, message: sentence };
}

/**
 * Asks the local server to end and waits until it is gone; the commands of its tasks end with it. False when none
 * was running. Only a process that proved to be our server gets a signal. Throws LocalServerError.
 */
export async function stopLocalServer(options: StopOptions): Promise<boolean> {
  const status = await localServerStatus(options);
  if (!status.running) {
    if (status.unresponsive) throw new LocalServerError(status.message);
    return false;
  }
  try {
    process.kill(status.server.pid, 'SIGTERM');
  } catch {
    // It ended by itself between the look and the signal.
  }
  const deadline = options.clock.monotonic() + STOP_TIMEOUT_MS;
  // Another taskdeck may start the next server as soon as this one is gone.
  const isThere = (): boolean =>
    isStateDirectoryLocked(options.stateDir) &&
    (readRecord(options.stateDir)?.token ?? status.server.token) === status.server.token;
  while (isThere()) {
    if (options.clock.monotonic() >= deadline) {
      throw new LocalServerError(
        `The local server (process ${status.server.pid}) was asked to end and did not.`,
      );
    }
    await sleep(options.clock, POLL_INTERVAL_MS, options.signal);
    options.signal.throwIfAborted();
  }
  return true;
}

/** Local mode needs process groups. Throws LocalServerError where there are none. */
export function assertSupportedPlatform(platform: NodeJS.Platform = process.platform): void {
  if (platform !== 'win32') return;
  throw new LocalServerError(
    'Local mode runs on Linux and macOS only; on Windows taskdeck works with a Coder deployment: taskdeck login URL.',
  );
}

/** How a started process stands: still there, ended because another server has the directory, or failed. */
function exitWatcher(server: ChildProcess): () => 'running' | 'replaced' | 'failed' {
  let failed = false;
  server.on('error', () => {
    failed = true;
  });
  return () => {
    if (failed || (server.exitCode ?? 0) !== 0 || server.signalCode !== null) return 'failed';
    return server.exitCode === 0 ? 'replaced' : 'running';
  };
}

function startFailureMessage(stateDir: string): string {
  const words = logTail(stateDir);
  const log = `Its log is ${logFileOf(stateDir)}`;
  return words === ''
    ? `The local server did not start. ${log}.`
    : `The local server did not start. ${log}, and ends with: ${words}`;
}
