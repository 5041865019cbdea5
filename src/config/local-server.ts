import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { UsageError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports/clock.ts';
import { UPDATED } from '../domain/updated.ts';
import { unusable } from '../platform/own-directory.ts';
import { sleep } from '../platform/sleep.ts';
import { isSystemError } from '../platform/system-error.ts';
import { STATE_VARIABLE } from './directories.ts';
import type { Probe } from './probe.ts';
import { readServerFile, type ServerRecord } from './server-file.ts';
import { isStateHeld } from './server-lock.ts';
import { lastWords, logFileOf, startDetached } from './start-detached.ts';
import { isOlder } from './version-order.ts';

/** The running local server. Holds its token: never print it. */
export interface LocalServer extends ServerRecord {
  /** It came with an older taskdeck than ours: offer a restart when none of its tasks runs. */
  readonly older: boolean;
}

export type LocalServerStatus =
  | { readonly running: true; readonly server: LocalServer }
  /** `sentence` says what is the matter, for people. */
  | { readonly running: false; readonly silent: boolean; readonly sentence: string };

/** The local server could not be started or stopped; the message is a sentence that says what to do. */
export class LocalServerError extends Error {
  override readonly name = 'LocalServerError';
}

export interface Find {
  readonly stateDir: string;
  /** Of this taskdeck. */
  readonly version: string;
  readonly probe: Probe;
  readonly signal: AbortSignal;
}

export interface Start extends Find {
  /** Path of the bundle local.cjs. */
  readonly entry: string;
  readonly clock: Clock;
  /** What the server and its tasks inherit; the user's environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Stop extends Find {
  readonly clock: Clock;
}

/** A cold start on a busy machine takes a few seconds, ms. */
const START_PATIENCE_MS = 30_000;
/** It ends its tasks first: five seconds for those that ignore a polite request, ms. */
const STOP_PATIENCE_MS = 20_000;
const LOOK_EVERY_MS = 40;
/** A start may lose against a server that is just ending; then it is worth another. */
const ATTEMPTS = 3;

/** The running local server of this state directory, or null. */
export async function findLocalServer({
  stateDir,
  version,
  probe,
  signal,
}: Find): Promise<LocalServer | null> {
  signal.throwIfAborted();
  const record = recordIn(stateDir);
  // Without the lock nobody of ours is there, and whoever has the port now shall not see the token.
  if (record === null || !isStateHeld(stateDir)) return null;
  if (!(await probe(record.url, record.token, signal))) return null;
  return { ...record, older: isOlder(record.version, version) };
}

/** What the state file says. Throws LocalServerError when it cannot be trusted, UnusableDirectory when it cannot be read. */
function recordIn(stateDir: string): ServerRecord | null {
  try {
    return readServerFile(stateDir);
  } catch (error) {
    if (error instanceof UsageError && isSystemError(error.cause)) {
      throw unusable(stateDir, STATE_VARIABLE, error.cause);
    }
    throw error instanceof UsageError ? new LocalServerError(error.message, { cause: error }) : error;
  }
}

/**
 * The running local server, started first when there is none. Any number of taskdecks may do this at the same
 * moment: the servers settle among themselves which one stays. Throws LocalServerError.
 */
export async function findOrStartLocalServer(options: Start): Promise<LocalServer> {
  const { stateDir, clock, signal } = options;
  const running = await findLocalServer(options);
  if (running !== null) return running;
  refuseWindows();
  if (!existsSync(options.entry)) throw new LocalServerError(UPDATED);
  signal.throwIfAborted();
  const deadline = clock.monotonic() + START_PATIENCE_MS;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const child = startDetached(options.entry, stateDir, options.env);
    let found: LocalServer | null = null;
    try {
      found = await answerOf(child, options, deadline);
    } finally {
      // Slower than another server, or given up: it shall not stay behind and become one that nobody asked for.
      if (found?.pid !== child.pid) child.kill();
    }
    if (found !== null) return found;
  }
  throw new LocalServerError(whyNot(stateDir));
}

/** Null when `child` gave way to a server that has ended since. */
async function answerOf(child: ChildProcess, options: Start, deadline: number): Promise<LocalServer | null> {
  const { stateDir, clock, signal } = options;
  const ended = endOf(child);
  while (clock.monotonic() < deadline) {
    const outcome = ended();
    const server = await findLocalServer(options);
    if (server !== null) return server;
    if (outcome === 'failed') throw new LocalServerError(whyNot(stateDir));
    if (outcome === 'gave way' && !isStateHeld(stateDir)) return null;
    await sleep(clock, LOOK_EVERY_MS, signal);
    signal.throwIfAborted();
  }
  throw new LocalServerError(whyNot(stateDir));
}

/** Whether a local server runs on this state directory, for `taskdeck serve --status` and doctor. */
export async function localServerStatus(options: Find): Promise<LocalServerStatus> {
  const server = await findLocalServer(options);
  if (server !== null) return { running: true, server };
  if (!isStateHeld(options.stateDir)) {
    return { running: false, silent: false, sentence: 'No local server is running.' };
  }
  const sentence = `A local server holds ${options.stateDir} but does not answer; its log is ${logFileOf(options.stateDir)}.`;
  return { running: false, silent: true, sentence };
}

/**
 * Asks the local server to end and waits until it is gone; the commands of its tasks end with it. False when none
 * was running. Only a process that proved to be our server gets a signal. Throws LocalServerError.
 */
export async function stopLocalServer(options: Stop): Promise<boolean> {
  const status = await localServerStatus(options);
  if (!status.running) {
    if (status.silent) throw new LocalServerError(status.sentence);
    return false;
  }
  try {
    process.kill(status.server.pid, 'SIGTERM');
  } catch {
    // It ended by itself between the look and the signal.
  }
  const deadline = options.clock.monotonic() + STOP_PATIENCE_MS;
  // Another taskdeck may start the next server as soon as this one is gone.
  const isThere = (): boolean =>
    isStateHeld(options.stateDir) &&
    (recordIn(options.stateDir)?.token ?? status.server.token) === status.server.token;
  while (isThere()) {
    if (options.clock.monotonic() >= deadline) {
      throw new LocalServerError(
        `The local server (process ${status.server.pid}) was asked to end and did not.`,
      );
    }
    await sleep(options.clock, LOOK_EVERY_MS, options.signal);
    options.signal.throwIfAborted();
  }
  return true;
}

/** Local mode needs process groups. Throws LocalServerError where there are none. */
export function refuseWindows(platform: NodeJS.Platform = process.platform): void {
  if (platform !== 'win32') return;
  throw new LocalServerError(
    'Local mode runs on Linux and macOS only; on Windows taskdeck works with a Coder deployment: taskdeck login URL.',
  );
}

/** How a started process stands: still there, ended because another server has the directory, or failed. */
function endOf(server: ChildProcess): () => 'running' | 'gave way' | 'failed' {
  let failed = false;
  server.on('error', () => {
    failed = true;
  });
  return () => {
    if (failed || (server.exitCode ?? 0) !== 0 || server.signalCode !== null) return 'failed';
    return server.exitCode === 0 ? 'gave way' : 'running';
  };
}

function whyNot(stateDir: string): string {
  const words = lastWords(stateDir);
  const log = `Its log is ${logFileOf(stateDir)}`;
  return words === ''
    ? `The local server did not start. ${log}.`
    : `The local server did not start. ${log}, and ends with: ${words}`;
}
