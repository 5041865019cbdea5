import { readFileSync } from 'node:fs';
import { UsageError } from '../domain/errors.ts';

/**
 * The text of a file; null when there is none.
 * @throws UsageError when there is one that cannot be read
 */
export function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new UsageError(
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
}
