import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { UsageError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports/clock.ts';
import { UPDATE_MESSAGE } from '../domain/update-error.ts';
import { killChild } from '../platform/kill-child.ts';
import { unusableDirectory } from '../platform/private-directory.ts';
import { sleep } from '../platform/sleep.ts';
import { isSystemError } from '../platform/system-error.ts';
import { isOlderVersion } from './compare-versions.ts';
import { STATE_VARIABLE } from './directories.ts';
import type { Probe } from './probe.ts';
import { readServerFile, type ServerRecord } from './server-file.ts';
import { isStateDirectoryLocked } from './server-lock.ts';
import { logFileOf, logTail, startDetached } from './start-detached.ts';

/** The running local server. Contains its token: never print it. */
export interface LocalServer extends ServerRecord {
  /** It belongs to an older taskdeck than this one. */
  readonly isOlder: boolean;
}

export type LocalServerStatus =
  | { readonly running: true; readonly server: LocalServer }
  /** `message` is for users. `unresponsive`: a server runs, but does not answer. */
  | { readonly running: false; readonly unresponsive: boolean; readonly message: string };

/** The local server cannot be started or stopped; the message is for users. */
export class LocalServerError extends Error {
  override readonly name = 'LocalServerError';
}

export interface FindOptions {
  readonly stateDir: string;
  /** Version of this taskdeck. */
  readonly version: string;
  readonly probe: Probe;
  readonly signal: AbortSignal;
}

export interface StartOptions extends FindOptions {
  /** Path of the bundle local.cjs. */
  readonly entry: string;
  readonly clock: Clock;
  /** The user's environment, which the server and its tasks inherit. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface StopOptions extends FindOptions {
  readonly clock: Clock;
}

/** A cold start on a busy machine takes some seconds, ms. */
const START_TIMEOUT_MS = 30_000;
/** The server first ends its tasks, with 5 s for those that ignore SIGTERM; ms. */
const STOP_TIMEOUT_MS = 20_000;
const POLL_INTERVAL_MS = 40;
/** A start gives way to a server that is just ending: then start again. */
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
  // Without the lock no server runs, and another program may have its port: do not send it the token.
  if (record === null || !isStateDirectoryLocked(stateDir)) return null;
  if (!(await probe(record.url, record.token, signal))) return null;
  return { ...record, isOlder: isOlderVersion(record.version, version) };
}

/** @throws LocalServerError for an untrusted file, UnusableDirectory for an unreadable one */
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
 * The running local server; starts it if necessary. Safe when several taskdecks do this at once: the lock decides which
 * server stays.
 * @throws LocalServerError
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
      // Not needed: another server was faster, or the start was aborted.
      if (found?.pid !== child.pid) killChild(child);
    }
    if (found !== null) return found;
  }
  throw new LocalServerError(startFailureMessage(stateDir));
}

/** Null when `child` gave way to another server that has ended. */
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
  const message = `A local server uses ${options.stateDir}, but does not answer. See its log: ${logFileOf(options.stateDir)}`;
  return { running: false, unresponsive: true, message };
}

/**
 * Stops the local server with its tasks and waits for its end. False when none is running. Sends the signal only to a
 * process that has proved to be the server.
 * @throws LocalServerError
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
    // It has ended meanwhile.
  }
  const deadline = options.clock.monotonic() + STOP_TIMEOUT_MS;
  // Another taskdeck may start a new server immediately.
  const isRunning = (): boolean =>
    isStateDirectoryLocked(options.stateDir) &&
    (readRecord(options.stateDir)?.token ?? status.server.token) === status.server.token;
  while (isRunning()) {
    if (options.clock.monotonic() >= deadline) {
      throw new LocalServerError(`The local server (process ${status.server.pid}) did not stop in time.`);
    }
    await sleep(options.clock, POLL_INTERVAL_MS, options.signal);
    options.signal.throwIfAborted();
  }
  return true;
}

/** @throws LocalServerError on Windows, which has no process groups */
export function assertSupportedPlatform(platform: NodeJS.Platform = process.platform): void {
  if (platform !== 'win32') return;
  throw new LocalServerError(
    'Local tasks need Linux or macOS. On Windows use a Coder deployment: taskdeck login URL.',
  );
}

/** `replaced`: ended because another server has the directory. */
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
  const tail = logTail(stateDir);
  const log = `See its log: ${logFileOf(stateDir)}`;
  return tail === ''
    ? `The local server did not start. ${log}`
    : `The local server did not start. ${log}. It ends with: ${tail}`;
}
