import { closeSync, constants, openSync, writeSync } from 'node:fs';

/** A terminal that takes nothing for this long is stuck; nobody should wait for it to end a program. */
const STUCK_AFTER_MS = 500;
const RETRY_MS = 10;

/**
 * Writes to a terminal before this returns, for a process that is about to end; gives up on a terminal that is
 * gone, or stuck (flow control, a dead connection).
 */
export function writeTerminalSync(fd: number, text: string): void {
  if (text === '') return;
  const own = reopenNonBlocking(fd);
  try {
    writeAll(own ?? fd, Buffer.from(text));
  } catch {
    // The terminal is gone; there is nobody to tell.
  } finally {
    if (own !== null) closeSync(own);
  }
}

/** The same terminal without blocking. On Linux an own description, so that nobody else's is changed. */
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
