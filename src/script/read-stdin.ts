import type { Readable } from 'node:stream';
import { abortError } from './abort-error.ts';

/** All of stdin as UTF-8; empty when it is closed. */
export const readAll = (stdin: Readable, signal: AbortSignal): Promise<string> =>
  readUntil(stdin, signal, () => false);

/** The first line of stdin. */
export async function readLine(stdin: Readable, signal: AbortSignal): Promise<string> {
  const text = await readUntil(stdin, signal, (chunk) => chunk.includes('\n'));
  return text.split('\n')[0] ?? '';
}

/** Reads up to and including the first chunk for which `ends` returns true, else up to the end of the stream. */
export async function readUntil(
  stdin: Readable,
  signal: AbortSignal,
  ends: (chunk: Buffer) => boolean,
): Promise<string> {
  const chunks: Buffer[] = [];
  await readChunks(stdin, signal, (chunk) => {
    chunks.push(chunk);
    return !ends(chunk);
  });
  return Buffer.concat(chunks).toString('utf8');
}

/** Calls `more` with each chunk until it returns false. */
function readChunks(stdin: Readable, signal: AbortSignal, more: (chunk: Buffer) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (error?: Error): void => {
      stdin.off('data', take).off('end', end).off('close', end).off('error', fail);
      signal.removeEventListener('abort', onAbort);
      stdin.pause();
      if (error === undefined) resolve();
      else reject(error);
    };
    const take = (chunk: Buffer | string): void => {
      if (!more(Buffer.from(chunk))) end();
    };
    // A closed descriptor counts as the end.
    const fail = (): void => end();
    const onAbort = (): void => end(abortError());
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener('abort', onAbort, { once: true });
    if (stdin.readableEnded || stdin.destroyed) {
      end();
      return;
    }
    stdin
      .on('data', take)
      .once('end', () => end())
      .once('close', () => end())
      .once('error', fail);
    // An earlier reader may have paused the stream.
    stdin.resume();
  });
}
