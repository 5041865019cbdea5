import { spawn } from 'node:child_process';
import type { Environment } from './environment.ts';

export interface RunOptions {
  readonly env: Environment;
  /** ms */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** A command did not end with exit code 0. */
export class CommandError extends Error {
  override readonly name = 'CommandFailed';
}

/** What is asked of such commands is short, bytes. */
const OUTPUT_LIMIT = 1 << 20;

/** How long the process group may take to end after SIGTERM before it is killed, ms. */
const KILL_AFTER_MS = 500;

/**
 * What a program of the user's prints on stdout. It runs in a session of its own: `/dev/tty` does not lead to our
 * terminal, so that it can neither draw over the screen nor take its keys. It has no input, and its stderr is dropped.
 * When the time is over, the signal aborts or the output is too long, rejects at once, whatever the program does then:
 * its process group gets SIGTERM, and SIGKILL after a grace or when we exit.
 * @throws CommandFailed that says how it ended: its exit code, signal or error code, or that it timed out
 */
export function runCommand(program: string, args: readonly string[], options: RunOptions): Promise<string> {
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
    const sendToGroup = (name: NodeJS.Signals): void => {
      try {
        if (child.pid !== undefined)
          process.kill(process.platform === 'win32' ? child.pid : -child.pid, name);
      } catch {
        // It has ended by itself.
      }
    };
    const kill = (): void => {
      process.off('exit', kill);
      sendToGroup('SIGKILL');
    };
    const settle = (failure: string | null): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      if (signal.aborted) reject(signal.reason);
      else if (failure !== null) reject(new CommandError(failure));
      else resolve(Buffer.concat(chunks).toString('utf8'));
    };
    const onEnd = (failure: string | null): void => {
      process.off('exit', kill);
      settle(failure);
    };
    const onClose = (code: number | null, name: NodeJS.Signals | null): void =>
      onEnd(code === 0 ? null : (name ?? `exit ${code}`));
    const stop = (reason: string): void => {
      child.off('close', onClose);
      // A descendant that left the group may hold the other end open for ever.
      child.stdout.destroy();
      sendToGroup('SIGTERM');
      setTimeout(kill, KILL_AFTER_MS).unref();
      settle(reason);
    };
    const onAbort = (): void => stop('aborted');
    const timer = setTimeout(() => stop('timed out'), timeoutMs);
    signal.addEventListener('abort', onAbort, { once: true });
    process.once('exit', kill);
    child.stdout.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > OUTPUT_LIMIT) stop('more output than 1 MiB');
    });
    child.once('error', (error: NodeJS.ErrnoException) => onEnd(error.code ?? error.name));
    child.once('close', onClose);
  });
}
