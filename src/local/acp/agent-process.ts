import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { Clock } from '../../domain/ports/clock.ts';
import { sanitise } from '../../domain/text/sanitise.ts';
import { isDirectory } from '../../platform/is-directory.ts';
import { sleep } from '../../platform/sleep.ts';
import {
  missingDirectoryMessage,
  type ProcessExit,
  type ProcessGroupRecord,
  startError,
} from '../processes/process-group.ts';
import { processIdentity } from '../processes/process-table.ts';
import { endOf } from './untrusted.ts';

/** The process of an agent, in a session and process group of its own, with three pipes. */
export interface AgentProcess {
  readonly record: ProcessGroupRecord;
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Whether the process has ended. Its output may not be read yet. */
  hasEnded(): boolean;
  /**
   * Resolves when the process has ended and its output was read, as far as it is read within 100 ms: other processes can
   * hold the pipe open.
   */
  readonly exited: Promise<ProcessExit>;
  /** Adds a line to the log. */
  log(line: string): void;
  /** The end of its standard error and of its log, about 8 KB, without control characters. */
  logEnd(): string;
}

export interface AgentProcessOptions {
  readonly command: readonly string[];
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
}

const LOG_LENGTH = 8 * 1024;
/** Wait for the rest of the output after the exit, ms. */
const DRAIN_MS = 100;

/** Starts an agent without a shell. Rejects with a sentence for users. */
export async function startAgentProcess({
  command,
  directory,
  env,
  clock,
}: AgentProcessOptions): Promise<AgentProcess> {
  const [program = '', ...args] = command;
  // Node's error would name the program.
  if (!isDirectory(directory)) throw new Error(missingDirectoryMessage(directory));
  let child: ChildProcess;
  try {
    child = spawn(program, args, { cwd: directory, env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    if (child.pid === undefined) await once(child, 'spawn');
  } catch (error) {
    throw startError(program, env, error);
  }
  child.on('error', () => undefined);
  const { pid, stdin, stdout, stderr } = child;
  if (pid === undefined || stdin === null || stdout === null || stderr === null) {
    throw new Error(`Cannot start ${program}.`);
  }
  // EPIPE: the exit says more.
  for (const stream of [stdin, stdout, stderr]) stream.on('error', () => undefined);
  const log = logOf(stderr);
  return {
    record: { group: pid, identity: processIdentity(pid) ?? '' },
    stdin,
    stdout,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    exited: exitOf(child, clock, stdout, stderr),
    ...log,
  };
}

async function exitOf(
  child: ChildProcess,
  clock: Clock,
  ...streams: readonly Readable[]
): Promise<ProcessExit> {
  const exit = Promise.withResolvers<ProcessExit>();
  child.once('exit', (code, signal) => exit.resolve({ code, signal }));
  const closed = Promise.all(streams.map((stream) => once(stream, 'close').catch(() => undefined)));
  const ended = await exit.promise;
  const done = new AbortController();
  await Promise.race([closed, sleep(clock, DRAIN_MS, done.signal)]);
  done.abort();
  for (const stream of streams) stream.destroy();
  return ended;
}

/** Reads standard error without an end: an agent whose pipe is full would wait. */
function logOf(stderr: Readable): Pick<AgentProcess, 'log' | 'logEnd'> {
  const decoder = new StringDecoder('utf8');
  let text = '';
  const add = (more: string): void => {
    text = more.length >= LOG_LENGTH ? endOf(more, LOG_LENGTH) : endOf(text + more, LOG_LENGTH);
  };
  stderr.on('data', (chunk: Buffer) => add(decoder.write(chunk)));
  return { log: (line) => add(`${line}\n`), logEnd: () => sanitise(text).trim() };
}
