import type { Readable } from 'node:stream';
import { UsageError } from '../domain/errors.ts';
import { readAll } from './read-stdin.ts';

/**
 * The text for an agent: the argument itself, or with `-` all of stdin without the line break at its end, and without a
 * byte order mark at its beginning: that tells how a file is encoded and is no part of its text.
 * @throws UsageError when there is nothing but blanks, and for NUL characters
 */
export async function promptFrom(argument: string, stdin: Readable, signal: AbortSignal): Promise<string> {
  const text = argument === '-' ? (await readAll(stdin, signal)).replace(/^\uFEFF|\r?\n$/g, '') : argument;
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
