import { openSync, readFileSync } from 'node:fs';
import { UsageError } from '../domain/errors.ts';
import { systemCode, systemReason } from '../platform/system-error.ts';

/**
 * The text of a file; null when there is none.
 * @throws UsageError when there is one that cannot be read
 */
export const readIfExists = (file: string): string | null =>
  nullIfMissing(file, () => readFileSync(file, 'utf8'));

/**
 * A descriptor of a file, for reading, which the caller closes; null when there is none.
 * @throws UsageError when there is one that cannot be read
 */
export const openIfExists = (file: string): number | null => nullIfMissing(file, () => openSync(file, 'r'));

/** The text of an open file. @throws UsageError when it cannot be read */
export function readDescriptor(file: string, descriptor: number): string {
  try {
    return readFileSync(descriptor, 'utf8');
  } catch (error) {
    throw unreadableError(file, error);
  }
}

function nullIfMissing<Value>(file: string, read: () => Value): Value | null {
  try {
    return read();
  } catch (error) {
    const code = systemCode(error);
    // With a file in the place of one of its directories there is none either.
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw unreadableError(file, error);
  }
}

const unreadableError = (file: string, error: unknown): UsageError =>
  new UsageError(
    `${file} cannot be read: ${systemReason(error)}. Make it readable for you, or move it away.`,
    {
      cause: error,
    },
  );
