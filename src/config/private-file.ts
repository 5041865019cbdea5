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
 * The text of a file of ours that holds secrets; null when there is none. One that others could read is closed to them.
 * @throws UsageError when it cannot be read, and when others can write it: what it says cannot be trusted then
 */
export const readPrivate = (file: string): string | null =>
  readChecked(file, (descriptor) => {
    if (process.platform === 'win32') return;
    const { mode, uid } = fstatSync(descriptor);
    const own = process.getuid?.();
    if (own !== undefined && uid !== own && uid !== 0) {
      throw new UsageError(`${file} belongs to somebody else, so it is not used.`);
    }
    if ((mode & 0o077) !== 0 && uid === own) restrictMode(descriptor);
  });

/** Leaves it as it is on a file system that is read-only, where containers mount their secrets. */
function restrictMode(descriptor: number): void {
  try {
    fchmodSync(descriptor, 0o600);
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}

/**
 * The same for a file of another program, whose permissions are its own matter as long as nobody else can write it; null
 * also for one that is not ours to read.
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

/** What it says may be somebody else's word. */
class WritableByOthers extends UsageError {}

/** Looks at the file that is then read, whatever is put in its place meanwhile. */
function readChecked(file: string, check: (descriptor: number) => void): string | null {
  const descriptor = openIfExists(file);
  if (descriptor === null) return null;
  try {
    if (process.platform !== 'win32' && (fstatSync(descriptor).mode & 0o022) !== 0) {
      throw new WritableByOthers(
        `Others can write ${file}, so it is not used: look at what it says, then chmod 600 it.`,
      );
    }
    check(descriptor);
    return readDescriptor(file, descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Replaces a file of the config directory in one step, 0600, so that no reader ever sees half of it and a crash leaves the
 * old one.
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
  const fresh = `${file}.${randomUUID()}`;
  const descriptor = openSync(fresh, 'wx', 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
    renameSync(fresh, file);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
}
