import type { Readable } from 'node:stream';
import { UsageError } from '../domain/errors.ts';
import { readAll } from './read-stdin.ts';

/**
 * What is to be said to an agent: the argument itself, or with `-` all of stdin without the line break at its end.
 * @throws UsageError when there is nothing but blanks
 */
export async function promptFrom(argument: string, stdin: Readable, signal: AbortSignal): Promise<string> {
  const text = argument === '-' ? (await readAll(stdin, signal)).replace(/\r?\n$/, '') : argument;
  if (text.trim() === '') {
    throw new UsageError(
      argument === '-' ? 'Nothing came on standard input: an agent needs some words.' : 'The text is empty.',
    );
  }
  return text;
}
