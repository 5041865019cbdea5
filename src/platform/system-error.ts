/** The code of an error of the system, such as `ENOENT`; null for another error. */
export const systemCode = (error: unknown): string | null =>
  error instanceof Error &&
  'code' in error &&
  typeof error.code === 'string' &&
  /^E[A-Z0-9]+$/.test(error.code)
    ? error.code
    : null;

const SYSTEM_REASONS: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'you have no permission'],
  ['EPERM', 'you have no permission'],
  ['EROFS', 'the file system is read-only'],
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'your disk quota is used up'],
  ['EFBIG', 'the file would be larger than allowed'],
  ['ENOENT', 'it does not exist'],
  ['ENOTDIR', 'a part of the path is not a directory'],
  ['EISDIR', 'it is a directory'],
  ['EEXIST', 'something that is not a directory is in its place'],
  ['ELOOP', 'its symbolic links lead in a circle'],
  ['ENAMETOOLONG', 'the name is too long'],
  ['EIO', 'the disk reports an error'],
  ['EMFILE', 'too many files are open'],
  ['ENFILE', 'too many files are open on this machine'],
  ['ENXIO', 'nothing reads or writes at its other end'],
  ['EBUSY', 'it is in use'],
  ['ESTALE', 'its file server has lost it'],
]);

/** SQLite's primary result codes, https://www.sqlite.org/rescode.html, for failures of the file rather than its content. */
const SQLITE_REASONS: ReadonlyMap<number, string> = new Map([
  [3, 'you have no permission'],
  [5, 'another program has the database locked'],
  [6, 'another program has the database locked'],
  [8, 'the database cannot be written'],
  [10, 'the disk reports an error'],
  [13, 'the disk is full'],
  [14, 'the database cannot be opened'],
  [15, 'the file system cannot lock the database'],
]);

/**
 * Why the system, or SQLite, refused: words for the end of a sentence, without a code where the code is a common one.
 * For any other error its own message.
 */
export function systemReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = systemCode(error);
  const known = code === null ? undefined : SYSTEM_REASONS.get(code);
  if (known !== undefined) return known;
  if ('errcode' in error && typeof error.errcode === 'number') {
    // Extended codes carry the primary one in their lowest byte.
    return SQLITE_REASONS.get(error.errcode & 0xff) ?? error.message;
  }
  return code === null ? error.message : `the system reports ${code}`;
}

/** Whether the system, or SQLite for a reason of the file system, refused; then `systemReason` has words for it. */
export const isSystemError = (error: unknown): boolean =>
  systemCode(error) !== null ||
  (error instanceof Error &&
    'errcode' in error &&
    typeof error.errcode === 'number' &&
    SQLITE_REASONS.has(error.errcode & 0xff));

/**
 * A sentence for the user about any error: what the system refused and why, or the error's own message where it is
 * another one.
 */
export function describeSystemError(error: unknown): string {
  if (!isSystemError(error)) return error instanceof Error ? error.message : String(error);
  const place =
    error instanceof Error && 'path' in error ? `${String(error.path)} cannot be used` : 'The system refused';
  return `${place}: ${systemReason(error)}.`;
}
