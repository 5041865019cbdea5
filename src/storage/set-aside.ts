import { existsSync, renameSync, statSync } from 'node:fs';

/** Tells a file from the one that replaces it under the same name. */
export const identityOf = (path: string): number => statSync(path).ino;

/**
 * Renames a damaged file, with what SQLite keeps beside it, and returns its new path; null when another taskdeck
 * already put a fresh one in its place. `damaged` is the identity of the file that was found damaged.
 */
export function setAside(path: string, damaged: number): string | null {
  if (!existsSync(path) || identityOf(path) !== damaged) return null;
  let aside = `${path}.damaged-${process.pid}`;
  for (let count = 2; existsSync(aside); count += 1) aside = `${path}.damaged-${process.pid}-${count}`;
  renameSync(path, aside);
  for (const beside of ['-wal', '-shm']) {
    if (existsSync(path + beside)) renameSync(path + beside, aside + beside);
  }
  return aside;
}
