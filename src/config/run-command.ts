import { spawn } from 'node:child_process';
import type { Environment } from './environment.ts';

export interface RunOptions {
  readonly env: Environment;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** A command did not end with exit code 0. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** Such commands print little, bytes. */
const OUTPUT_LIMIT = 1 << 20;

/** How long the process group may take to end after SIGTERM before it is killed, ms. */
const KILL_AFTER_MS = 500;

/**
 * Resolves to the stdout of a user's program. The program has its own session without a terminal, so it cannot draw on
 * the screen or read keys. It gets no input; its stderr is dropped. Rejects immediately on a timeout, an abort or too
 * much output; then the process group gets SIGTERM, and SIGKILL after `KILL_AFTER_MS` or when taskdeck exits.
 * @throws CommandError with the exit code, signal, error code or timeout
 */
export function runCommand(program: string, args: readonly string[], options: RunOptions): Promise<string> {
  const { env, timeoutMs, signal } = options;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const child = spawn(program, args, {
      env,
      // On Windows this would open a window.
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
        // Already ended.
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
      // A descendant outside of the group may keep the pipe open.
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
