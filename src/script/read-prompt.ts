import type { Readable } from 'node:stream';
import { UsageError } from '../domain/errors.ts';
import { readUntil } from './read-stdin.ts';

/** More than any server takes, bytes: reading on would only use up memory. */
const MAX_BYTES = 8 << 20;

/**
 * The text for an agent: the argument itself, or with `-` all of stdin without the line break at its end, and without a
 * byte order mark at its beginning: that tells how a file is encoded and is no part of its text.
 * @throws UsageError when there is nothing but blanks, for NUL characters, and when stdin holds too much
 */
export async function readPrompt(argument: string, stdin: Readable, signal: AbortSignal): Promise<string> {
  const text = argument === '-' ? await readStdinText(stdin, signal) : argument;
  if (text.includes('\0')) {
    throw new UsageError(
      'The text holds NUL characters, which no agent can be given. If it is UTF-16, convert it to UTF-8 first.',
    );
  }
  if (text.trim() === '') {
    throw new UsageError(
      argument === '-' ? 'Nothing came on standard input: an agent needs some words.' : 'The text is empty.',
    );
  }
  return text;
}

async function readStdinText(stdin: Readable, signal: AbortSignal): Promise<string> {
  let size = 0;
  const text = await readUntil(stdin, signal, (chunk) => {
    size += chunk.length;
    return size > MAX_BYTES;
  });
  if (size > MAX_BYTES) {
    throw new UsageError(
      `Standard input holds more than ${MAX_BYTES >> 20} MiB. Put the text into a file that the agent can read, and name the file.`,
    );
  }
  return text.replace(/^\uFEFF|\r?\n$/g, '');
}
