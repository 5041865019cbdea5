/** Primary result codes of SQLite, https://www.sqlite.org/rescode.html */
const CORRUPT = 11;
const NOT_A_DATABASE = 26;

/** The primary result code of a failure of node:sqlite, or null when it is another error. */
export function sqliteCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return null;
  // Extended codes carry the primary one in their lowest byte.
  return error.errcode & 0xff;
}

/** The file is not, or no longer, a database that SQLite can read. */
export function isDamaged(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === CORRUPT || code === NOT_A_DATABASE;
}
