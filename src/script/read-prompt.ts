import type { Readable } from 'node:stream';
import { UsageError } from '../domain/errors.ts';
import { readUntil } from './read-stdin.ts';

/** Bytes; more than any server accepts. */
const MAX_BYTES = 8 << 20;

/**
 * The text for an agent: the argument, or for `-` all of stdin without a byte order mark and the last line break.
 * @throws UsageError for a blank text, NUL characters, or more than 8 MiB on stdin
 */
export async function readPrompt(argument: string, stdin: Readable, signal: AbortSignal): Promise<string> {
  const text = argument === '-' ? await readStdinText(stdin, signal) : argument;
  if (text.includes('\0')) {
    throw new UsageError('The text contains NUL characters. If it is UTF-16, convert it to UTF-8.');
  }
  if (text.trim() === '') {
    throw new UsageError(argument === '-' ? 'Standard input is empty.' : 'The text is empty.');
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
      `Standard input exceeds ${MAX_BYTES >> 20} MiB. Save the text in a file that the agent can read, and name the file in the prompt.`,
    );
  }
  return text.replace(/^\uFEFF|\r?\n$/g, '');
}
