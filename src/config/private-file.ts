import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { UsageError } from '../domain/errors.ts';
import { readIfThere } from './read-file.ts';

/**
 * The text of a file that holds secrets; null when there is none. One that others could read is closed to them.
 * @throws UsageError when others can write it: what it says cannot be trusted then
 */
export function readPrivate(file: string): string | null {
  const text = readIfThere(file);
  if (text === null || process.platform === 'win32') return text;
  const { mode, uid } = statSync(file);
  if ((mode & 0o022) !== 0) {
    throw new UsageError(
      `Others can write ${file}, so it is not used: look at what it says, then chmod 600 it.`,
    );
  }
  const own = process.getuid?.();
  if (own !== undefined && uid !== own && uid !== 0) {
    throw new UsageError(`${file} belongs to somebody else, so it is not used.`);
  }
  if ((mode & 0o044) !== 0 && uid === own) chmodSync(file, 0o600);
  return text;
}

/** Replaces a file in one step, 0600, so that no reader ever sees half of it and a crash leaves the old one. */
export function writePrivate(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const fresh = `${file}.${randomUUID()}`;
  const descriptor = openSync(fresh, 'wx', 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
  renameSync(fresh, file);
}
