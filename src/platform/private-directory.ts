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
import { isSystemError, systemCode, systemReason } from './system-error.ts';

/** A directory of ours cannot be used. The message names it and says what to do. */
export class UnusableDirectory extends Error {
  override readonly name = 'UnusableDirectory';
}

/**
 * Creates a directory of ours with mode 0700. Missing directories above it get the mode that the umask allows: they are
 * not ours. Another taskdeck may create the same directories at the same time. Tries each level twice at most: Node's own
 * recursive mkdir never returns where the file system answers ENOENT to everything, as below /proc.
 * @throws what mkdir throws
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
    // Where the parent exists by now, another process has just created it.
    if (!isDirectory(parent)) makeDirectory(parent, 0o777);
    makeSingleDirectory(directory, mode);
  }
}

function makeSingleDirectory(directory: string, mode: number): void {
  try {
    mkdirSync(directory, { mode });
  } catch (error) {
    // A read-only file system says EROFS, and not EEXIST, of a directory that exists.
    if (!isDirectory(directory)) throw error;
  }
}

/**
 * Why a directory of ours cannot be made or written, as `unusable` says it; null where it can. Leaves nothing behind: it
 * makes a directory for a moment, in the nearest one that exists, since permissions alone do not tell about /proc or a
 * full disk.
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

/** The directory itself, or the first one above it that exists, as a directory or as something else. */
function nearestExisting(directory: string): string {
  const parent = path.dirname(directory);
  if (parent === directory || lstatSync(directory, { throwIfNoEntry: false }) !== undefined) return directory;
  return nearestExisting(parent);
}

/**
 * The error for an unusable directory of taskdeck: names it, the reason, and what to do.
 * @param variable the environment variable that names another one
 */
export function unusableDirectory(directory: string, variable: string, error: unknown): UnusableDirectory {
  const what = `taskdeck cannot use the directory ${directory}${refusedFile(directory, error)}: ${reasonOf(error)}.`;
  return new UnusableDirectory(`${what} ${adviceFor(directory, variable)}`, { cause: error });
}

/** A directory that does not exist is created, unless the file system has no room for one, as below /proc. */
const reasonOf = (error: unknown): string =>
  systemCode(error) === 'ENOENT' ? 'it cannot be created' : systemReason(error);

/** In parentheses, the file of the directory that the system refused; empty for the directory itself. */
function refusedFile(directory: string, error: unknown): string {
  const refused = error instanceof Error && 'path' in error ? String(error.path) : '';
  return refused.startsWith(`${directory}${path.sep}`) ? ` (${path.relative(directory, refused)})` : '';
}

/** The same error, but for one of the system: that becomes an `UnusableDirectory`. */
export const asUnusableDirectory = (directory: string, variable: string, error: unknown): unknown =>
  isSystemError(error) ? unusableDirectory(directory, variable, error) : error;

function adviceFor(directory: string, variable: string): string {
  const elsewhere = `set ${variable} to a directory that you can write to`;
  const owner = rootOwned(directory);
  return owner === null
    ? `Correct that, or ${elsewhere}.`
    : `${owner} belongs to root, as after one "sudo taskdeck": run "sudo chown -R $(id -u) ${owner}", or ${elsewhere}.`;
}

/**
 * The directory to give back to the user: the topmost one that root owns below a directory of the user, or `directory`
 * if root owns a file in it. Null if the user is root, or owns no parent.
 */
function rootOwned(directory: string): string | null {
  const own = process.getuid?.();
  if (own === undefined || own === 0) return null;
  let topmost = entryPaths(directory).some((entry) => ownerOf(entry) === 0) ? directory : null;
  for (let place = directory; ; place = path.dirname(place)) {
    const owner = ownerOf(place);
    if (owner === own) return topmost;
    if (owner === 0) topmost = place;
    if (path.dirname(place) === place) return null;
  }
}

/** Null if the file does not exist or cannot be read. */
function ownerOf(place: string): number | null {
  try {
    return statSync(place).uid;
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

function isDirectory(directory: string): boolean {
  try {
    return statSync(directory).isDirectory();
  } catch {
    return false;
  }
}
