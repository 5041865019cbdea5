import type { Readable } from 'node:stream';
import { abortError } from './abort-error.ts';

/** All of it, as UTF-8. A closed stdin is an empty text. */
export const readAll = (stdin: Readable, signal: AbortSignal): Promise<string> =>
  readUntil(stdin, signal, () => false);

/** Up to the first line break, which a terminal sends with Enter. */
export async function readLine(stdin: Readable, signal: AbortSignal): Promise<string> {
  const text = await readUntil(stdin, signal, (chunk) => chunk.includes('\n'));
  return text.split('\n')[0] ?? '';
}

/** All up to and with the first chunk that `ends` it, or up to the end of the stream. */
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

/** Hands out chunks while `more` wants them. */
function readChunks(stdin: Readable, signal: AbortSignal, more: (chunk: Buffer) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (error?: Error): void => {
      stdin.off('data', take).off('end', end).off('close', end).off('error', fail);
      signal.removeEventListener('abort', giveUp);
      stdin.pause();
      if (error === undefined) resolve();
      else reject(error);
    };
    const take = (chunk: Buffer | string): void => {
      if (!more(Buffer.from(chunk))) end();
    };
    // A closed descriptor: nothing to read is what it amounts to.
    const fail = (): void => end();
    const giveUp = (): void => end(abortError());
    if (signal.aborted) {
      giveUp();
      return;
    }
    signal.addEventListener('abort', giveUp, { once: true });
    if (stdin.readableEnded || stdin.destroyed) {
      end();
      return;
    }
    stdin
      .on('data', take)
      .once('end', () => end())
      .once('close', () => end())
      .once('error', fail);
    // A stream that was paused by an earlier reader does not flow again by itself.
    stdin.resume();
  });
}
