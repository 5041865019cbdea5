import { type ChildProcess, spawn } from 'node:child_process';
import type { ProgramEnd, ProgramRun } from '../domain/ports/programs.ts';

/** Between SIGTERM and SIGKILL, ms. */
const GRACE_MS = 1_000;
/** A process that left the group may hold the output open for longer than this after the end, ms. */
const DRAIN_MS = 200;

/**
 * Runs a program in a session of its own, without a terminal, within a time limit. Resolves when it has ended; what it left in
 * the background may go on. Never rejects.
 */
export function runProgram(run: ProgramRun): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    const [program = '', ...args] = run.argv;
    let child: ChildProcess;
    try {
      child = spawn(program, args, {
        cwd: run.cwd,
        // Names of tasks are untrusted, and spawn throws on a NUL.
        env: withoutNuls(run.env),
        detached: true,
        stdio: ['pipe', 'pipe', 'pipe'],
      });
    } catch (error) {
      return resolve({ kind: 'not-started', code: codeOf(error) });
    }
    let hasTimedOut = false;
    let isEnded = false;
    let grace: NodeJS.Timeout | undefined;
    const endGroup = (): void => {
      killGroup(child, 'SIGTERM');
      grace = setTimeout(() => killGroup(child, 'SIGKILL'), GRACE_MS);
    };
    const timer = setTimeout(() => {
      hasTimedOut = true;
      endGroup();
    }, run.timeoutMs);
    // The caller exits: there is no time for more.
    const abort = (): void => killGroup(child, 'SIGTERM');
    run.signal.addEventListener('abort', abort, { once: true });
    const output = collect(child.stdout, run.maxOutput);
    const errors = collect(child.stderr, run.maxOutput);
    const finish = (
      end: (texts: { readonly output: string; readonly errors: string }) => ProgramEnd,
    ): void => {
      if (isEnded) return;
      isEnded = true;
      clearTimeout(timer);
      clearTimeout(grace);
      run.signal.removeEventListener('abort', abort);
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve(end({ output: output(), errors: errors() }));
    };
    child.on('error', (error) => finish(() => ({ kind: 'not-started', code: codeOf(error) })));
    const exited = (code: number | null, signal: NodeJS.Signals | null): void =>
      finish((texts) =>
        hasTimedOut
          ? { kind: 'timed-out', ...texts }
          : code === null
            ? { kind: 'signal', signal: signal ?? 'SIGKILL', ...texts }
            : { kind: 'exited', code, ...texts },
      );
    child.on('close', exited);
    child.on('exit', (code, signal) => {
      if (hasTimedOut) killGroup(child, 'SIGKILL');
      setTimeout(() => exited(code, signal), DRAIN_MS);
    });
    // It may not read its input.
    child.stdin?.on('error', () => {});
    child.stdin?.end(run.input);
  });
}

function withoutNuls(env: ProgramRun['env']): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value?.replaceAll('\0', '')]));
}

/** Returns the text so far. */
function collect(stream: NodeJS.ReadableStream | null, max: number): () => string {
  let text = '';
  stream?.setEncoding('utf8');
  stream?.on('data', (chunk: string) => {
    if (text.length < max) text += chunk.slice(0, max - text.length);
  });
  return () => text;
}

function killGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // Already ended.
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
