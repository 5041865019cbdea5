import {
  accessSync,
  constants,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmdirSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { isDirectory } from './is-directory.ts';
import { isSystemError, systemCode, systemReason } from './system-error.ts';

/** A directory of taskdeck cannot be used. The message names it and says what to do. */
export class UnusableDirectory extends Error {
  override readonly name = 'UnusableDirectory';
}

/**
 * Creates a directory with mode 0700; its missing parents get the default mode. Safe when several processes create the
 * same directories at once. Tries each level at most twice: Node's recursive mkdir never returns below /proc, where
 * every attempt fails with ENOENT.
 * @throws the error of mkdir
 */
export function makePrivateDirectory(directory: string): void {
  makeDirectory(directory, 0o700);
}

function makeDirectory(directory: string, mode: number): void {
  try {
    makeSingleDirectory(directory, mode);
  } catch (error) {
    const parent = path.dirname(directory);
    if (systemCode(error) !== 'ENOENT' || parent === directory) throw error;
    // An existing parent means that another process has just created it.
    if (!isDirectory(parent)) makeDirectory(parent, 0o777);
    makeSingleDirectory(directory, mode);
  }
}

function makeSingleDirectory(directory: string, mode: number): void {
  try {
    mkdirSync(directory, { mode });
  } catch (error) {
    // A read-only file system reports EROFS instead of EEXIST.
    if (!isDirectory(directory)) throw error;
  }
}

/**
 * Why a directory cannot be created or written; null when it can. Tests this with a temporary directory in the nearest
 * existing parent: permissions alone do not reveal /proc or a full disk.
 */
export function directoryFault(directory: string, variable: string): UnusableDirectory | null {
  try {
    for (const entry of isDirectory(directory) ? readdirSync(directory) : []) {
      accessSync(path.join(directory, entry), constants.R_OK | constants.W_OK);
    }
    rmdirSync(mkdtempSync(path.join(nearestExisting(directory), '.taskdeck-')));
    return null;
  } catch (error) {
    return unusableDirectory(directory, variable, error);
  }
}

/** The directory or its nearest existing parent; may be a file. */
function nearestExisting(directory: string): string {
  const parent = path.dirname(directory);
  if (parent === directory || lstatSync(directory, { throwIfNoEntry: false }) !== undefined) return directory;
  return nearestExisting(parent);
}

/**
 * The error for a directory that cannot be read or written: names the directory, the reason and a remedy.
 * @param variable the environment variable that sets the directory
 */
export function unusableDirectory(directory: string, variable: string, error: unknown): UnusableDirectory {
  const fact = `Cannot use the directory ${directory}${failedFile(directory, error)}: ${reasonOf(error)}.`;
  return new UnusableDirectory(`${fact} ${hintFor(directory, variable)}`, { cause: error });
}

/** ENOENT means that mkdir failed, as below /proc: missing directories are created. */
const reasonOf = (error: unknown): string =>
  systemCode(error) === 'ENOENT' ? 'it cannot be created' : systemReason(error);

/** The file in the directory that the error names, in parentheses; empty for the directory itself. */
function failedFile(directory: string, error: unknown): string {
  const failed = error instanceof Error && 'path' in error ? String(error.path) : '';
  return failed.startsWith(`${directory}${path.sep}`) ? ` (${path.relative(directory, failed)})` : '';
}

/** Converts a system error to an `UnusableDirectory`; returns any other error unchanged. */
export const asUnusableDirectory = (directory: string, variable: string, error: unknown): unknown =>
  isSystemError(error) ? unusableDirectory(directory, variable, error) : error;

function hintFor(directory: string, variable: string): string {
  const otherDirectory = `set ${variable} to a directory that you can write to`;
  const owner = rootOwned(directory);
  return owner === null
    ? `Correct this, or ${otherDirectory}.`
    : `${owner} belongs to root (did you run "sudo taskdeck"?). Run "sudo chown -R $(id -u) ${owner}", or ${otherDirectory}.`;
}

/**
 * The directory if root owns it or a file in it, or its topmost parent that root owns. Null when the user is root, and
 * when root owns everything up to `/`, as for system directories.
 */
function rootOwned(directory: string): string | null {
  const own = process.getuid?.();
  if (own === undefined || own === 0) return null;
  let topmost = entryPaths(directory).some((entry) => ownerOf(entry) === 0) ? directory : null;
  for (let level = directory; ; level = path.dirname(level)) {
    const owner = ownerOf(level);
    if (owner === own) return topmost;
    if (owner === 0) topmost = level;
    if (path.dirname(level) === level) return null;
  }
}

/** Null for a missing or inaccessible path. */
function ownerOf(file: string): number | null {
  try {
    return statSync(file).uid;
  } catch {
    return null;
  }
}

function entryPaths(directory: string): readonly string[] {
  try {
    return readdirSync(directory).map((name) => path.join(directory, name));
  } catch {
    return [];
  }
}
