/** The code of a system error, such as `ENOENT`; null for another error. */
export const systemCode = (error: unknown): string | null =>
  error instanceof Error &&
  'code' in error &&
  typeof error.code === 'string' &&
  /^E[A-Z0-9]+$/.test(error.code)
    ? error.code
    : null;

const SYSTEM_REASONS: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EROFS', 'the file system is read-only'],
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'your disk quota is used up'],
  ['EFBIG', 'the file size limit is reached'],
  ['ENOENT', 'it does not exist'],
  ['ENOTDIR', 'a part of the path is not a directory'],
  ['EISDIR', 'it is a directory'],
  ['EEXIST', 'something that is not a directory is in its place'],
  ['ELOOP', 'its symbolic links form a loop'],
  ['ENAMETOOLONG', 'the name is too long'],
  ['EIO', 'the disk reports an error'],
  ['EMFILE', 'too many files are open'],
  ['ENFILE', 'too many files are open on this machine'],
  ['ENXIO', 'no process has its other end open'],
  ['EBUSY', 'it is in use'],
  ['ESTALE', 'it is no longer on the file server'],
]);

/** SQLite's primary result codes for failures of the file system: https://www.sqlite.org/rescode.html */
const SQLITE_REASONS: ReadonlyMap<number, string> = new Map([
  [3, 'permission denied'],
  [5, 'another program has the database locked'],
  [6, 'another program has the database locked'],
  [8, 'the database cannot be written'],
  [10, 'the disk reports an error'],
  [13, 'the disk is full'],
  [14, 'the database cannot be opened'],
  [15, 'the file system cannot lock the database'],
]);

/** The reason of an error of the system or SQLite, for the end of a sentence; for any other error its message. */
export function systemReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = systemCode(error);
  const known = code === null ? undefined : SYSTEM_REASONS.get(code);
  if (known !== undefined) return known;
  if ('errcode' in error && typeof error.errcode === 'number') {
    // The lowest byte of an extended code is the primary code.
    return SQLITE_REASONS.get(error.errcode & 0xff) ?? error.message;
  }
  return code === null ? error.message : `the system reports ${code}`;
}

/** Whether it is an error of the system, or of SQLite because of the file system. */
export const isSystemError = (error: unknown): boolean =>
  systemCode(error) !== null ||
  (error instanceof Error &&
    'errcode' in error &&
    typeof error.errcode === 'number' &&
    SQLITE_REASONS.has(error.errcode & 0xff));

/** A sentence for the user about any error: the path and the reason of a system error, or else the error's message. */
export function describeSystemError(error: unknown): string {
  if (!isSystemError(error)) return error instanceof Error ? error.message : String(error);
  const fact =
    error instanceof Error && 'path' in error ? `Cannot use ${String(error.path)}` : 'System error';
  return `${fact}: ${systemReason(error)}.`;
}
