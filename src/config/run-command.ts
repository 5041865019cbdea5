import { spawn } from 'node:child_process';
import type { Environment } from './environment.ts';

export interface RunOptions {
  readonly env: Environment;
  /** ms */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** A command did not end with exit code 0. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
}

/** What is asked of such commands is short, bytes. */
const OUTPUT_LIMIT = 1 << 20;

/**
 * What a program of the user's prints on stdout. It runs in a session of its own: `/dev/tty` does not lead to our
 * terminal, so that it can neither draw over the screen nor take its keys. It has no input, and its stderr is dropped.
 * When the time is over, the signal comes or we exit, all of its process group ends.
 * @throws CommandFailed that says how it ended: its exit code, signal or error code
 */
export function run(program: string, args: readonly string[], options: RunOptions): Promise<string> {
  const { env, timeoutMs, signal } = options;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const child = spawn(program, args, {
      env,
      // On Windows this would open a window, and there is no /dev/tty.
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'pipe', 'ignore'],
      windowsHide: true,
    });
    const chunks: Buffer[] = [];
    let size = 0;
    let why = '';
    const end = (reason: string): void => {
      if (why === '') why = reason;
      try {
        if (child.pid !== undefined) process.kill(process.platform === 'win32' ? child.pid : -child.pid);
      } catch {
        // It has ended by itself.
      }
    };
    const onAbort = (): void => end('aborted');
    const onExit = (): void => end('exit');
    const timer = setTimeout(() => end('SIGTERM'), timeoutMs);
    signal.addEventListener('abort', onAbort, { once: true });
    process.once('exit', onExit);
    child.stdout.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > OUTPUT_LIMIT) end('more output than 1 MiB');
    });
    const settle = (failure: string | null): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      process.off('exit', onExit);
      if (signal.aborted) reject(signal.reason);
      else if (failure !== null) reject(new CommandFailed(failure));
      else resolve(Buffer.concat(chunks).toString('utf8'));
    };
    child.once('error', (error: NodeJS.ErrnoException) => settle(error.code ?? error.name));
    child.once('close', (code, name) =>
      settle(code === 0 && why === '' ? null : why || (name ?? `exit ${code}`)),
    );
  });
}
