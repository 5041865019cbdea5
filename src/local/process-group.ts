import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, constants, openSync, rmSync, statSync } from 'node:fs';
import { Socket } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { childEnvironment } from '../domain/child-environment.ts';
import { identityOf } from './processes.ts';

/** A process group of ours, as it is remembered over a crash of the server. */
export interface GroupRecord {
  /** Process group and session id, which is the pid of its first process. */
  readonly group: number;
  /** Of its first process: tells it from a later process with the same number. */
  readonly identity: string;
}

export interface Launch {
  readonly argv: readonly string[];
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
  /** A private directory for the pipe's name, which lives for a moment. */
  readonly pipes: string;
  /** Called before the command runs: what it remembers is true even if the server dies in the next instant. */
  readonly remember: (record: GroupRecord) => void;
  readonly signal: AbortSignal;
}

/** How the first process of a group ended; one of the two is null. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A command that runs in a session and process group of its own. */
export interface RunningGroup {
  readonly record: GroupRecord;
  /** stdout and stderr in the order in which they were written. Ends when nobody holds it any more. */
  readonly output: Socket;
  readonly ended: Promise<Ending>;
}

/**
 * The shell waits on descriptor 3 until the server has written down which process it is, then becomes the command.
 * Should the server die before that, the read fails and nothing ever ran.
 */
const GATE = 'read _ <&3 && exec "$@" 3<&-';

/** Starts a command. Rejects when it cannot be started at all, or when `signal` came first. */
export async function launch(options: Launch): Promise<RunningGroup> {
  // Node would blame the shell.
  if (statSync(options.directory, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new Error(`the directory ${options.directory} is not there`);
  }
  const pipe = await openPipe(options.pipes);
  let child: ChildProcess;
  try {
    options.signal.throwIfAborted();
    child = spawn('/bin/sh', ['-c', GATE, 'taskdeck', ...options.argv], {
      cwd: options.directory,
      env: options.env,
      detached: true,
      stdio: ['ignore', pipe.writeEnd, pipe.writeEnd, 'pipe'],
    });
  } catch (error) {
    pipe.output.destroy();
    throw error;
  } finally {
    closeSync(pipe.writeEnd);
  }
  const ended = endOf(child);
  try {
    const record = { group: await pidOf(child), identity: '' };
    const known = { ...record, identity: identityOf(record.group) ?? '' };
    options.remember(known);
    openGate(child);
    return { record: known, output: pipe.output, ended };
  } catch (error) {
    // The gate closes with the server's end of it, and the shell behind it ends.
    child.stdio[3]?.destroy();
    pipe.output.destroy();
    throw error;
  }
}

/**
 * A named pipe, because what Node hands out as a pipe is a socket: programs that open /dev/stderr or /dev/stdout
 * by name fail on that. Both streams share it, which keeps their order.
 */
async function openPipe(directory: string): Promise<{ readonly output: Socket; readonly writeEnd: number }> {
  const name = path.join(directory, `pipe-${randomBytes(8).toString('hex')}`);
  await promisify(execFile)('mkfifo', ['-m', '600', name], { env: childEnvironment(process.env) });
  try {
    const readEnd = openSync(name, constants.O_RDONLY | constants.O_NONBLOCK);
    const output = new Socket({ fd: readEnd, readable: true, writable: false });
    return { output, writeEnd: openSync(name, constants.O_WRONLY) };
  } finally {
    rmSync(name, { force: true });
  }
}

const pidOf = (child: ChildProcess): Promise<number> =>
  new Promise((resolve, reject) => {
    child.once('error', reject);
    if (child.pid !== undefined) resolve(child.pid);
  });

const endOf = (child: ChildProcess): Promise<Ending> =>
  new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });

function openGate(child: ChildProcess): void {
  const gate = child.stdio[3];
  if (gate === null || gate === undefined || !('end' in gate)) throw new Error('The gate is missing.');
  // The command may be gone before it reads.
  gate.on('error', () => undefined);
  gate.end('\n');
}
