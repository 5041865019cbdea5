import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, constants, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { taskEnvironment } from '../../domain/child-environment.ts';
import { isExecutable, isOnPath } from '../../platform/executable.ts';
import { isDirectory } from '../../platform/is-directory.ts';
import { processIdentity } from './process-table.ts';

/** A process group that the server started, as stored in the database. */
export interface ProcessGroupRecord {
  /** Id of the process group and session: the pid of its first process. */
  readonly group: number;
  /** Identity of the first process: distinguishes it from a later process with the same pid. */
  readonly identity: string;
}

export interface LaunchOptions {
  readonly argv: readonly string[];
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
  /** Path of the file for standard input; null for none. */
  readonly input: string | null;
  /** A private directory for the named pipe, which is removed as soon as it is open. */
  readonly pipeDirectory: string;
  /** Called once the process exists, before its output is read. */
  readonly onStarted: (record: ProcessGroupRecord) => void;
  readonly signal: AbortSignal;
}

/** Exit of a group's first process; one of the two is null. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A command in its own session and process group. */
export interface RunningGroup {
  readonly record: ProcessGroupRecord;
  /** stdout and stderr, in the order of writing. Ends when no process holds it open. */
  readonly output: Socket;
  readonly exited: Promise<ProcessExit>;
}

/**
 * Starts a command with exactly this environment. A shell in between would drop some variables, such as the exported
 * functions of bash. The command gets its own session, so that it has no controlling terminal and cannot open ours as
 * `/dev/tty`. Rejects if the command cannot be started, or if `signal` aborts first.
 */
export async function launch(options: LaunchOptions): Promise<RunningGroup> {
  const { argv, directory, env } = options;
  const [program = '', ...args] = argv;
  // Node's error would name the program.
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
  const exited = untilExit(child);
  try {
    const group = await untilSpawned(child);
    options.signal.throwIfAborted();
    const record = { group, identity: processIdentity(group) ?? '' };
    options.onStarted(record);
    return { record, output: pipe.output, exited };
  } catch (error) {
    killGroup(child);
    pipe.output.destroy();
    throw startError(program, env, error);
  }
}

export const missingDirectoryMessage = (directory: string): string =>
  `The directory ${directory} is missing. Create it again, then send or resume; or delete the task.`;

/** Replaces a known system error by one that says what to do. */
export function startError(program: string, env: NodeJS.ProcessEnv, error: unknown): unknown {
  const message = startErrorMessage(
    error instanceof Error && 'code' in error ? error.code : null,
    program,
    env,
  );
  return message === null ? error : new Error(message, { cause: error });
}

function startErrorMessage(code: unknown, program: string, env: NodeJS.ProcessEnv): string | null {
  switch (code) {
    case 'ENOENT':
      // Also the error for a script whose interpreter does not exist.
      return isOnPath(program, env) || (path.isAbsolute(program) && isExecutable(program))
        ? `Cannot run ${program}: the interpreter in its first line does not exist.`
        : `Cannot find ${program}. Install it, or correct PATH in the shell that starts taskdeck.`;
    case 'EACCES':
      return `Cannot run ${program}: it is not executable. Change its permissions.`;
    case 'E2BIG':
      return 'The command is too long for the system (E2BIG). Shorten the prompt, or unset large environment variables.';
    default:
      return null;
  }
}

/**
 * Opens a named pipe for stdout and stderr; one for both keeps the order of output. Node's own pipes are sockets, which
 * programs cannot open as /dev/stdout or /dev/stderr.
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
    // It has ended already.
  }
}
