import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, constants, openSync, rmSync, statSync } from 'node:fs';
import { Socket } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { taskEnvironment } from '../domain/child-environment.ts';
import { isExecutable, isOnPath } from './agents/executable.ts';
import { processIdentity } from './process-table.ts';

/** A process group of ours, as it is remembered over a crash of the server. */
export interface ProcessGroupRecord {
  /** Process group and session id, which is the pid of its first process. */
  readonly group: number;
  /** Of its first process: tells it from a later process with the same number. */
  readonly identity: string;
}

export interface LaunchOptions {
  readonly argv: readonly string[];
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
  /** File that the command reads as its standard input; null for none. */
  readonly input: string | null;
  /** A private directory for the pipe's name, which lives for a moment. */
  readonly pipeDirectory: string;
  /** Called as soon as there is a process, before its output is read. */
  readonly onStarted: (record: ProcessGroupRecord) => void;
  readonly signal: AbortSignal;
}

/** How the first process of a group ended; one of the two is null. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A command that runs in a session and process group of its own. */
export interface RunningGroup {
  readonly record: ProcessGroupRecord;
  /** stdout and stderr in the order in which they were written. Ends when no process holds it any more. */
  readonly output: Socket;
  readonly exited: Promise<ProcessExit>;
}

/**
 * Starts a command with exactly this environment: no shell is between, which would drop names that are none for it, such
 * as the exported functions of bash. It leads a session of its own, so that it has no controlling terminal and
 * `/dev/tty` does not lead to ours. Rejects when it cannot be started, or when `signal` came first.
 */
export async function launch(options: LaunchOptions): Promise<RunningGroup> {
  const { argv, directory, env } = options;
  const [program = '', ...args] = argv;
  // Node would blame the program.
  if (!isDirectory(directory)) throw new Error(missingDirectoryMessage(directory));
  const pipe = await openPipe(options.pipeDirectory);
  let input: number | null = null;
  let child: ChildProcess;
  try {
    options.signal.throwIfAborted();
    input = options.input === null ? null : openSync(options.input, 'r');
    child = spawn(program, args, {
      cwd: directory,
      env,
      detached: true,
      stdio: [input ?? 'ignore', pipe.writeEnd, pipe.writeEnd],
    });
  } catch (error) {
    pipe.output.destroy();
    throw startError(program, env, error);
  } finally {
    closeSync(pipe.writeEnd);
    if (input !== null) closeSync(input);
  }
  const ended = untilExit(child);
  try {
    const group = await untilSpawned(child);
    options.signal.throwIfAborted();
    const record = { group, identity: processIdentity(group) ?? '' };
    options.onStarted(record);
    return { record, output: pipe.output, exited: ended };
  } catch (error) {
    killGroup(child);
    pipe.output.destroy();
    throw startError(program, env, error);
  }
}

/** What to do about a directory that is gone; one sentence. */
export const missingDirectoryMessage = (directory: string): string =>
  `The directory ${directory} is missing. Create it again, then send or resume; or delete the task.`;

export const isDirectory = (directory: string): boolean =>
  statSync(directory, { throwIfNoEntry: false })?.isDirectory() === true;

/** The system's error as a sentence that says what to do; any other error as it is. */
function startError(program: string, env: NodeJS.ProcessEnv, error: unknown): unknown {
  const words = startErrorMessage(
    error instanceof Error && 'code' in error ? error.code : null,
    program,
    env,
  );
  return words === null ? error : new Error(words, { cause: error });
}

function startErrorMessage(code: unknown, program: string, env: NodeJS.ProcessEnv): string | null {
  switch (code) {
    case 'ENOENT':
      // The system says the same when a script's first line names a program that is not there.
      return isOnPath(program, env) || (path.isAbsolute(program) && isExecutable(program))
        ? `${program} cannot be run: what its first line names is missing.`
        : `${program} was not found. Install it, or correct the PATH of the shell that you run taskdeck from.`;
    case 'EACCES':
      return `${program} may not be run: it is not executable.`;
    case 'E2BIG':
      return 'The system does not take a command as long as this (E2BIG). Shorten the prompt, or unset large variables.';
    default:
      return null;
  }
}

/**
 * A named pipe, because what Node hands out as a pipe is a socket: programs that open /dev/stderr or /dev/stdout
 * by name fail on that. Both streams share it, which keeps their order.
 */
async function openPipe(directory: string): Promise<{ readonly output: Socket; readonly writeEnd: number }> {
  const name = path.join(directory, `pipe-${randomBytes(8).toString('hex')}`);
  await promisify(execFile)('mkfifo', ['-m', '600', name], { env: taskEnvironment(process.env) });
  try {
    const readEnd = openSync(name, constants.O_RDONLY | constants.O_NONBLOCK);
    const output = new Socket({ fd: readEnd, readable: true, writable: false });
    return { output, writeEnd: openSync(name, constants.O_WRONLY) };
  } finally {
    rmSync(name, { force: true });
  }
}

const untilSpawned = (child: ChildProcess): Promise<number> =>
  new Promise((resolve, reject) => {
    child.once('error', reject);
    if (child.pid !== undefined) resolve(child.pid);
  });

const untilExit = (child: ChildProcess): Promise<ProcessExit> =>
  new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
