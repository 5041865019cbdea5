import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { UsageError } from '../domain/errors.ts';
import { asUnusableDirectory, makePrivateDirectory } from '../platform/private-directory.ts';
import { isSystemError } from '../platform/system-error.ts';
import { CONFIG_VARIABLE } from './directories.ts';
import { openIfExists, readDescriptor } from './read-file.ts';

/**
 * The text of a file with secrets; null when it is missing. Makes it unreadable for others.
 * @throws UsageError for an unreadable file, and for one that others can write or own
 */
export const readPrivate = (file: string): string | null =>
  readChecked(file, (descriptor) => {
    if (process.platform === 'win32') return;
    const { mode, uid } = fstatSync(descriptor);
    const own = process.getuid?.();
    if (own !== undefined && uid !== own && uid !== 0) {
      throw new UsageError(`Cannot use ${file}: it belongs to another user.`);
    }
    if ((mode & 0o077) !== 0 && uid === own) restrictMode(descriptor);
  });

/** Ignores a failure: containers mount secrets on read-only file systems. */
function restrictMode(descriptor: number): void {
  try {
    fchmodSync(descriptor, 0o600);
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}

/**
 * The text of a file of another program; null when it is missing or unreadable. Does not change its mode.
 * @throws UsageError when others can write it
 */
export function readTrusted(file: string): string | null {
  try {
    return readChecked(file, () => {});
  } catch (error) {
    if (error instanceof WritableByOthers) throw error;
    return null;
  }
}

class WritableByOthers extends UsageError {}

/** Checks the open descriptor: the path may point to another file meanwhile. */
function readChecked(file: string, check: (descriptor: number) => void): string | null {
  const descriptor = openIfExists(file);
  if (descriptor === null) return null;
  try {
    if (process.platform !== 'win32' && (fstatSync(descriptor).mode & 0o022) !== 0) {
      throw new WritableByOthers(
        `Cannot use ${file}: others can write it. Check its content, then run "chmod 600 ${file}".`,
      );
    }
    check(descriptor);
    return readDescriptor(file, descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Replaces a file of the config directory atomically, with mode 0600.
 * @throws UnusableDirectory
 */
export function writePrivate(file: string, text: string): void {
  try {
    makePrivateDirectory(path.dirname(file));
    replaceFile(file, text);
  } catch (error) {
    throw asUnusableDirectory(path.dirname(file), CONFIG_VARIABLE, error);
  }
}

function replaceFile(file: string, text: string): void {
  const temporary = `${file}.${randomUUID()}`;
  const descriptor = openSync(temporary, 'wx', 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
}
