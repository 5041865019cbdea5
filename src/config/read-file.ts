import { openSync, readFileSync } from 'node:fs';
import { UsageError } from '../domain/errors.ts';
import { systemCode, systemReason } from '../platform/system-error.ts';

/**
 * The text of a file; null when it is missing.
 * @throws UsageError for an unreadable file
 */
export const readIfExists = (file: string): string | null =>
  nullIfMissing(file, () => readFileSync(file, 'utf8'));

/**
 * A read descriptor, which the caller must close; null when the file is missing.
 * @throws UsageError for an unreadable file
 */
export const openIfExists = (file: string): number | null => nullIfMissing(file, () => openSync(file, 'r'));

/** The text of an open file. @throws UsageError for an unreadable file */
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
    // ENOTDIR: a parent is a file.
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw unreadableError(file, error);
  }
}

const unreadableError = (file: string, error: unknown): UsageError =>
  new UsageError(`Cannot read ${file}: ${systemReason(error)}. Make it readable for you, or move it away.`, {
    cause: error,
  });
