import type { ChildProcess } from 'node:child_process';

/**
 * Signals a child process. Does nothing for a program that could not be started: until Node reports that error,
 * `ChildProcess.kill`, and so the option `signal` of spawn and execFile, signals the number that is left in its memory. A 0
 * there means the process group of taskdeck.
 */
export function killChild(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): void {
  if (child.pid !== undefined) child.kill(signal);
}
