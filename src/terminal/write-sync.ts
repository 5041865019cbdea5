import { closeSync, constants, openSync, writeSync } from 'node:fs';

/** A terminal that accepts nothing for this long is stuck. */
const STUCK_AFTER_MS = 500;
const RETRY_MS = 10;

/**
 * Writes synchronously, for a process that is about to exit. Gives up silently on a terminal that is closed or stuck (flow
 * control, dead connection).
 */
export function writeTerminalSync(fd: number, text: string): void {
  if (text === '') return;
  const reopened = reopenNonBlocking(fd);
  try {
    writeAll(reopened ?? fd, Buffer.from(text));
  } catch {
    // The terminal is gone.
  } finally {
    if (reopened !== null) closeSync(reopened);
  }
}

/** Opens the terminal again without blocking. Linux only: a new description leaves that of other processes unchanged. */
function reopenNonBlocking(fd: number): number | null {
  if (process.platform !== 'linux') return null;
  try {
    return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    return null;
  }
}

function writeAll(fd: number, bytes: Buffer): void {
  let rest = bytes;
  for (let waited = 0; rest.length > 0 && waited <= STUCK_AFTER_MS; ) {
    try {
      rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
      waited += RETRY_MS;
    }
  }
}
